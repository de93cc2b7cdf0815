// Choosing the few colours that stand for a picture's many, by libimagequant where the build has it.
#pragma once

#include <string>
#include <vector>

#include "codec/png/reduce.hpp"
#include "image/image.hpp"
#include "util/result.hpp"

namespace frugal::codec::png {

/// At most `colors` (2 to 256) colours for an 8-bit RGBA picture, in no particular order. `effort`: 1 to 9.
/// The same for any number of threads. Errors: limit (memory), unsupported where the build has no
/// libimagequant.
Result<std::vector<Color>> palette_of(const Image& image, int colors, int effort);

/// As in "libimagequant 2.17.0"; empty where the build has none.
std::string palette_library();

}  // namespace frugal::codec::png
