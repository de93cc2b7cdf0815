// The cheapest scans for parts of a picture.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "codec/jpeg/ac_costs.hpp"
#include "codec/jpeg/coefficients.hpp"

namespace frugal::codec::jpeg {

/// Scans and what they take in a file, headers and tables included.
struct Plan {
  std::uint64_t bytes = 0;
  Script scans;
};

/// One component's scans by Al.
struct AcCosts {
  std::array<LevelCosts, kLevels> levels;
  std::uint64_t counted = 0;  ///< blocks
  std::uint64_t blocks = 0;   ///< for which they stand
};

/// Everything about a component's AC coefficients. The bands that begin with a higher Al, and the pieces into
/// which each pass is cut, are chosen together.
Plan ac_plan(int component, const AcCosts& costs);

/// Everything about DC: interleaved, luma apart or all apart; Al 0 or 1.
Plan dc_plan(const Coefficients& coefficients);

/// Of a file with one sequential scan. One AcCosts for each component.
std::uint64_t sequential_bytes(const Coefficients& coefficients, const std::vector<AcCosts>& costs);

}  // namespace frugal::codec::jpeg
