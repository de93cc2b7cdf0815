// Names for qualities.
#pragma once

#include <array>
#include <string_view>

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

}  // namespace frugal::cli
