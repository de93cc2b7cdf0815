#include "codec/png/optimal/parse.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace frugal::codec::png {

namespace {

constexpr auto kBit = StepCosts::kBit;
constexpr auto kNever = std::numeric_limits<std::int32_t>::max();

std::uint32_t cost_of(double bits) {
  return static_cast<std::uint32_t>(std::lround(std::clamp(bits, 1.0, 15.0) * kBit));
}

/// No code is shorter than a bit.
std::vector<std::uint32_t> entropies(std::span<const std::uint32_t> counts) {
  const auto sum = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  const double all = std::log2(static_cast<double>(std::max<std::uint64_t>(sum, 1)));
  std::vector<std::uint32_t> costs;
  for (const auto count : counts) costs.push_back(cost_of(all - (count > 0 ? std::log2(count) : 0)));
  return costs;
}

}  // namespace

StepCosts rough_costs(ByteView bytes) {
  Histogram histogram;
  for (const auto byte : bytes) ++histogram.literals[byte];
  const auto literals = entropies(histogram.literals);
  StepCosts costs;
  std::copy_n(literals.begin(), costs.literals.size(), costs.literals.begin());
  constexpr std::uint32_t kLength = 5 * kBit;
  constexpr std::uint32_t kDistance = 5 * kBit;
  for (std::size_t i = kMinMatch; i <= kMaxMatch; ++i)
    costs.lengths[i] = kLength + kLengthSlots[i].extra * kBit;
  for (std::uint32_t i = 0; i < kDistances; ++i)
    costs.distances[i] = kDistance + (i < 4 ? 0 : i / 2 - 1) * kBit;
  return costs;
}

StepCosts costs_of(const Histogram& histogram) {
  const auto literals = entropies(histogram.literals);
  const auto distances = entropies(histogram.distances);
  StepCosts costs;
  std::copy_n(literals.begin(), costs.literals.size(), costs.literals.begin());
  for (std::size_t i = kMinMatch; i <= kMaxMatch; ++i)
    costs.lengths[i] = literals[kLengthSlots[i].symbol] + kLengthSlots[i].extra * kBit;
  for (std::uint32_t i = 0; i < kDistances; ++i)
    costs.distances[i] = distances[i] + (i < 4 ? 0 : i / 2 - 1) * kBit;
  return costs;
}

namespace {

using Cost = std::int32_t;  // signed: SSE2 compares nothing else

/// What leads to a byte: a step as one number, so that loops over them become vectors.
std::uint32_t packed(std::size_t length, std::uint32_t distance) {
  return distance << 16 | static_cast<std::uint32_t>(length);
}

Step unpacked(std::uint32_t step) {
  return {static_cast<std::uint16_t>(step & 0xFFFF), static_cast<std::uint16_t>(step >> 16)};
}

/// Steps of `first` to `last` bytes from one place. `cost`, `way`: of the places so many bytes on.
void reach(std::size_t first, std::size_t last, Cost here, std::uint32_t distance,
           const std::uint32_t* __restrict lengths, Cost* __restrict cost, std::uint32_t* __restrict way) {
  for (std::size_t length = first; length <= last; ++length) {
    const Cost there = here + static_cast<Cost>(lengths[length]);
    const bool better = there < cost[length];
    cost[length] = better ? there : cost[length];
    way[length] = better ? packed(length, distance) : way[length];
  }
}

}  // namespace

std::vector<Step> Parser::operator()(ByteView bytes, const Matches& matches, std::size_t begin,
                                     std::size_t end, const StepCosts& costs) {
  const std::size_t size = end - begin;
  costs_.assign(size + 1, kNever);
  ways_.resize(size + 1);
  costs_[0] = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (costs_[i] == kNever) continue;
    const auto place = begin + i;
    const auto* step = matches.steps.data() + (place > 0 ? matches.ends[place - 1] : 0);
    const auto* const past = matches.steps.data() + matches.ends[place];
    std::size_t length = kMinMatch;
    if (matches.amid[place] && i + kMaxMatch <= size) {
      length = kMaxMatch;
    } else {
      reach(1, 1, costs_[i], 0, &costs.literals[bytes[place]] - 1, &costs_[i], &ways_[i]);
    }
    for (; step != past; ++step) {
      const auto longest = std::min<std::size_t>(step->length, size - i);
      const auto cost = costs_[i] + static_cast<Cost>(costs.distances[distance_slot(step->distance).symbol]);
      reach(length, longest, cost, step->distance, costs.lengths.data(), &costs_[i], &ways_[i]);
      length = longest + 1;
    }
  }
  std::vector<Step> steps;
  for (std::size_t i = size; i > 0; i -= steps.back().length) steps.push_back(unpacked(ways_[i]));
  std::ranges::reverse(steps);
  return steps;
}

}  // namespace frugal::codec::png
