// Which tables and prices make a JPEG of a quality.
#pragma once

#include <array>
#include <optional>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/planes.hpp"

namespace frugal::codec::jpeg {

/// How to quantise.
struct Recipe {
  std::array<Table, 3> tables{};  ///< Y, Cb, Cr
  std::array<float, 3>
      lambdas{};  ///< price of a bit in squared steps; 0: every coefficient to its nearest step
  std::array<float, 3> dampings{};  ///< powers of the importance of blocks
};

/// `quality`: 1 to 100; a photograph comes out about as good as what libjpeg makes at that number.
/// `sampling`: of chroma; most coefficients of full resolution lie where little is seen. `effort`: 1 to 9,
/// where 1 does without prices.
Recipe recipe_of(double quality, Sampling sampling, int effort);

/// The quality, a multiple of `step`, whose recipe has that luma table; none where no recipe has it.
std::optional<double> quality_of(const Table& luma, double step);

}  // namespace frugal::codec::jpeg
