// Drawing a picture with a few colours: each pixel gets one of them, and where that alone would show bands,
// part of what it is off by is passed on to its neighbours.
#pragma once

#include <span>

#include "codec/png/reduce.hpp"
#include "image/image.hpp"
#include "util/result.hpp"

namespace frugal::codec::png {

/// `image` (8-bit RGBA) in colours of `palette` (1 to 256) only, each pixel in the nearest.
///
/// `dithering`, 0 to 1: how much of the errors is diffused (Floyd and Steinberg, An Adaptive Algorithm for
/// Spatial Greyscale, 1976; rows in alternating directions). It is weighted region by region: errors that
/// point the same way all around are a band or a wrong colour, and are passed on; those that cancel each
/// other out anyway are left alone, since the noise would take bytes and look no better.
///
/// Errors: limit (memory).
Result<Image> drawn_with(const Image& image, std::span<const Color> palette, double dithering);

}  // namespace frugal::codec::png
