// Blocks turned about for counting: bits for coefficients, in the order in which scans code them.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "codec/jpeg/coefficients.hpp"

namespace frugal::codec::jpeg {

/// The sizes (bits of the magnitude; 0 for a zero) of one block's AC coefficients: bit p of slice s is bit s
/// of the size at place p in zigzag order.
struct SlicedSizes {
  std::array<std::uint64_t, 4> slices{};

  std::size_t at(int place) const {
    std::size_t size = 0;
    for (std::size_t s = 0; s < slices.size(); ++s)
      size |= static_cast<std::size_t>(slices[s] >> place & 1) << s;
    return size;
  }

  /// The places of coefficients that are not 0 without their `low` (0 to 4) lowest bits.
  std::uint64_t nonzero(std::size_t low) const {
    const auto& [ones, twos, fours, eights] = slices;
    switch (low) {
      case 0:
        return eights | fours | twos | ones;
      case 1:
        return eights | fours | twos;
      case 2:
        return eights | fours | (twos & ones);
      case 3:
        return eights | fours;
      default:
        return eights | (fours & (twos | ones));
    }
  }
};

SlicedSizes sliced_sizes(const Block& block);

}  // namespace frugal::codec::jpeg
