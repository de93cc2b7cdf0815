// A picture in XYB at every scale at which it is compared.
#pragma once

#include <array>
#include <optional>

#include "metric/kernels.hpp"
#include "metric/layout.hpp"
#include "metric/light.hpp"
#include "metric/plane.hpp"
#include "metric/ssimulacra2.hpp"
#include "metric/weights.hpp"

namespace frugal::metric {

class Descent;

/// XYB planes of the scales 1:1, 1:2 … 1:32, as far as they count (counts). The halving is done in linear
/// light.
class ScaleSpace {
 public:
  /// `whole`: keeps the luma of 1:1, too, which otherwise, where nothing else counts at 1:1, is not kept but
  /// made for each block when it is needed (LumaPatch). Throws std::bad_alloc.
  ScaleSpace(Size size, bool whole) : ScaleSpace(size, whole, size.height) {}

  /// Of a picture that is gone through from the top down, at most `strip` rows at a time (a multiple of the
  /// tiles' side): keeps the rows that the last strip, and blocks that reach into it, need. Throws
  /// std::bad_alloc.
  static ScaleSpace sliding(Size size, std::uint32_t strip);

  /// Gives up what lies too far above the strip that ends at row `end` of the picture, and makes room for it.
  void slide(std::uint32_t end);

  /// True when the luma of 1:1 counts but is not kept.
  bool lacks_luma() const { return planes_[0][kY].empty(); }

  /// Reads all of `light`, whose size is this one's.
  void build(const Light& light, const Kernels& run, int threads);

  /// Reads `light` again where it changed. `area` starts on the grid of tiles and ends on it or at the
  /// picture's edge.
  void rebuild(const Light& light, const Kernels& run, const Area& area);

  /// Empty where the channel does not count or is not kept.
  const Plane& plane(int scale, std::size_t channel) const {
    return planes_[static_cast<std::size_t>(scale)][channel];
  }

  /// What is kept of it; without data where nothing is.
  PlaneView view(int scale, std::size_t channel) const {
    const Plane& kept = plane(scale, channel);
    return {kept.row(0), kept.stride(), 0, tops_[static_cast<std::size_t>(scale)]};
  }

 private:
  friend class Descent;
  ScaleSpace(Size size, bool whole, std::uint32_t strip);
  void convert(const Light& light, const Kernels& run, std::optional<Descent>& memory, const Area& area);
  void write(int scale, std::size_t x, std::size_t y, const std::array<const float*, 3>& rgb,
             std::size_t count, const Kernels& run);

  Size size_;
  int scales_;
  std::array<std::array<Plane, kChannels>, kMaxScales> planes_;
  std::array<std::uint32_t, kMaxScales> tops_{};  ///< the first row that is kept
};

/// The luma at 1:1 that one block of tiles and the blur around it need.
class LumaPatch {
 public:
  /// `fill` is handed the block's own rows, for the smaller scales; null: they are there already.
  LumaPatch(const Light& light, const Block& block, const Kernels& run, Descent* fill);

  PlaneView view() const { return {luma_.data(), kStride, x_, y_}; }

 private:
  static constexpr std::size_t kStride = round_up(kBlockWidth + 2 * kReach, kLanes);

  std::size_t x_;
  std::size_t y_;
  alignas(64) std::array<float, kStride*(kBlockHeight + 2 * kReach)> luma_;
};

/// The luma at 1:1 that `block` needs, made of `light` in `patch`; the scales below are filled with it where
/// there is something to `fill`.
PlaneView luma_of(const Block& block, const Light& light, const Kernels& run, ScaleSpace* fill,
                  std::optional<LumaPatch>& patch, std::optional<Descent>& descent);

}  // namespace frugal::metric
