// What a picture shows, tile by tile: the ground on which all other decisions stand.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "image/image.hpp"

namespace frugal::adapt {

/// Side of a tile in pixels; the last tile of a row or column may be shorter.
inline constexpr std::uint32_t kTileSide = 64;

enum class RegionClass : std::uint8_t {
  flat,      ///< one colour, or nearly
  gradient,  ///< smooth shading: banding and blocks show first here
  texture,   ///< dense detail, which hides much
  edge,      ///< line art, text, contours: few strong steps between smooth areas; ringing shows
  noise,     ///< grain without structure
};
inline constexpr std::size_t kRegionClasses = 5;

/// "flat", "gradient", …
std::string_view name_of(RegionClass kind);

/// Features of one tile. Luma and chroma are full-range Y'CbCr (ITU-R BT.601) on a scale of 0 to 255 whatever
/// the picture's depth; translucent pixels count as laid over mid grey.
struct TileFeatures {
  float luma = 0;             ///< mean luma
  float gradient = 0;         ///< mean of |horizontal| + |vertical| luma difference between neighbours
  float half_gradient = 0;    ///< the same at half size (2×2 means)
  float peak_gradient = 0;    ///< the strongest luma gradient among the tile's 8×8 blocks (mean of a block)
  float median_block = 0;     ///< the median of the 8×8 blocks' mean gradients
  float curvature = 0;        ///< mean |second difference| of luma, both ways: fine grain and noise
  float spread = 0;           ///< the highest less the lowest of the 8×8 blocks' mean lumas
  float floor = 0;            ///< the lower quartile of the blocks' curvatures: the noise floor
  float flat_share = 0;       ///< share of 8×8 blocks whose luma and chroma hardly vary, 0 to 1
  float edge_share = 0;       ///< share of 8×8 blocks with a strong step between two smooth sides, 0 to 1
  float chroma_gradient = 0;  ///< mean gradient of Cb plus that of Cr
  float chroma_loss = 0;  ///< root mean square of what averaging Cb and Cr over 2×2 pixels takes from both
  float colours = 0;      ///< distinct colours in the tile, 1 to 4096 (where many, a little too low)
};

struct Tile {
  TileFeatures features;
  RegionClass kind = RegionClass::flat;
};

/// A picture's tiles, row by row.
struct RegionMap {
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;
  std::vector<Tile> tiles;  ///< columns × rows

  const Tile& at(std::uint32_t column, std::uint32_t row) const {
    return tiles[std::size_t{row} * columns + column];
  }

  /// Share of the tiles that are of each class, 0 to 1, in the order of RegionClass.
  std::array<double, kRegionClasses> shares() const;

  /// How much halving chroma takes away where it takes most: the 6-norm of the tiles' chroma_loss.
  double fine_colour() const;

  /// True for what was drawn or typeset rather than photographed: few colours, exact repeats, hard edges on
  /// flat grounds.
  bool is_graphic() const;
};

/// Analyses an upright picture in one pass over its rows. `threads`: at most so many; they change nothing in
/// the result. Errors: limit (memory).
Result<RegionMap> analyse(const Image& image, int threads);

}  // namespace frugal::adapt
