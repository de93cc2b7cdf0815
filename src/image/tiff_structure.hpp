// Directories of a TIFF structure (TIFF 6.0, section 2; BigTIFF), as TIFF files and EXIF blocks have them:
// read without trusting any number in them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "util/bytes.hpp"

namespace frugal {

struct TiffEntry {
  std::uint64_t at = 0;  ///< where the entry itself stands
  std::uint64_t tag = 0;
  std::uint64_t bytes = 0;   ///< of its values, as it says; saturated
  std::uint64_t value = 0;   ///< the offset in its last field, or a number that stands there
  std::uint64_t beside = 0;  ///< bytes that its values take elsewhere in the structure, and that are there
};

struct TiffDirectory {
  std::vector<TiffEntry> entries;  ///< as far as they are there
  std::uint64_t next = 0;          ///< where the next directory is; 0 for none
};

class TiffStructure {
 public:
  /// Nothing where the bytes do not begin as such a structure does.
  static std::optional<TiffStructure> of(ByteView bytes);

  /// The place of the first directory.
  std::uint64_t first() const;

  /// The directory at a place, its first `most` entries at most; one without entries where there is none.
  TiffDirectory directory(std::uint64_t at, std::uint64_t most) const;

  /// The number in `width` bytes, in the structure's byte order; nothing where it is not within.
  std::optional<std::uint64_t> number(std::uint64_t at, std::uint64_t width) const;

 private:
  explicit TiffStructure(ByteView bytes) : bytes_(bytes), big_endian_(bytes[0] == 'M') {}

  ByteView bytes_;
  bool big_endian_;
  bool big_ = false;  ///< offsets of eight bytes
};

}  // namespace frugal
