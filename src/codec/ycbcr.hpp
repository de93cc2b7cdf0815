// From Image to the planes that the video codecs behind AVIF and HEIC take.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "image/image.hpp"

namespace frugal::codec {

/// A plane to be filled: one byte a sample at depth 8, a native-endian std::uint16_t above.
struct Plane {
  std::uint8_t* data = nullptr;
  std::size_t stride = 0;  ///< bytes from row to row
};

enum class Sampling : std::uint8_t { gray, half, full };  ///< 4:0:0, 4:2:0, 4:4:4

/// Y', Cb and Cr of a picture that is to be coded, borrowed; samples as in Plane.
struct StillPlanes {
  Size size;  ///< of luma
  Sampling sampling = Sampling::half;
  int depth = 8;
  std::array<const std::uint8_t*, 3> data{};  ///< the last two are null where grey
  std::array<std::size_t, 3> strides{};       ///< bytes from row to row
};

/// Writes channel `channel` of `image` to `plane`, which has the image's size.
void write_channel(const Image& image, int channel, Plane plane);

/// Writes the colour of an RGB or RGBA `image` as full-range Y'CbCr with the matrix of ITU-R BT.601 (matrix
/// coefficients 5 or 6 of ITU-T H.273), in the image's depth. With `subsample` (4:2:0) the chroma planes have
/// half the size, rounded up, and each sample is the mean of a square of 2 × 2 pixels (an edge counted twice
/// where the size is odd); else they have the image's size.
void write_ycbcr(const Image& image, bool subsample, Plane y, Plane cb, Plane cr);

/// Writes the colour of an RGB or RGBA `image` as it is: green, blue and red to the planes of Y, Cb and Cr,
/// which is what matrix coefficients 0 of ITU-T H.273 mean.
void write_gbr(const Image& image, Plane y, Plane cb, Plane cr);

}  // namespace frugal::codec
