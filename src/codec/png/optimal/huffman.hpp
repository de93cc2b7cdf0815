// Prefix codes of deflate.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace frugal::codec::png {

/// The code lengths, at most `limit` bits, that take the fewest bits for symbols that occur `counts` times; 0
/// where one does not occur. Package-merge (Larmore and Hirschberg, "A fast algorithm for optimal
/// length-limited Huffman codes", 1990). One symbol alone gets one bit. Throws std::bad_alloc.
std::vector<std::uint8_t> code_lengths(std::span<const std::uint32_t> counts, int limit);

/// The canonical codes of those lengths (RFC 1951, 3.2.2), their first bit lowest.
std::vector<std::uint16_t> codes_of(std::span<const std::uint8_t> lengths);

}  // namespace frugal::codec::png
