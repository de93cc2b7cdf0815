// One tile of a picture as planes of small integers, in the shape that the feature loops want.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "adapt/regions.hpp"
#include "image/image.hpp"

namespace frugal::adapt {

/// Samples from one row to the next; rows start one sample left of the tile.
inline constexpr std::size_t kPlaneStride = kTileSide + 8;

/// A tile's samples with a border of one sample all around: the neighbours in the picture, and beyond its
/// edges the straight line through the last two, so that an edge adds nothing of its own to any difference.
class TilePlane {
 public:
  /// `y` from -1 to the tile's height; the row holds samples from -1 to the tile's width.
  std::int16_t* row(int y) { return samples_.data() + offset(y); }
  const std::int16_t* row(int y) const { return samples_.data() + offset(y); }

 private:
  static std::size_t offset(int y) { return static_cast<std::size_t>(y + 1) * kPlaneStride + 1; }

  alignas(64) std::array<std::int16_t, (kTileSide + 2) * kPlaneStride> samples_{};
};

/// Counts colours by their hash: distinct ones share a place once in a while, so the count is a little low
/// where there are many (by about an eighth at 4096).
class ColourSet {
 public:
  void clear() { seen_.fill(0); }
  void add(std::uint16_t hash) { seen_[hash >> kShift] = 1; }
  std::uint32_t count() const;

 private:
  static constexpr unsigned kShift = 2;
  std::array<std::uint8_t, (0xFFFFU >> kShift) + 1> seen_{};
};

struct TilePlanes {
  std::uint32_t width = 0;  ///< of the tile, 1 to kTileSide
  std::uint32_t height = 0;
  TilePlane luma;  ///< 0 to 255
  TilePlane cb;    ///< -127 to 127, as is Cr
  TilePlane cr;
  ColourSet colours;

  /// Takes the tile at (column, row) of `image`'s tiles, as TileFeatures says.
  void take(const Image& image, std::uint32_t column, std::uint32_t row);
};

}  // namespace frugal::adapt
