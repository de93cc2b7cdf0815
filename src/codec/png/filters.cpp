#include "codec/png/filters.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

#include "codec/png/deflate.hpp"

namespace frugal::codec::png {

namespace {

constexpr std::size_t kFilters = 5;  // none, sub, up, average, paeth: their types in the file

std::uint8_t paeth(int left, int above, int corner) {
  const int by_left = std::abs(above - corner);
  const int by_above = std::abs(left - corner);
  const int by_corner = std::abs(left + above - 2 * corner);
  if (by_left <= by_above && by_left <= by_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(by_above <= by_corner ? above : corner);
}

std::uint8_t less(std::uint8_t a, int b) {
  return static_cast<std::uint8_t>(a - b);
}

/// `above`: the row before, or zeros. Writes the filter's type and `size` bytes.
void apply(std::size_t filter, const std::uint8_t* row, const std::uint8_t* above, std::size_t size,
           std::size_t step, std::uint8_t* out) {
  *out++ = static_cast<std::uint8_t>(filter);
  const std::size_t first = std::min(step, size);  // bytes with nothing to their left
  switch (filter) {
    case 0:
      std::memcpy(out, row, size);
      break;
    case 1:
      std::memcpy(out, row, first);
      for (std::size_t i = first; i < size; ++i) out[i] = less(row[i], row[i - step]);
      break;
    case 2:
      for (std::size_t i = 0; i < size; ++i) out[i] = less(row[i], above[i]);
      break;
    case 3:
      for (std::size_t i = 0; i < first; ++i) out[i] = less(row[i], above[i] / 2);
      for (std::size_t i = first; i < size; ++i) out[i] = less(row[i], (row[i - step] + above[i]) / 2);
      break;
    default:
      for (std::size_t i = 0; i < first; ++i) out[i] = less(row[i], above[i]);
      for (std::size_t i = first; i < size; ++i)
        out[i] = less(row[i], paeth(row[i - step], above[i], above[i - step]));
  }
}

/// Σ over symbols of n·log2(n), less that of all: the smaller, the more bits the row takes.
class Logarithms {
 public:
  Logarithms() {
    for (std::size_t n = 1; n < table_.size(); ++n) {
      const auto x = static_cast<double>(n);
      table_[n] = x * std::log2(x);
    }
  }
  double of(std::size_t n) const {
    if (n < table_.size()) return table_[n];
    const auto x = static_cast<double>(n);
    return x * std::log2(x);
  }

 private:
  std::array<double, 4096> table_{};
};

/// How a filtered row is judged; less is better.
class Judge {
 public:
  explicit Judge(Strategy strategy) : strategy_(strategy) {
    if (strategy == Strategy::bigrams || strategy == Strategy::pair_entropy) pairs_.resize(65536);
  }

  double operator()(ByteView row) {
    switch (strategy_) {
      case Strategy::min_sum:
        return sum_of_magnitudes(row);
      case Strategy::entropy:
        return entropy(row);
      case Strategy::bigrams:
        return different_pairs(row);
      default:
        return pair_entropy(row);
    }
  }

 private:
  static double sum_of_magnitudes(ByteView row) {
    std::uint64_t sum = 0;
    for (const auto byte : row) sum += byte < 128 ? byte : 256U - byte;
    return static_cast<double>(sum);
  }

  double entropy(ByteView row) const {
    std::array<std::uint32_t, 256> counts{};
    for (const auto byte : row) ++counts[byte];
    double sum = 0;
    for (const auto count : counts) sum -= logarithms_.of(count);
    return sum;
  }

  /// Counts pairs; `seen_` names those that occur.
  void count_pairs(ByteView row) {
    for (const auto pair : seen_) pairs_[pair] = 0;
    seen_.clear();
    for (std::size_t i = 1; i < row.size(); ++i) {
      const auto pair = static_cast<std::uint16_t>(row[i - 1] << 8 | row[i]);
      if (pairs_[pair]++ == 0) seen_.push_back(pair);
    }
  }

  double different_pairs(ByteView row) {
    count_pairs(row);
    return static_cast<double>(seen_.size());
  }

  double pair_entropy(ByteView row) {
    count_pairs(row);
    double sum = 0;
    for (const auto pair : seen_) sum -= logarithms_.of(pairs_[pair]);
    return sum;
  }

  Strategy strategy_;
  Logarithms logarithms_;
  std::vector<std::uint32_t> pairs_;
  std::vector<std::uint16_t> seen_;
};

/// Deflates rows together with those before them.
class Trial {
 public:
  /// `row`: filtered, with its type. The rows before it are the last of `done`.
  std::size_t operator()(ByteView done, ByteView row) {
    const std::size_t before = std::min(done.size(), kRowsBefore * row.size());
    both_.assign(done.end() - static_cast<std::ptrdiff_t>(before), done.end());
    both_.insert(both_.end(), row.begin(), row.end());
    return deflater_.size_of(both_);
  }

 private:
  static constexpr int kLevel = 2;
  static constexpr std::size_t kRowsBefore = 3;
  Deflater deflater_{kLevel};
  Bytes both_;
};

}  // namespace

Bytes filtered(const Rows& rows, Strategy strategy) {
  const std::size_t length = rows.row_bytes + 1;
  Bytes out(rows.count * length);
  const Bytes zeros(rows.row_bytes);
  const auto row = [&](std::size_t y) { return rows.bytes + y * rows.row_bytes; };
  const auto above = [&](std::size_t y) { return y == 0 ? zeros.data() : row(y - 1); };
  if (strategy <= Strategy::paeth) {
    for (std::size_t y = 0; y < rows.count; ++y) {
      apply(static_cast<std::size_t>(strategy), row(y), above(y), rows.row_bytes, rows.step,
            out.data() + y * length);
    }
    return out;
  }
  Judge judge(strategy);
  Trial trial;
  Bytes candidate(length);
  for (std::size_t y = 0; y < rows.count; ++y) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t filter = 0; filter < kFilters; ++filter) {
      apply(filter, row(y), above(y), rows.row_bytes, rows.step, candidate.data());
      const double cost = strategy == Strategy::trial
                              ? static_cast<double>(trial(ByteView(out).first(y * length), candidate))
                              : judge(ByteView(candidate).subspan(1));
      if (cost >= least) continue;
      least = cost;
      std::ranges::copy(candidate, out.begin() + static_cast<std::ptrdiff_t>(y * length));
    }
  }
  return out;
}

}  // namespace frugal::codec::png
