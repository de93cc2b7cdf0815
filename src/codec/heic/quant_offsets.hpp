// From where errors matter to how finely each block is quantized.
#pragma once

#include <vector>

#include "codec/codec.hpp"

namespace frugal::codec::heic {

/// Offsets to HEVC's quantization parameter (six steps double the quantizer), one for each block of 16×16
/// pixels of a picture of that size, row by row: below 0 where errors matter more than elsewhere in it, above
/// where they matter less, 0 everywhere where they matter alike. Their mean is 0.
std::vector<float> quant_offsets(const Importance& importance, Size size);

}  // namespace frugal::codec::heic
