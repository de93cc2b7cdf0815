// What lossy PNG loses: colours.
#pragma once

#include "image/image.hpp"
#include "util/result.hpp"

namespace frugal::codec::png {

/// The knob of lossy PNG: up to kMostColors so many colours, beyond them all of these and more and more
/// dithering.
inline constexpr double kFewestColors = 2;
inline constexpr double kMostColors = 256;
inline constexpr double kFullDithering = 320;

/// `image` in 8 bits and as few colours as `knob` says, with the same channels; translucent where it was.
/// `effort`: 1 to 9. Errors: limit (memory), unsupported where the build has no libimagequant.
Result<Image> in_few_colors(const Image& image, double knob, int effort);

}  // namespace frugal::codec::png
