// Lossless reductions of a picture to the smaller pixel types that PNG has.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "image/image.hpp"

namespace frugal::codec::png {

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

/// The 8-bit picture that a 16-bit one repeats in its lower bytes. Empty where some sample differs, and for
/// other depths.
std::optional<Image> to_8_bits(const Image& image);

/// Empty where some pixel is not opaque, or there is no alpha.
std::optional<Image> without_alpha(const Image& image);

/// A picture without alpha, one of whose colours stands for full transparency.
struct Keyed {
  Image opaque;
  std::array<std::uint16_t, 3> key;  ///< grey: thrice the same
};

/// Empty unless every pixel is opaque or fully transparent, and all of the latter have one colour that no
/// opaque pixel has.
std::optional<Keyed> with_key(const Image& image);

/// The least of 1, 2, 4 and 8 bits in which every sample of the one-channel 8-bit picture can be stored
/// exactly.
int gray_bits(const Image& image);

}  // namespace frugal::codec::png
