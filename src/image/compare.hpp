// Whether two pictures show exactly the same.
#pragma once

#include "image/image.hpp"
#include "image/rows.hpp"

namespace frugal {

/// True when both have the same size and every pixel is the same colour and alpha, whatever channels (grey or
/// RGB, with or without alpha) and depths they are stored with.
bool same_pixels(const Image& a, const Image& b);

/// True when both have the same size, channels and depth, and no sample differs by more than `levels`.
bool pixels_within(const Image& a, const Image& b, int levels);

/// As pixels_within, or where `levels` is 0 as same_pixels, of a picture that is read as it is compared.
/// Errors: those of `rows`.
Result<bool> rows_within(RowReader& rows, const Image& image, int levels);

}  // namespace frugal
