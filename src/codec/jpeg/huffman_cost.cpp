#include "codec/jpeg/huffman_cost.hpp"

#include <algorithm>
#include <span>

namespace frugal::codec::jpeg {
namespace {

constexpr std::size_t kLongestCode = 16;
constexpr std::size_t kTableBytes = 2 + 2 + 1 + 16;  ///< marker, length, class and number, codes by length

/// Every symbol, and one that keeps the code of ones alone free.
constexpr std::size_t kMostLeaves = 256 + 1;

/// Frequencies in ascending order in, code lengths in descending order out (Moffat and Katajainen, "In-place
/// calculation of minimum-redundancy codes", 1995). More than one leaf.
void replace_by_lengths(std::span<std::uint64_t> a) {
  const std::size_t n = a.size();
  std::size_t leaf = 0;
  std::size_t root = 0;
  const auto take = [&](std::size_t next) {  // the smaller of the next leaf and the next inner node
    if (leaf >= n || (root < next && a[root] < a[leaf])) {
      const auto weight = a[root];
      a[root++] = next;  // its parent
      return weight;
    }
    return a[leaf++];
  };
  for (std::size_t next = 0; next + 1 < n; ++next) {
    const auto first = take(next);
    a[next] = first + take(next);
  }
  a[n - 2] = 0;
  for (std::size_t i = n - 2; i-- > 0;) a[i] = a[a[i]] + 1;
  std::size_t nodes = 1;  // at this depth
  std::size_t inner = n - 1;
  std::size_t next = n;
  for (std::uint64_t depth = 0; nodes > 0; ++depth) {
    const std::size_t before = inner;
    while (inner > 0 && a[inner - 1] == depth) --inner;
    const std::size_t parents = before - inner;
    for (std::size_t i = parents; i < nodes; ++i) a[--next] = depth;
    nodes = 2 * parents;
  }
}

/// Brings codes that are too long to the limit (T.81, figure K.3). `lengths` descend.
void limit(std::span<std::uint64_t> lengths) {
  std::array<std::size_t, kMostLeaves + 1> of{};  // codes by length
  for (const auto length : lengths) ++of[length];
  for (std::size_t length = lengths[0]; length > kLongestCode; --length) {
    while (of[length] > 0) {
      std::size_t shorter = length - 2;
      while (of[shorter] == 0) --shorter;
      of[length] -= 2;
      ++of[length - 1];
      of[shorter + 1] += 2;
      --of[shorter];
    }
  }
  std::size_t i = lengths.size();
  for (std::size_t length = 1; length <= kLongestCode; ++length) {
    for (std::size_t k = 0; k < of[length]; ++k) lengths[--i] = length;
  }
}

}  // namespace

void operator+=(SymbolHistogram& sum, const SymbolHistogram& more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
}

HuffmanCost huffman_cost(const SymbolHistogram& counts) {
  std::array<std::uint32_t, kMostLeaves> sorted;
  std::size_t used = 0;
  HuffmanCost cost;
  for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
    if (counts[symbol] == 0) continue;
    sorted[used++] = counts[symbol];
    cost.bits += std::uint64_t{counts[symbol]} * (symbol % 16);
  }
  cost.table_bytes = kTableBytes + used;
  if (used == 0) return cost;
  std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(used));
  std::array<std::uint64_t, kMostLeaves> weights;
  weights[0] = 1;  // for the code of ones, the longest: nothing is rarer
  std::copy_n(sorted.begin(), used, weights.begin() + 1);
  const std::span<std::uint64_t> lengths(weights.data(), used + 1);
  replace_by_lengths(lengths);
  if (lengths[0] > kLongestCode) limit(lengths);
  for (std::size_t i = 0; i < used; ++i) cost.bits += sorted[i] * lengths[i + 1];
  return cost;
}

}  // namespace frugal::codec::jpeg
