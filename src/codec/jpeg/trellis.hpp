// Quantisation that weighs what a coefficient costs against what it is worth.
#pragma once

#include <array>
#include <cstdint>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/transform.hpp"

namespace frugal::codec::jpeg {

/// Coefficients' places in natural order, by zigzag order (T.81, figure 5).
extern const std::array<std::uint8_t, kBlockSize> kZigzag;

/// How often each AC symbol (run of zeros 0 … 15, bits of the magnitude 0 … 15) was seen; [0][0] is the end of a
/// block, [15][0] a run of 16 zeros.
struct SymbolCounts {
  std::array<std::array<std::uint32_t, 16>, 16> of{};

  void count(const Block& block);
  SymbolCounts& operator+=(const SymbolCounts& more);
};

/// What each AC symbol costs in bits, its magnitude bits included.
struct SymbolCosts {
  std::array<std::array<float, 16>, 16> bits{};

  /// By their frequency (Shannon).
  static SymbolCosts of(const SymbolCounts& counts);
};

/// One component's steps, turned about for speed.
struct Quantizer {
  std::array<float, kBlockSize> inverse{};  ///< 1 / step, in zigzag order
  explicit Quantizer(const Table& table);
};

/// To the nearest step.
void quantise(const RealBlock& block, const Quantizer& quantizer, Block& out);

/// The AC coefficients that make Σ((c − ĉ)/step)² + lambda · bits least, each rounded, rounded to the next smaller
/// magnitude class, or dropped; found by dynamic programming over the last coefficient kept (Crouse and
/// Ramchandran, "Joint thresholding and quantizer selection for transform image coding", 1997). DC is rounded.
void quantise(const RealBlock& block, const Quantizer& quantizer, float lambda, const SymbolCosts& costs,
              Block& out);

}  // namespace frugal::codec::jpeg
