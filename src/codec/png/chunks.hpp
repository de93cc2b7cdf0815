// What a PNG's list of chunks tells, before libpng reads the file.
#pragma once

#include <optional>

#include "codec/codec.hpp"
#include "image/metadata.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::png {

struct Chunks {
  bool animated = false;       ///< acTL with more than one frame
  bool trailing_data = false;  ///< bytes after IEND
  std::optional<Cicp> cicp;    ///< older versions of libpng do not read this chunk
  Bytes xmp;                   ///< an XMP packet, inflated
};

/// Reads the list as far as it goes; what else is damaged in it is left to libpng to find. Of texts only XMP
/// is read: libpng would inflate all of them and keep them. Errors: limit (the size in the header, and what
/// any chunk but pixel data holds or inflates to), damaged (such a chunk that goes on past the end).
Result<Chunks> read_chunks(ByteView file, const Limits& limits);

}  // namespace frugal::codec::png
