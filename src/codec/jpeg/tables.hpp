// Quantization tables shaped for what is seen.
#pragma once

#include <array>

#include "codec/jpeg/coefficients.hpp"

namespace frugal::codec::jpeg {

/// The form of one component's table: q(u,v) = scale · 16 · level · e^(low·max(0, 1−r/4)) ·
/// e^(high·max(0, (r−3)/6)), r = √(u²+v²), and DC's once more times `dc`.
struct Shape {
  float level = 1;
  float low = 0;
  float high = 0;
  float dc = 1;
};

/// Steps before they are rounded.
using RealTable = std::array<float, kBlockSize>;

RealTable real_table(const Shape& shape, float scale);

/// Rounded to what a baseline file holds.
Table rounded(const RealTable& table);

}  // namespace frugal::codec::jpeg
