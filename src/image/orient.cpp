#include "image/orient.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace frugal {

namespace {

bool swaps_sides(Orientation orientation) {
  return orientation >= Orientation::transposed;
}

/// Copies tile by tile, so that a transposition does not walk a whole column of cache misses a row.
void copy_turned(const Image& from, Image& to, Turn turn) {
  constexpr std::uint32_t kTile = 64;
  const std::size_t bytes =
      static_cast<std::size_t>(from.channels()) * static_cast<std::size_t>(from.bytes_per_sample());
  for (std::uint32_t top = 0; top < to.height(); top += kTile) {
    for (std::uint32_t left = 0; left < to.width(); left += kTile) {
      const auto bottom = std::min(top + kTile, to.height());
      const auto right = std::min(left + kTile, to.width());
      for (std::uint32_t y = top; y < bottom; ++y) {
        for (std::uint32_t x = left; x < right; ++x) {
          auto column = turn.swap ? y : x;
          auto line = turn.swap ? x : y;
          if (turn.flip_x) column = from.width() - 1 - column;
          if (turn.flip_y) line = from.height() - 1 - line;
          std::memcpy(to.row(y) + x * bytes, from.row(line) + column * bytes, bytes);
        }
      }
    }
  }
}

}  // namespace

Turn turn_of(Orientation orientation) {
  switch (orientation) {
    case Orientation::upright:
      return {false, false, false};
    case Orientation::mirrored:
      return {false, true, false};
    case Orientation::turned_180:
      return {false, true, true};
    case Orientation::flipped:
      return {false, false, true};
    case Orientation::transposed:
      return {true, false, false};
    case Orientation::turned_90:
      return {true, false, true};
    case Orientation::transversed:
      return {true, true, true};
    case Orientation::turned_270:
      return {true, true, false};
  }
  return {false, false, false};
}

Size upright_size(Size stored, Orientation orientation) {
  return swaps_sides(orientation) ? Size{stored.height, stored.width} : stored;
}

Orientation orientation_from_exif(unsigned value) {
  return value >= 1 && value <= 8 ? static_cast<Orientation>(value) : Orientation::upright;
}

Result<Image> make_upright(Image image, Orientation orientation) {
  if (orientation == Orientation::upright) return image;
  auto turned = Image::make(upright_size(image.size(), orientation), image.channels(), image.depth());
  if (turned) copy_turned(image, *turned, turn_of(orientation));
  return turned;
}

}  // namespace frugal
