// The strip below a score map: the two scores that matter, and what its colours mean.
#pragma once

#include <cstdint>

#include "cli/canvas.hpp"
#include "image/image.hpp"
#include "metric/ssimulacra2.hpp"

namespace frugal::cli {

/// The least width and the height that the legend of a map of that width takes; in a wide one it is larger.
Size legend_size(std::uint32_t map_width);

/// Draws it from row `top` on. `map_width` as for legend_size.
void draw_legend(Canvas& canvas, std::int64_t top, std::uint32_t map_width,
                 const metric::Similarity& similarity);

}  // namespace frugal::cli
