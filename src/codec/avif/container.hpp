// The file around a picture that was coded by AV1, for streams that libavif did not make.
//
// The boxes are those that libavif writes for one opaque still picture: ISO/IEC 14496-12 (file, items),
// ISO/IEC 23008-12 (properties), and the AV1 Image File Format 1.1.
#pragma once

#include <cstdint>

#include "codec/ycbcr.hpp"
#include "image/image.hpp"
#include "image/metadata.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::avif {

/// What readers are told before they decode.
struct Described {
  Size size;
  Sampling sampling = Sampling::half;
  int depth = 8;
  Cicp color;  ///< in full range
};

/// A file that holds `stream`: one temporal unit of a still picture, with its sequence header (AV1, 7.5).
/// `metadata` gives the ICC profile, EXIF and XMP. Errors: internal (no sequence header in `stream`), limit
/// (4 GB).
Result<Bytes> contain(ByteView stream, const Described& described, const Metadata& metadata);

}  // namespace frugal::codec::avif
