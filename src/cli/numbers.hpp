// Numbers as text, the same in every locale.
#pragma once

#include <string>

namespace frugal::cli {

/// With that many digits after the point ("81.4536"); never "-0". "inf" for infinity.
std::string fixed(double value, int decimals);

/// The shortest decimal that reads back as the same number.
std::string shortest(double value);

/// Scores in every report.
inline constexpr int kScoreDecimals = 4;

}  // namespace frugal::cli
