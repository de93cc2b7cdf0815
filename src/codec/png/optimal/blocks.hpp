// Blocks of deflate: what they take, where one should end, and how they are written (RFC 1951, 3.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/png/optimal/symbols.hpp"
#include "util/bytes.hpp"

namespace frugal::codec::png {

/// Writes bits, the first one lowest.
class BitWriter {
 public:
  /// `count`: at most 16. Throws std::bad_alloc.
  void operator()(std::uint32_t bits, int count) {
    held_ |= std::uint64_t{bits} << filled_;
    for (filled_ += count; filled_ >= 8; filled_ -= 8, held_ >>= 8)
      bytes_.push_back(static_cast<std::uint8_t>(held_));
  }
  void to_whole_byte() {
    if (filled_ > 0) (*this)(0, 8 - filled_);
  }
  void append(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  Bytes& bytes() { return bytes_; }

 private:
  Bytes bytes_;
  std::uint64_t held_ = 0;
  int filled_ = 0;
};

/// Of steps over the first of `bytes`.
Histogram histogram_of(std::span<const Step> steps, ByteView bytes);

/// The bits that a block of such symbols takes, codes of its own included.
std::size_t block_bits(const Histogram& histogram);

/// Writes the block: with its own codes, the fixed ones, or as stored bytes, whichever is the shortest.
/// Throws std::bad_alloc.
void write_block(std::span<const Step> steps, ByteView bytes, bool last, BitWriter& out);

/// Where blocks should end so that all of them take the fewest bits: ends of runs of `steps`, as numbers of
/// steps, the last of them all. Found by merging: the estimate counts. Throws std::bad_alloc.
std::vector<std::size_t> block_ends(std::span<const Step> steps, ByteView bytes);

}  // namespace frugal::codec::png
