// Maps over a picture: its parts in colours, the picture still to be seen.
#pragma once

#include <algorithm>
#include <cstdint>

#include "cli/canvas.hpp"
#include "image/image.hpp"
#include "metric/ssimulacra2.hpp"

namespace frugal::cli {

/// How picture pixels become map pixels; one of the two is 1.
struct Zoom {
  std::uint32_t times = 1;  ///< map pixels a picture pixel
  std::uint32_t over = 1;   ///< picture pixels a map pixel

  std::uint32_t to_map(std::uint32_t position) const { return position * times / over; }
  std::uint32_t side(std::uint32_t pixels) const { return std::max(1U, (pixels * times + over - 1) / over); }
};

/// Small pictures are magnified and large ones reduced, both by a whole factor.
Zoom zoom_for(Size size);

/// Where a part of the picture is on its map.
Box to_map(const metric::Area& area, Zoom zoom);

/// What is around a map.
inline constexpr Rgb kMapBackground{24, 24, 28};

/// Draws the part of `picture` (upright) that is in `box` of its map, in `colour` lit by its brightness. The
/// map's top left is the canvas's.
void tint(Canvas& canvas, const Image& picture, Zoom zoom, const Box& box, Rgb colour);

}  // namespace frugal::cli
