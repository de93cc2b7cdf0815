// Targets that lead a draft's errors to where they harm least.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/transform.hpp"

namespace frugal::codec::jpeg {

/// By how much a draft of a component gets worse with each of its coefficients, in any unit.
using Slopes = Spectrum;

/// Of each component of `draft`, from the slopes of its red, green and blue samples, row by row. Throws
/// std::bad_alloc.
std::vector<Slopes> slopes_of(const std::array<std::vector<float>, 3>& pixels, const Coefficients& draft,
                              int threads);

/// The quantiser takes the harm of an error e in a block of weight w to be w (e / step)². The draft's slopes
/// say how its errors really harm: this moves what is to be coded by a part of a step towards where both
/// agree that the draft should have been. DC stays, and what is below half a step, so that nothing new is
/// coded.
class Shift {
 public:
  /// Borrows everything. `weights`: of the component's blocks. `luma`: or chroma. Throws std::bad_alloc.
  Shift(const Spectrum& original, const Component& draft, const Slopes& slopes,
        std::span<const float> weights, bool luma, int threads);

  /// Block `number`, moved, to be quantised by `table`.
  RealBlock operator()(std::size_t number, const Table& table) const;

 private:
  const Spectrum& original_;
  const Component& draft_;
  const Slopes& slopes_;
  std::span<const float> weights_;
  float part_;      ///< of the way
  float most_;      ///< steps
  float unit_ = 0;  ///< of harm by the slopes, for one unit of harm by the quantiser; 0: they tell nothing
};

}  // namespace frugal::codec::jpeg
