#include "codec/png/optimal/huffman.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace frugal::codec::png {

namespace {

/// A symbol, or a package of two things of the level below.
struct Coin {
  std::uint64_t weight = 0;
  int symbol = -1;        ///< -1: a package
  std::size_t first = 0;  ///< of the two, a place in the level below
};

/// The cheapest of `symbols` and of pairs of `below`, both by weight.
std::vector<Coin> merged(const std::vector<Coin>& symbols, const std::vector<Coin>& below) {
  std::vector<Coin> level;
  level.reserve(symbols.size() + below.size() / 2);
  auto next = symbols.begin();
  for (std::size_t i = 0; i + 1 < below.size(); i += 2) {
    const auto weight = below[i].weight + below[i + 1].weight;
    while (next != symbols.end() && next->weight <= weight) level.push_back(*next++);
    level.push_back({weight, -1, i});
  }
  level.insert(level.end(), next, symbols.end());
  return level;
}

}  // namespace

std::vector<std::uint8_t> code_lengths(std::span<const std::uint32_t> counts, int limit) {
  std::vector<std::uint8_t> lengths(counts.size());
  std::vector<Coin> symbols;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) symbols.push_back({counts[i], static_cast<int>(i), 0});
  }
  if (symbols.size() == 1) lengths[static_cast<std::size_t>(symbols[0].symbol)] = 1;
  if (symbols.size() < 2) return lengths;
  std::ranges::stable_sort(symbols, {}, &Coin::weight);
  std::vector<std::vector<Coin>> levels{symbols};
  for (int i = 1; i < limit; ++i) levels.push_back(merged(symbols, levels.back()));
  // Of the last level 2n-2 are taken, of those below what their packages hold: always the first ones.
  std::size_t taken = 2 * symbols.size() - 2;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    std::size_t below = 0;
    for (std::size_t i = 0; i < taken; ++i) {
      const auto& coin = (*level)[i];
      if (coin.symbol >= 0) {
        ++lengths[static_cast<std::size_t>(coin.symbol)];
      } else {
        below = coin.first + 2;
      }
    }
    taken = below;
  }
  return lengths;
}

std::vector<std::uint16_t> codes_of(std::span<const std::uint8_t> lengths) {
  constexpr std::size_t kLongest = 15;
  std::array<std::uint32_t, kLongest + 1> counts{};
  for (const auto length : lengths) ++counts[length];
  counts[0] = 0;
  std::array<std::uint32_t, kLongest + 1> next{};
  for (std::size_t bits = 1; bits <= kLongest; ++bits) next[bits] = (next[bits - 1] + counts[bits - 1]) << 1;
  std::vector<std::uint16_t> codes(lengths.size());
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] == 0) continue;
    auto code = next[lengths[i]]++;
    for (int bit = 0; bit < lengths[i]; ++bit, code >>= 1)
      codes[i] = static_cast<std::uint16_t>(codes[i] << 1 | (code & 1));
  }
  return codes;
}

}  // namespace frugal::codec::png
