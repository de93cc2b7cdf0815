// Two pictures on one background, gone through once from the top down, of which little is kept on the way.
#pragma once

#include <cstdint>
#include <vector>

#include "metric/kernels.hpp"
#include "metric/light.hpp"
#include "metric/measures.hpp"
#include "metric/scale_space.hpp"

namespace frugal::metric {

class OnePass {
 public:
  /// Borrows `measures`. Throws std::bad_alloc.
  OnePass(const Measures& measures, const Kernels& run);

  /// How many rows `take` should be given at a time: few, but all of a picture that is compared at fewer than
  /// kMaxScales scales.
  static std::uint32_t strip(const Measures& measures);

  /// The rows of both pictures up to `end`, which is as many rows below the last one's as `strip` says, or
  /// the picture's. They must be there from kReach above to kReach below. `threads`: at most so many; they
  /// never change a digit. Throws std::bad_alloc.
  void take(const Light& reference, const Light& candidate, std::uint32_t end, int threads);

  /// Of the rows taken.
  const Sums& sums() const { return sums_; }

 private:
  struct Workspace;

  std::vector<Work> due(std::uint32_t end);
  void measure(const Work& work, const Light& reference, const Light& candidate, bool fill,
               Workspace& workspace);

  const Measures& measures_;
  const Kernels& run_;
  ScaleSpace reference_;
  ScaleSpace candidate_;
  std::vector<std::size_t> next_;  ///< by level: its first block that was not measured
  Sums sums_;
};

}  // namespace frugal::metric
