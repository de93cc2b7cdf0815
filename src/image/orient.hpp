// Turning a stored picture upright.
#pragma once

#include "image/image.hpp"
#include "image/metadata.hpp"

namespace frugal {

/// Where the sample seen at (x, y) of the upright picture is stored.
struct Turn {
  bool swap = false;    ///< x and y change places first
  bool flip_x = false;  ///< then the stored column is counted from the right
  bool flip_y = false;  ///< and the stored row from the bottom
};

Turn turn_of(Orientation orientation);

/// The size of a picture of stored size `stored` once it is upright.
Size upright_size(Size stored, Orientation orientation);

/// The orientation of `value` (1 to 8 in EXIF); upright for anything else.
Orientation orientation_from_exif(unsigned value);

/// Moves the samples so that `image`, stored with `orientation`, is upright. Exact. Errors: limit (memory).
Result<Image> make_upright(Image image, Orientation orientation);

}  // namespace frugal
