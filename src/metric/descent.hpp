// From a picture's rows to its smaller scales.
#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "metric/scale_space.hpp"

namespace frugal::metric {

inline constexpr std::size_t kPatchStride = round_up(kBlockWidth / 2 + 1, kLanes);

/// Linear light of a block at one scale: three planes, with one more column and row, where an odd edge is
/// repeated before halving.
struct Patch {
  using Channel = std::array<float, kPatchStride*(kBlockHeight / 2 + 1)>;
  alignas(64) std::array<Channel, 3> channels;
  Size size;

  float* row(std::size_t channel, std::size_t y) { return channels[channel].data() + kPatchStride * y; }

  void make_even() {
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t y = 0; y < size.height; ++y) row(c, y)[size.width] = row(c, y)[size.width - 1];
      std::copy_n(row(c, size.height - 1), size.width + 1, row(c, size.height));
    }
  }
};

/// Takes the rows of an area, at most a block, from the top down, and fills the scales below 1:1 with them.
/// Too large for the stack of a thread (about 120 KB).
class Descent {
 public:
  Descent(ScaleSpace& space, const Area& area, const Kernels& run) : space_(space), area_(area), run_(run) {
    half_.size = at_scale({area.width, area.height}, 1);
  }

  /// Red, green and blue of the next row, to be written from kReach columns before the area to kReach behind.
  std::array<float*, 3> room() {
    auto& row = pair_[y_ % 2];
    return {row[0].data(), row[1].data(), row[2].data()};
  }

  /// Takes what stands in `room` as the area's next row.
  void take();

 private:
  using Row = std::array<float, kBlockWidth + 2 * kReach>;

  void halve_pair();
  void fill();

  ScaleSpace& space_;
  Area area_;
  const Kernels& run_;
  std::uint32_t y_ = 0;
  std::array<std::array<Row, 3>, 2> pair_;
  Patch half_;
  Patch other_;
};

}  // namespace frugal::metric
