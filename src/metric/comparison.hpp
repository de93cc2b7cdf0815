// Two pictures on one background, kept whole: compared, compared again in part, and what errors in them
// weigh.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "metric/blocks.hpp"
#include "metric/descent.hpp"
#include "metric/gradient.hpp"
#include "metric/layout.hpp"
#include "metric/measures.hpp"
#include "metric/scale_space.hpp"
#include "metric/ssimulacra2.hpp"

namespace frugal::metric {

/// What is made while one block is compared; too large for the stack of a thread.
struct Workspace {
  std::optional<LumaPatch> luma;
  std::optional<Descent> descent;
};

/// A reference on one background: its planes and their statistics.
class ReferenceSide {
 public:
  /// Throws std::bad_alloc.
  ReferenceSide(const Measures& measures, const Light& light, const Kernels& run, int threads);

  /// One channel of a block of `level`.
  struct Channel {
    PlaneView plane;
    Statistics statistics;
  };
  Channel channel(const Block& block, const Level& level, std::size_t channel) const;

 private:
  struct Kept {
    Plane mean;
    Plane variance;
  };

  void keep_statistics(const Measures& measures, const Kernels& run, int threads);

  ScaleSpace space_;
  std::vector<std::array<Kept, kChannels>> kept_;  // by level, in its layout
};

/// A candidate on one background, and the sums of its differences from the reference.
class CandidateSide {
 public:
  /// What `light` borrows must live on. Throws std::bad_alloc.
  CandidateSide(const Measures& measures, const ReferenceSide& reference, Light light, const Kernels& run,
                int threads);

  /// Measures again what pixels within `changed` have a part in.
  void update(const Measures& measures, const ReferenceSide& reference, const Kernels& run,
              const Area& changed);

  /// Light::is_live
  bool is_live() const { return light_->is_live(); }

  const Sums& sums() const { return sums_; }

  /// Scored::sensitivity. Throws std::bad_alloc.
  Sensitivity sensitivity(const Measures& measures, const ReferenceSide& reference, const Kernels& run,
                          int threads) const;

  /// Scored::gradient. Throws std::bad_alloc.
  Gradient gradient(const Measures& measures, const ReferenceSide& reference, const Kernels& run,
                    int threads) const;

  /// Light::blends
  bool blends() const { return light_->blends(); }

 private:
  /// By how much the weighted sum grows with each sample of a level's channels; empty where one does not
  /// count.
  using Slopes = std::array<Plane, kChannels>;

  Plane missing_luma(const Kernels& run, int threads) const;
  std::vector<Slopes> slopes(const Measures& measures, const Plane& luma, const ReferenceSide& reference,
                             const Kernels& run, int threads) const;
  LightGradient light_gradient(const Level& level, const Plane& luma, const Slopes& slopes,
                               const LightGradient* coarser, const Kernels& run, int threads) const;
  void measure_all(const Measures& measures, const ReferenceSide& reference, const Kernels& run, int threads);
  void measure(const Block& block, const Level& level, const ReferenceSide& reference, const Kernels& run,
               ScaleSpace* fill, Workspace& workspace);
  ChannelPair pair(const Block& block, const Level& level, std::size_t channel,
                   const ReferenceSide& reference, const Kernels& run, ScaleSpace* fill,
                   Workspace& workspace) const;

  std::optional<Light> light_;  // always there
  ScaleSpace space_;
  Sums sums_;
};

}  // namespace frugal::metric
