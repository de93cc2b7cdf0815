// Quantisation that weighs what a coefficient costs against what it is worth.
#pragma once

#include <array>
#include <cstdint>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/huffman_cost.hpp"
#include "codec/jpeg/transform.hpp"

namespace frugal::codec::jpeg {

/// Adds a block's AC symbols (T.81, F.1.2.2).
void count_symbols(const Block& block, SymbolHistogram& counts);

/// What each AC symbol (run of zeros 0 … 15, bits of the magnitude 0 … 15) costs in bits, those of the
/// magnitude included; [0][0] is the end of a block, [15][0] a run of 16 zeros.
struct SymbolCosts {
  std::array<std::array<float, 16>, 16> bits{};

  /// By their frequency (Shannon).
  static SymbolCosts of(const SymbolHistogram& counts);
};

/// One component's steps, turned about for speed.
struct Quantizer {
  std::array<float, kBlockSize> inverse{};  ///< 1 / step, in zigzag order
  explicit Quantizer(const Table& table);
};

/// To the nearest step.
void quantise(const RealBlock& block, const Quantizer& quantizer, Block& out);

/// The AC coefficients that make Σ((c − ĉ)/step)² + lambda · bits least, each rounded, rounded to the next
/// smaller magnitude class, or dropped; found by dynamic programming over the last coefficient kept (Crouse
/// and Ramchandran, "Joint thresholding and quantizer selection for transform image coding", 1997). DC is
/// rounded.
void quantise(const RealBlock& block, const Quantizer& quantizer, float lambda, const SymbolCosts& costs,
              Block& out);

}  // namespace frugal::codec::jpeg
