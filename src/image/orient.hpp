// Turning a stored picture upright.
#pragma once

#include "image/image.hpp"
#include "image/metadata.hpp"

namespace frugal {

/// The size of a picture of stored size `stored` once it is upright.
Size upright_size(Size stored, Orientation orientation);

/// The orientation of `value` (1 to 8 in EXIF); upright for anything else.
Orientation orientation_from_exif(unsigned value);

/// Moves the samples so that `image`, stored with `orientation`, is upright. Exact. Errors: limit (memory).
Result<Image> make_upright(Image image, Orientation orientation);

}  // namespace frugal
