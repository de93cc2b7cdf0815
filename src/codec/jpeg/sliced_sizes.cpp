#include "codec/jpeg/sliced_sizes.hpp"

#include <cstdlib>
#include <cstring>

namespace frugal::codec::jpeg {
namespace {

/// Places in zigzag order by natural order.
constexpr auto kPlaces = [] {
  std::array<std::uint8_t, kBlockSize> places{};
  for (std::uint8_t i = 0; i < kBlockSize; ++i) places[kZigzag[i]] = i;
  return places;
}();

}  // namespace

SlicedSizes sliced_sizes(const Block& block) {
  constexpr std::size_t kAtOnce = sizeof(std::uint64_t) / sizeof(std::int16_t);
  SlicedSizes sizes;
  for (std::size_t begin = 0; begin < kBlockSize; begin += kAtOnce) {
    std::uint64_t all = 0;
    std::memcpy(&all, &block[begin], sizeof all);
    if (all == 0) continue;
    for (std::size_t i = begin; i < begin + kAtOnce; ++i) {
      const auto size = static_cast<std::uint64_t>(std::bit_width(static_cast<unsigned>(std::abs(block[i]))));
      for (std::size_t s = 0; s < sizes.slices.size(); ++s) sizes.slices[s] |= (size >> s & 1) << kPlaces[i];
    }
  }
  for (auto& slice : sizes.slices) slice &= ~std::uint64_t{1};  // DC is no part of it
  return sizes;
}

}  // namespace frugal::codec::jpeg
