#include "cli/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace frugal::cli {
namespace {

constexpr std::size_t kLongestWord = 64;  // a longer one is no mistyped name

using Row = std::vector<std::size_t>;

/// One row of the table of distances between the first `i` letters of `a` and all beginnings of `b`.
Row next_row(std::string_view a, std::string_view b, std::size_t i, const Row& before, const Row& last) {
  Row row(b.size() + 1, i);
  for (std::size_t j = 1; j <= b.size(); ++j) {
    const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
    row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
    const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
    if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
  }
  return row;
}

std::size_t distance(std::string_view a, std::string_view b) {
  Row before;
  Row last(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    Row row = next_row(a, b, i, before, last);
    before = std::move(last);
    last = std::move(row);
  }
  return last.back();
}

std::string_view only_completion(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view found;
  for (const auto candidate : candidates) {
    if (!candidate.starts_with(word)) continue;
    if (!found.empty()) return {};
    found = candidate;
  }
  return found;
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() < 2 || word.size() > kLongestWord) return {};
  if (const auto completed = only_completion(word, candidates); !completed.empty()) return completed;
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto candidate : candidates) {
    const std::size_t far = distance(word, candidate);
    if (far >= least) continue;
    least = far;
    best = candidate;
  }
  return best;
}

}  // namespace frugal::cli
