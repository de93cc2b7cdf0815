// PNG's row filters, and ways of choosing one for each row (PNG specification, 9 and 12.7).
#pragma once

#include <cstddef>
#include <cstdint>

#include "util/bytes.hpp"

namespace frugal::codec::png {

/// Rows of packed pixels, one after the other.
struct Rows {
  const std::uint8_t* bytes = nullptr;
  std::size_t count = 0;
  std::size_t row_bytes = 0;
  std::size_t step = 1;  ///< from a byte to that of the pixel before it; 1 where pixels are smaller
};

/// One filter for all rows, or a rule by which each row gets its own.
enum class Strategy : std::uint8_t {
  none,
  sub,
  up,
  average,
  paeth,
  min_sum,       ///< the least sum of magnitudes
  entropy,       ///< the least entropy of bytes
  bigrams,       ///< the fewest different pairs of bytes
  pair_entropy,  ///< the least entropy of pairs of bytes
  trial,         ///< what deflates to the least, together with the rows before
};
inline constexpr std::size_t kStrategies = 10;

/// Each row with its filter type before it. Throws std::bad_alloc.
Bytes filtered(const Rows& rows, Strategy strategy);

}  // namespace frugal::codec::png
