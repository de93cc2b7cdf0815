// Deflating by libdeflate.
#pragma once

#include <memory>
#include <optional>

#include "util/bytes.hpp"

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
  Bytes scratch_;
};

}  // namespace frugal::codec::png
