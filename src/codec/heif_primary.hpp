// The primary picture of an AVIF or HEIC file, by the file's tables alone: checked before a library follows
// them.
#pragma once

#include "codec/codec.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::isobmff {

/// What the item tables say of the primary picture.
struct Primary {
  bool monochrome = false;  ///< coded by HEVC without chroma (a grid: by its first tile)
  bool square_pixels = true;
  std::uint64_t largest = 0;  ///< pixels of the largest picture that it is made of, as announced
};

/// For pictures as they are coded, padded to whole blocks and tiles: no more than twice the size in any real
/// file.
Limits coded_limits(const Limits& limits);

/// Reads the tables in `meta`, the body of the file's meta box. Errors: limit (sizes, the number of items and
/// of pictures in one, profile and metadata), damaged: a picture that is derived from itself or by more steps
/// than any real file's, items of more bytes than the file has, and sizes that differ between the tables and
/// what is coded.
Result<Primary> primary_item(ByteView file, ByteView meta, const Limits& limits);

}  // namespace frugal::codec::isobmff
