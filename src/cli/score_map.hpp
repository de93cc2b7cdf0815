// The scores of a picture's regions, drawn over the picture: one sees at a glance where it hurts.
#pragma once

#include <cstdint>
#include <vector>

#include "image/image.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/result.hpp"

namespace frugal::cli {

/// The scores of tiles of 64×64 pixels (the last one of a row or column reaches to the picture's edge), row
/// by row: each the mean of the regions that cover it.
struct TileScores {
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;
  std::vector<double> scores;
};
TileScores tile_scores(const std::vector<metric::RegionScore>& regions, Size size);

/// The map: `picture` (upright) in the colours of its tiles' scores, numbered where there is room, the worst
/// region framed, and below it the colour scale with the scores of the whole picture and of the worst region.
/// Small pictures are magnified and large ones reduced, both by a whole factor. RGB, 8 bits, sRGB. Errors:
/// limit (memory).
Result<Image> score_map(const Image& picture, const metric::Similarity& similarity);

}  // namespace frugal::cli
