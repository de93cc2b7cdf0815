// Two pictures on one background: what is measured of them, and the scores that follow from it.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "metric/blocks.hpp"
#include "metric/descent.hpp"
#include "metric/gradient.hpp"
#include "metric/layout.hpp"
#include "metric/scale_space.hpp"
#include "metric/ssimulacra2.hpp"

namespace frugal::metric {

/// One scale of the pictures, cut into cells.
struct Level {
  std::size_t number = 0;  ///< in Measures::levels
  int scale = 0;
  Layout layout;
  std::vector<Block> blocks;
  std::array<CellWeights, kChannels> weights{};
};

/// What is measured of pictures of one size: tiles at every scale, from whose sums the score of the whole
/// follows; and windows from 1:4 on.
///
/// A region's score is to be that of the region cropped. Where the blur meets a crop's edge it mixes in
/// zeros, which drowns structure. At 1:1 and 1:2 that rim is a small part of a window: its structural
/// differences are left out. At the smaller scales most of a window is rim, so it is measured there as the
/// picture of its own that it would be.
class Measures {
 public:
  /// Throws std::bad_alloc.
  explicit Measures(Size size);

  Size size() const { return size_; }
  int scales() const { return scales_; }
  const std::vector<Level>& levels() const { return levels_; }
  const std::vector<Area>& regions() const { return regions_; }

  /// Number of a scale's level of tiles, and of windows (scales from kFirstWindowScale on).
  std::size_t tiles_level(int scale) const { return static_cast<std::size_t>(scale); }
  std::size_t windows_level(int scale) const {
    return static_cast<std::size_t>(scales_ + scale - kFirstWindowScale);
  }

 private:
  void add_level(int scale, Layout layout);

  Size size_;
  int scales_;
  std::vector<Level> levels_;
  std::vector<Area> regions_;
};

/// What is made while one block is compared; too large for the stack of a thread.
struct Workspace {
  std::optional<LumaPatch> reference_luma;
  std::optional<LumaPatch> luma;
  std::optional<Descent> descent;
  std::array<float, std::size_t{kBlockWidth} * kBlockHeight> mean;
  std::array<float, std::size_t{kBlockWidth} * kBlockHeight> variance;
};

/// A reference on one background: its planes, and its statistics where they are to be used more than once.
class ReferenceSide {
 public:
  enum class Use : std::uint8_t { once, often };

  /// What `light` borrows must live on when it is used once. Throws std::bad_alloc.
  ReferenceSide(const Measures& measures, Light light, Use use, const Kernels& run, int threads);

  /// One channel of a block of `level`, kept, or made now in `workspace`.
  struct Channel {
    PlaneView plane;
    Statistics statistics;
  };
  Channel channel(const Block& block, const Level& level, std::size_t channel, const Kernels& run,
                  ScaleSpace* fill, Workspace& workspace) const;

  /// What is still empty below 1:1 and wants to be filled (LumaPatch) when the blocks of 1:1 are asked for;
  /// null when nothing is.
  ScaleSpace* unfinished() { return light_ && space_.lacks_luma() ? &space_ : nullptr; }

 private:
  struct Kept {
    Plane mean;
    Plane variance;
  };

  void keep_statistics(const Measures& measures, const Kernels& run, int threads);

  std::optional<Light> light_;  // when used once
  ScaleSpace space_;
  std::vector<std::array<Kept, kChannels>> kept_;  // by level, in its layout; when used often
};

/// A candidate on one background, and the sums of its differences from the reference.
class CandidateSide {
 public:
  /// `light` is borrowed. `unfinished` is the reference's (ReferenceSide::unfinished). Throws std::bad_alloc.
  CandidateSide(const Measures& measures, const ReferenceSide& reference, ScaleSpace* unfinished, Light light,
                const Kernels& run, int threads);

  /// Measures again what pixels within `changed` have a part in.
  void update(const Measures& measures, const ReferenceSide& reference, const Kernels& run,
              const Area& changed);

  /// Light::is_live
  bool is_live() const { return light_->is_live(); }

  double score(const Measures& measures) const;
  double region_score(const Measures& measures, std::size_t region) const;

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
  void measure_all(const Measures& measures, const ReferenceSide& reference, ScaleSpace* unfinished,
                   const Kernels& run, int threads);
  void measure(const Block& block, const Level& level, const ReferenceSide& reference, const Kernels& run,
               ScaleSpace* fill_reference, ScaleSpace* fill, Workspace& workspace);
  ChannelPair pair(const Block& block, const Level& level, std::size_t channel,
                   const ReferenceSide& reference, const Kernels& run, ScaleSpace* fill_reference,
                   ScaleSpace* fill, Workspace& workspace) const;
  CellSums sums(std::size_t level, std::size_t channel) const;
  CellSums region_sums(const Measures& measures, int scale, std::size_t channel, std::size_t region) const;

  std::optional<Light> light_;  // always there
  ScaleSpace space_;
  std::vector<std::array<std::vector<CellSums>, kChannels>> sums_;
};

}  // namespace frugal::metric
