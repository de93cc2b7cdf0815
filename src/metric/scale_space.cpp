#include "metric/scale_space.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "util/parallel.hpp"

namespace frugal::metric {
namespace {

constexpr std::size_t kStride = round_up(kBlockWidth / 2 + 1, kLanes);

/// Linear light of a block at one scale: three planes, with one more column and row, where an odd edge is
/// repeated before halving.
struct Patch {
  using Channel = std::array<float, kStride*(kBlockHeight / 2 + 1)>;
  alignas(64) std::array<Channel, 3> channels;
  Size size;

  float* row(std::size_t channel, std::size_t y) { return channels[channel].data() + kStride * y; }

  void make_even() {
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t y = 0; y < size.height; ++y) row(c, y)[size.width] = row(c, y)[size.width - 1];
      std::copy_n(row(c, size.height - 1), size.width + 1, row(c, size.height));
    }
  }
};

void halve(Patch& in, const Kernels& run, Patch& out) {
  in.make_even();
  out.size = at_scale(in.size, 1);
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t y = 0; y < out.size.height; ++y) {
      run.halve(in.row(c, 2 * y), in.row(c, 2 * y + 1), out.size.width, out.row(c, y));
    }
  }
}

}  // namespace

/// Takes the rows of an area, at most a block, from the top down, and fills the scales below 1:1 with them.
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
  void take() {
    const bool last = y_ + 1 == area_.height;
    if (y_ % 2 == 0 && last) pair_[1] = pair_[0];
    if (y_ % 2 == 1 || last) halve_pair();
    ++y_;
    if (last) fill();
  }

 private:
  using Row = std::array<float, kBlockWidth + 2 * kReach>;

  void halve_pair() {
    for (std::size_t c = 0; c < 3; ++c) {
      for (auto& row : pair_) row[c][kReach + area_.width] = row[c][kReach + area_.width - 1];
      run_.halve(pair_[0][c].data() + kReach, pair_[1][c].data() + kReach, half_.size.width,
                 half_.row(c, y_ / 2));
    }
  }

  void fill() {
    Patch* patch = &half_;
    Patch* next = &other_;
    for (int scale = 1; scale < space_.scales_; ++scale) {
      for (std::size_t y = 0; y < patch->size.height; ++y) {
        space_.write(scale, area_.x >> scale, (area_.y >> scale) + y,
                     {patch->row(0, y), patch->row(1, y), patch->row(2, y)}, patch->size.width, run_);
      }
      if (scale + 1 < space_.scales_) halve(*patch, run_, *next);
      std::swap(patch, next);
    }
  }

  ScaleSpace& space_;
  Area area_;
  const Kernels& run_;
  std::uint32_t y_ = 0;
  std::array<std::array<Row, 3>, 2> pair_;
  Patch half_;
  Patch other_;
};

ScaleSpace::ScaleSpace(Size size, bool whole) : size_(size), scales_(scales_of(size)) {
  for (int scale = 0; scale < scales_; ++scale) {
    const bool blue = counts(scales_, kB, scale);
    const bool red = counts(scales_, kX, scale);
    auto& planes = planes_[static_cast<std::size_t>(scale)];
    if (red) planes[kX] = Plane(at_scale(size, scale));
    if (blue) planes[kB] = Plane(at_scale(size, scale));
    const bool luma = counts(scales_, kY, scale) && (whole || scale > 0);
    if (red || blue || luma) planes[kY] = Plane(at_scale(size, scale));
  }
}

void ScaleSpace::build(const Light& light, const Kernels& run, int threads) {
  const std::uint32_t across = (size_.width + kBlockWidth - 1) / kBlockWidth;
  const std::uint32_t down = (size_.height + kBlockHeight - 1) / kBlockHeight;
  parallel_for(std::size_t{across} * down, threads, [&](std::size_t i) {
    const auto x = static_cast<std::uint32_t>(i % across) * kBlockWidth;
    const auto y = static_cast<std::uint32_t>(i / across) * kBlockHeight;
    convert(light, run,
            {x, y, std::min(kBlockWidth, size_.width - x), std::min(kBlockHeight, size_.height - y)});
  });
}

void ScaleSpace::rebuild(const Light& light, const Kernels& run, const Area& area) {
  for (std::uint32_t y = area.y; y < area.y + area.height; y += kBlockHeight) {
    for (std::uint32_t x = area.x; x < area.x + area.width; x += kBlockWidth) {
      convert(light, run,
              {x, y, std::min(kBlockWidth, area.x + area.width - x),
               std::min(kBlockHeight, area.y + area.height - y)});
    }
  }
}

/// Fills all scales where `area`, at most a block, is seen.
void ScaleSpace::convert(const Light& light, const Kernels& run, const Area& area) {
  Descent descent(*this, area, run);
  for (std::uint32_t y = area.y; y < area.y + area.height; ++y) {
    auto rgb = descent.room();
    for (float*& row : rgb) row += kReach;
    light.row(y, area.x, area.width, rgb[0], rgb[1], rgb[2]);
    write(0, area.x, y, {rgb[0], rgb[1], rgb[2]}, area.width, run);
    descent.take();
  }
}

/// Linear light to the planes of one scale, `count` pixels from (x, y).
void ScaleSpace::write(int scale, std::size_t x, std::size_t y, const std::array<const float*, 3>& rgb,
                       std::size_t count, const Kernels& run) {
  auto& planes = planes_[static_cast<std::size_t>(scale)];
  if (planes[kY].empty()) return;
  const auto at = [&](Plane& plane) { return plane.empty() ? nullptr : plane.row(y) + x; };
  run.xyb(rgb[0], rgb[1], rgb[2], count, at(planes[kX]), at(planes[kY]), at(planes[kB]));
}

LumaPatch::LumaPatch(const Light& light, const Block& block, const Kernels& run, ScaleSpace* fill) {
  const Piece& columns = block.pieces.front();  // tiles leave no gaps: there is one
  const auto first = std::ranges::find_if(block.rows, [](std::int64_t row) { return row >= 0; });
  x_ = columns.from;
  y_ = static_cast<std::size_t>(*first);
  std::optional<Descent> descent;
  std::array<std::array<float, kStride>, 3> rows;
  if (fill) descent.emplace(*fill, Area{block.x, block.y, block.width, block.height}, run);
  float* out = luma_.data();
  for (auto row = first; row != block.rows.end() && *row >= 0; ++row, out += kStride) {
    const auto y = static_cast<std::uint32_t>(*row);
    auto rgb = descent ? descent->room() : std::array{rows[0].data(), rows[1].data(), rows[2].data()};
    for (float*& values : rgb) values += columns.to;
    light.row(y, columns.from, columns.count, rgb[0], rgb[1], rgb[2]);
    run.xyb(rgb[0], rgb[1], rgb[2], columns.count, nullptr, out, nullptr);
    if (descent && y >= block.y && y < block.y + block.height) descent->take();
  }
}

}  // namespace frugal::metric
