// From a quality, and where errors matter, to how finely each superblock is quantized.
#pragma once

#include <vector>

#include "codec/codec.hpp"

namespace frugal::codec::avif {

/// AV1's quantizer index, 1 to 255, for a quality of libavif's below 100 where it tunes for stills: on the
/// whole a picture scores as libavif's of that quality does.
int base_quantizer(double quality);

/// The same for each superblock of a picture of that size, row by row: lower where errors matter more than
/// elsewhere in it, higher where they matter less, and `base` where they matter alike.
std::vector<int> quantizers(const Importance& importance, Size size, int base);

}  // namespace frugal::codec::avif
