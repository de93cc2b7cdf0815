// Some tiles of a picture, put together to a small picture on which settings are tried.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "adapt/regions.hpp"
#include "image/image.hpp"
#include "image/metadata.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/result.hpp"

namespace frugal::adapt {

struct Mosaic {
  Image image;                       ///< whole tiles side by side, nearly square
  metric::Reference reference;       ///< of `image`
  std::vector<std::uint32_t> tiles;  ///< where they come from: indices into RegionMap::tiles, ascending
};

/// How much of a picture goes into its mosaic: one tile in so many.
enum class Part : std::uint8_t { half = 2, quarter = 4 };

/// Draws tiles from all classes and degrees of detail in proportion to how much of the picture they cover; of
/// a large picture less than `part`, since about a hundred tiles tell enough. Nothing where the picture is
/// too small for a mosaic to be cheaper than the picture itself. Errors: limit (memory), those of
/// metric::Reference.
Result<std::optional<Mosaic>> draw_mosaic(const Image& image, const Metadata& metadata,
                                          const RegionMap& regions, Part part, int threads);

}  // namespace frugal::adapt
