// What a Huffman-coded scan costs in a file.
#pragma once

#include <array>
#include <cstdint>

namespace frugal::codec::jpeg {

/// How often each symbol of one Huffman table is coded. A symbol's low four bits say how many bits follow it,
/// except at the ends of bands (T.81, F.1.2, G.1.2).
using SymbolHistogram = std::array<std::uint32_t, 256>;

void operator+=(SymbolHistogram& sum, const SymbolHistogram& more);

struct HuffmanCost {
  std::uint64_t bits = 0;         ///< of all symbols and of what their low four bits announce
  std::uint64_t table_bytes = 0;  ///< of the segment that defines the table (T.81, B.2.4.2)
};

/// With the best code of at most 16 bits (T.81, K.2), in which the code of ones alone is never used.
HuffmanCost huffman_cost(const SymbolHistogram& counts);

/// Entropy-coded data of so many bits in bytes, with the zero bytes that are stuffed in after 0xFF. Of these
/// there are about as many in every scan of AC coefficients.
constexpr std::uint64_t data_bytes(std::uint64_t bits) {
  constexpr std::uint64_t kBytesForOneStuffed = 300;
  const std::uint64_t bytes = (bits + 7) / 8;
  return bytes + bytes / kBytesForOneStuffed;
}

/// Of the scan's header (T.81, B.2.3).
constexpr std::uint64_t scan_header_bytes(int components) {
  return 8 + 2 * static_cast<std::uint64_t>(components);
}

}  // namespace frugal::codec::jpeg
