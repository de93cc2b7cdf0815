#include "codec/jpeg/sliced_sizes.hpp"

#include <cstdlib>
#include <cstring>

namespace frugal::codec::jpeg {
namespace {

/// Places in zigzag order by natural order (T.81, figure 5).
constexpr std::array<std::uint8_t, kBlockSize> zigzag_places() {
  std::array<std::uint8_t, kBlockSize> places{};
  std::uint8_t place = 0;
  for (std::uint32_t diagonal = 0; diagonal < 2 * kBlockSide - 1; ++diagonal) {
    for (std::uint32_t i = 0; i <= diagonal; ++i) {
      const std::uint32_t row = diagonal % 2 == 0 ? diagonal - i : i;
      const std::uint32_t column = diagonal - row;
      if (row < kBlockSide && column < kBlockSide) places[row * kBlockSide + column] = place++;
    }
  }
  return places;
}
constexpr auto kPlaces = zigzag_places();

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
