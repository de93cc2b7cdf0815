// Lossless reductions of a picture to the smaller pixel types that PNG has.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "image/image.hpp"

namespace frugal::codec {

/// RGBA, 8 bits each.
using Color = std::array<std::uint8_t, 4>;

/// A picture as indices into at most 256 colours.
struct Indexed {
  Image indices;               ///< one channel, depth 8
  std::vector<Color> palette;  ///< those not opaque first (PNG's tRNS may then be short), then by value
};

/// Empty when the picture has more than 256 colours or samples deeper than 8 bits.
std::optional<Indexed> to_indexed(const Image& image);

/// The grey picture with the same samples. Empty when some pixel is not grey (or the picture is grey
/// already).
std::optional<Image> to_gray(const Image& image);

/// The least of 1, 2, 4 and 8 bits in which every sample of the one-channel 8-bit picture can be stored
/// exactly.
int gray_bits(const Image& image);

}  // namespace frugal::codec
