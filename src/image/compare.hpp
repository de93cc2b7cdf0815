// Whether two pictures show exactly the same.
#pragma once

#include "image/image.hpp"

namespace frugal {

/// True when both have the same size and every pixel is the same colour and alpha, whatever channels (grey or
/// RGB, with or without alpha) and depths they are stored with.
bool same_pixels(const Image& a, const Image& b);

/// True when both have the same size, channels and depth, and no sample differs by more than `levels`.
bool pixels_within(const Image& a, const Image& b, int levels);

}  // namespace frugal
