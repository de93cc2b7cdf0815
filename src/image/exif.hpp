// EXIF: what it says about orientation, and which of it travels on.
#pragma once

#include <string>

#include "image/metadata.hpp"
#include "util/bytes.hpp"

namespace frugal {

/// The orientation in an EXIF block (a TIFF structure). Upright where it says nothing or cannot be read.
Orientation exif_orientation(ByteView exif);

/// The block reduced to what may be published and would be missed: copyright, artist, description and dates.
/// No position, thumbnail, maker note, serial number; no orientation either, since written pictures are
/// upright. Empty when nothing of it remains.
Bytes safe_exif(ByteView exif);

/// The block as it is, its orientation set to upright (written pictures are). Returned empty when it cannot
/// be read.
Bytes upright_exif(ByteView exif);

/// The run-time version of the library behind it, as in "exiv2 0.27.6".
std::string exif_library();

}  // namespace frugal
