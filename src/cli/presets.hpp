// Names for qualities.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "util/result.hpp"

namespace frugal::cli {

struct Preset {
  std::string_view name;
  double score;  ///< SSIMULACRA2
};

inline constexpr std::array<Preset, 4> kPresets{{
    {"low", 50},
    {"medium", 65},
    {"high", 80},
    {"visually-lossless", 90},
}};

inline constexpr auto kPresetNames = [] {
  std::array<std::string_view, kPresets.size()> names;
  std::ranges::transform(kPresets, names.begin(), &Preset::name);
  return names;
}();

/// A preset's name, or a score from 0 to 100. Error: usage.
Result<double> parse_quality(std::string_view text);

}  // namespace frugal::cli
