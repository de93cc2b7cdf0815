// The same picture with deeper or flatter samples.
#pragma once

#include "image/image.hpp"

namespace frugal {

/// `image` with each sample rescaled to `depth` bits, 8 to 16, to the nearest. Error: limit (memory).
Result<Image> to_depth(const Image& image, int depth);

}  // namespace frugal
