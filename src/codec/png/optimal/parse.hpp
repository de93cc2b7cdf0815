// The cheapest way through bytes, where the bits that each symbol takes are known.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/png/optimal/symbols.hpp"
#include "util/bytes.hpp"

namespace frugal::codec::png {

/// What everything costs, with the bits that follow a symbol; in bits / kBit.
struct StepCosts {
  static constexpr std::uint32_t kBit = 64;

  std::array<std::uint32_t, 256> literals{};
  std::array<std::uint32_t, kMaxMatch + 1> lengths{};
  std::array<std::uint32_t, kDistances> distances{};
};

/// For a start, when nothing is known but the bytes.
StepCosts rough_costs(ByteView bytes);

/// By the entropy of what was chosen before; what never occurred costs what is chosen once.
StepCosts costs_of(const Histogram& histogram);

/// The copies that may stand at each of a row of bytes.
struct Matches {
  std::vector<Step> steps;
  std::vector<std::uint32_t> ends;  ///< in `steps`, for each byte
  std::vector<bool> amid;           ///< as MatchFinder::next says
};

/// Finds them, a step at least for every byte, through dynamic programming over costs.
class Parser {
 public:
  /// The steps for `bytes[begin]` up to `bytes[end - 1]`, which nothing reaches beyond. At most 2^21 bytes.
  /// Throws std::bad_alloc.
  std::vector<Step> operator()(ByteView bytes, const Matches& matches, std::size_t begin, std::size_t end,
                               const StepCosts& costs);

 private:
  std::vector<std::int32_t> costs_;  ///< to get to each byte
  std::vector<std::uint32_t> ways_;  ///< the last step on the way there
};

}  // namespace frugal::codec::png
