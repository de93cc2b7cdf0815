#include "codec/jpeg/trellis.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace frugal::codec::jpeg {

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

/// The ways through one block.
struct Paths {
  std::array<float, kBlockSize> scaled;   ///< magnitudes in steps, by zigzag order
  std::array<float, kBlockSize> dropped;  ///< the error of leaving out all up to a place
  std::array<Node, kBlockSize> nodes;
  std::size_t count = 1;  ///< of nodes

  Paths(const RealBlock& block, const Quantizer& quantizer);
  void extend_to(std::size_t place, float lambda, const SymbolCosts& costs);

  /// The number of the last node of the cheapest way, where ending a block early costs `end`.
  std::size_t cheapest_last(float end) const;
};

// Not initialised beyond what is read: a block takes less time than that would.
Paths::Paths(const RealBlock& block, const Quantizer& quantizer) {
  nodes[0] = {};
  dropped[0] = 0;
  for (std::size_t i = 1; i < kBlockSize; ++i) {
    scaled[i] = std::fabs(block[kZigzag[i]] * quantizer.inverse[i]);
    dropped[i] = dropped[i - 1] + scaled[i] * scaled[i];
  }
}

void Paths::extend_to(std::size_t place, float lambda, const SymbolCosts& costs) {
  const int nearest = std::min(nearest_to(scaled[place]), kMostAc);
  const std::size_t size = size_of(nearest);
  const float off = scaled[place] - static_cast<float>(nearest);
  const float error = off * off;
  const bool has_smaller = nearest > 1 && std::has_single_bit(static_cast<unsigned>(nearest));
  const float smaller_error = error + 2 * off + 1;
  const float long_run = costs.bits[15][0] * lambda;
  Node node{place, INFINITY, nearest, 0};
  for (std::size_t before = count; before-- > 0;) {
    const float zeros = dropped[place - 1] - dropped[nodes[before].place];
    if (zeros >= node.cost) break;
    const std::size_t run = place - nodes[before].place - 1;
    float base = zeros + nodes[before].cost;
    for (std::size_t left = run; left >= 16; left -= 16) base += long_run;
    const auto& bits = costs.bits[run % 16];
    const float cost = base + error + lambda * bits[size];
    if (cost < node.cost) node = {place, cost, nearest, before};
    if (!has_smaller) continue;
    const float other = base + smaller_error + lambda * bits[size - 1];
    if (other < node.cost) node = {place, other, nearest - 1, before};
  }
  nodes[count++] = node;
}

std::size_t Paths::cheapest_last(float end) const {
  constexpr std::size_t kLastPlace = kBlockSize - 1;
  std::size_t last = 0;
  float least = dropped[kLastPlace] + end;
  for (std::size_t n = 1; n < count; ++n) {
    const auto& node = nodes[n];
    const float rest = dropped[kLastPlace] - dropped[node.place];
    const float cost = node.cost + rest + (node.place == kLastPlace ? 0 : end);
    if (cost < least) {
      least = cost;
      last = n;
    }
  }
  return last;
}

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
  Paths paths(block, quantizer);
  for (std::size_t i = 1; i < kBlockSize; ++i) {
    if (paths.scaled[i] >= 0.5F) paths.extend_to(i, lambda, costs);
  }
  out.fill(0);
  out[0] = rounded_dc(block[0] * quantizer.inverse[0]);
  for (std::size_t n = paths.cheapest_last(lambda * costs.bits[0][0]); n > 0; n = paths.nodes[n].before) {
    const std::size_t at = kZigzag[paths.nodes[n].place];
    out[at] = signed_as(paths.nodes[n].magnitude, block[at]);
  }
}

}  // namespace frugal::codec::jpeg
