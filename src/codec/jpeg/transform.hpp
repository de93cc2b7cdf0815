// The discrete cosine transform of T.81, in floating point.
#pragma once

#include <array>
#include <vector>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/planes.hpp"

namespace frugal::codec::jpeg {

/// Coefficients before they are quantised, in natural order, scaled as T.81, A.3.3 has them (DC: 8 × the
/// mean).
using RealBlock = std::array<float, kBlockSize>;

/// One component, transformed.
struct Spectrum {
  std::uint32_t columns = 0;  ///< in blocks
  std::uint32_t rows = 0;
  std::vector<RealBlock> blocks;  ///< row by row
};

/// `samples`: 8 rows, `stride` floats apart.
void forward(const float* samples, std::size_t stride, RealBlock& out);

/// Row `row` of the plane's blocks.
void forward(const SamplePlane& plane, std::size_t row, RealBlock* out);

/// Writes 8 rows of samples, `stride` floats apart.
void inverse(const RealBlock& coefficients, float* samples, std::size_t stride);

/// Throws std::bad_alloc.
Spectrum transformed(const SamplePlane& plane, int threads);

}  // namespace frugal::codec::jpeg
