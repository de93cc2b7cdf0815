// Deflating by libdeflate.
#pragma once

#include <memory>

#include "util/bytes.hpp"
#include "util/memory.hpp"

struct libdeflate_compressor;

namespace frugal::codec::png {

/// A compressor of one level: 1 (fast) to 12 (small). Not for several threads at once.
class Deflater {
 public:
  /// Throws std::bad_alloc.
  explicit Deflater(int level);

  /// `bytes` as a zlib stream (RFC 1950). Throws std::bad_alloc.
  Bytes operator()(ByteView bytes);

  /// What a stream of `bytes` would take. Throws std::bad_alloc.
  std::size_t size_of(ByteView bytes);

 private:
  struct Free {
    void operator()(libdeflate_compressor* compressor) const;
  };
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  Memory<std::uint8_t> scratch_;  ///< not touched where nothing is written
  std::size_t room_ = 0;
};

}  // namespace frugal::codec::png
