#include "codec/jpeg/trellis.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace frugal::codec::jpeg {

const std::array<std::uint8_t, kBlockSize> kZigzag{
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

namespace {

constexpr int kMostAc = 1023;  ///< a baseline coefficient's largest magnitude

// So that no difference of two takes more than the 11 bits that a baseline file has for it (T.81, F.1.2.1).
constexpr float kLeastDc = -1024;
constexpr float kMostDc = 1023;

std::size_t size_of(int magnitude) {
  return static_cast<std::size_t>(std::bit_width(static_cast<unsigned>(magnitude)));
}

std::int16_t signed_as(int magnitude, float sign) {
  return static_cast<std::int16_t>(sign < 0 ? -magnitude : magnitude);
}

/// To the nearest whole number, halves upward; `value` is not negative.
int nearest_to(float value) {
  constexpr float kHalf = 0.5F;
  return static_cast<int>(value + kHalf);
}

std::int16_t rounded_dc(float steps) {
  return static_cast<std::int16_t>(std::lround(std::clamp(steps, kLeastDc, kMostDc)));
}

/// A coefficient that may be kept, and the cheapest way to get to it.
struct Node {
  std::size_t place = 0;  ///< in zigzag order
  float cost = 0;         ///< of everything up to it
  int magnitude = 0;
  std::size_t before = 0;  ///< number of the node kept before it; 0 is DC
};

}  // namespace

void count_symbols(const Block& block, SymbolHistogram& counts) {
  constexpr std::size_t kLongRun = 0xf0;
  std::size_t run = 0;
  for (std::size_t i = 1; i < kBlockSize; ++i) {
    const int value = block[kZigzag[i]];
    if (value == 0) {
      ++run;
      continue;
    }
    counts[kLongRun] += static_cast<std::uint32_t>(run / 16);
    ++counts[run % 16 * 16 + size_of(std::abs(value))];
    run = 0;
  }
  if (run > 0) ++counts[0];
}

SymbolCosts SymbolCosts::of(const SymbolHistogram& counts) {
  constexpr double kLongest = 16;
  const double total = std::accumulate(counts.begin(), counts.end(), 64.0);
  SymbolCosts costs;
  for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
    const double bits = std::min(std::log2(total / (counts[symbol] + 0.25)), kLongest);
    costs.bits[symbol / 16][symbol % 16] = static_cast<float>(bits + static_cast<double>(symbol % 16));
  }
  return costs;
}

Quantizer::Quantizer(const Table& table) {
  for (std::size_t i = 0; i < kBlockSize; ++i) inverse[i] = 1.0F / static_cast<float>(table[kZigzag[i]]);
}

void quantise(const RealBlock& block, const Quantizer& quantizer, Block& out) {
  out[0] = rounded_dc(block[0] * quantizer.inverse[0]);
  for (std::size_t i = 1; i < kBlockSize; ++i) {
    const float value = block[kZigzag[i]] * quantizer.inverse[i];
    const int magnitude = std::min(nearest_to(std::fabs(value)), kMostAc);
    out[kZigzag[i]] = signed_as(magnitude, value);
  }
}

void quantise(const RealBlock& block, const Quantizer& quantizer, float lambda, const SymbolCosts& costs,
              Block& out) {
  std::array<Node, kBlockSize> nodes;
  std::array<float, kBlockSize> dropped;  // the error of leaving out all up to a place
  std::array<float, kBlockSize> scaled;
  std::size_t count = 1;
  dropped[0] = 0;
  for (std::size_t i = 1; i < kBlockSize; ++i) {
    scaled[i] = std::fabs(block[kZigzag[i]] * quantizer.inverse[i]);
    dropped[i] = dropped[i - 1] + scaled[i] * scaled[i];
  }
  const float long_run = costs.bits[15][0] * lambda;
  for (std::size_t i = 1; i < kBlockSize; ++i) {
    if (scaled[i] < 0.5F) continue;
    const int nearest = std::min(nearest_to(scaled[i]), kMostAc);
    const std::size_t size = size_of(nearest);
    const float off = scaled[i] - static_cast<float>(nearest);
    const float error = off * off;
    const bool has_smaller = nearest > 1 && std::has_single_bit(static_cast<unsigned>(nearest));
    const float smaller_error = error + 2 * off + 1;
    Node& node = nodes[count];
    node = {i, INFINITY, nearest, 0};
    for (std::size_t j = count; j-- > 0;) {
      const std::size_t before = j == 0 ? 0 : nodes[j].place;
      const float zeros = dropped[i - 1] - dropped[before];
      if (zeros >= node.cost) break;
      const std::size_t run = i - before - 1;
      float base = zeros + (j == 0 ? 0 : nodes[j].cost);
      for (std::size_t left = run; left >= 16; left -= 16) base += long_run;
      const auto& bits = costs.bits[run % 16];
      const float cost = base + error + lambda * bits[size];
      if (cost < node.cost) node = {i, cost, nearest, j};
      if (!has_smaller) continue;
      const float other = base + smaller_error + lambda * bits[size - 1];
      if (other < node.cost) node = {i, other, nearest - 1, j};
    }
    ++count;
  }
  const float end = lambda * costs.bits[0][0];
  std::size_t last = 0;
  float least = dropped[63] + end;
  for (std::size_t j = 1; j < count; ++j) {
    const std::size_t place = nodes[j].place;
    const float cost = nodes[j].cost + (dropped[63] - dropped[place]) + (place == 63 ? 0 : end);
    if (cost < least) {
      least = cost;
      last = j;
    }
  }
  out.fill(0);
  out[0] = rounded_dc(block[0] * quantizer.inverse[0]);
  for (; last > 0; last = nodes[last].before) {
    const std::size_t at = kZigzag[nodes[last].place];
    out[at] = signed_as(nodes[last].magnitude, block[at]);
  }
}

}  // namespace frugal::codec::jpeg
