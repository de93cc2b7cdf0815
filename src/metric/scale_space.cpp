#include "metric/scale_space.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "metric/descent.hpp"
#include "util/parallel.hpp"

namespace frugal::metric {
namespace {

/// What blocks still need of the rows above a new strip: all but a row of a block and of what the blur brings
/// in around it; odd ends make one more.
constexpr std::uint32_t kRowsAbove = kBlockHeight + 2 * static_cast<std::uint32_t>(kReach);

}  // namespace

ScaleSpace::ScaleSpace(Size size, bool whole, std::uint32_t strip) : size_(size), scales_(scales_of(size)) {
  for (int scale = 0; scale < scales_; ++scale) {
    const bool blue = counts(scales_, kB, scale);
    const bool red = counts(scales_, kX, scale);
    auto& planes = planes_[static_cast<std::size_t>(scale)];
    Size kept = at_scale(size, scale);
    if (strip < size.height) kept.height = std::min(kept.height, (strip >> scale) + kRowsAbove);
    if (red) planes[kX] = Plane(kept);
    if (blue) planes[kB] = Plane(kept);
    const bool luma = counts(scales_, kY, scale) && (whole || scale > 0);
    if (red || blue || luma) planes[kY] = Plane(kept);
  }
}

ScaleSpace ScaleSpace::sliding(Size size, std::uint32_t strip) {
  return {size, false, strip};
}

void ScaleSpace::slide(std::uint32_t end) {
  for (int scale = 0; scale < scales_; ++scale) {
    const auto number = static_cast<std::size_t>(scale);
    const std::uint32_t last = at_scale({0, end}, scale).height;
    for (Plane& plane : planes_[number]) {
      if (plane.empty() || last <= tops_[number] + plane.size().height) continue;
      const std::size_t drop = last - plane.size().height - tops_[number];
      std::copy(plane.row(drop), plane.row(plane.size().height), plane.row(0));
    }
    const auto kept = planes_[number][kY].size().height;
    tops_[number] = std::max(tops_[number], last > kept ? last - kept : 0);
  }
}

void ScaleSpace::build(const Light& light, const Kernels& run, int threads) {
  const std::uint32_t across = (size_.width + kBlockWidth - 1) / kBlockWidth;
  const std::uint32_t down = (size_.height + kBlockHeight - 1) / kBlockHeight;
  std::vector<std::optional<Descent>> descents(static_cast<std::size_t>(std::max(threads, 1)));
  parallel_for(
      std::size_t{across} * down, std::span(descents), [&](std::size_t i, std::optional<Descent>& descent) {
        const auto x = static_cast<std::uint32_t>(i % across) * kBlockWidth;
        const auto y = static_cast<std::uint32_t>(i / across) * kBlockHeight;
        convert(light, run, descent,
                {x, y, std::min(kBlockWidth, size_.width - x), std::min(kBlockHeight, size_.height - y)});
      });
}

void ScaleSpace::rebuild(const Light& light, const Kernels& run, const Area& area) {
  std::vector<std::optional<Descent>> descent(1);
  for (std::uint32_t y = area.y; y < area.y + area.height; y += kBlockHeight) {
    for (std::uint32_t x = area.x; x < area.x + area.width; x += kBlockWidth) {
      convert(light, run, descent.front(),
              {x, y, std::min(kBlockWidth, area.x + area.width - x),
               std::min(kBlockHeight, area.y + area.height - y)});
    }
  }
}

/// Fills all scales where `area`, at most a block, is seen.
void ScaleSpace::convert(const Light& light, const Kernels& run, std::optional<Descent>& memory,
                         const Area& area) {
  Descent& descent = memory.emplace(*this, area, run);
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
  const auto number = static_cast<std::size_t>(scale);
  auto& planes = planes_[number];
  if (planes[kY].empty()) return;
  const auto at = [&](Plane& plane) { return plane.empty() ? nullptr : plane.row(y - tops_[number]) + x; };
  run.xyb(rgb[0], rgb[1], rgb[2], count, at(planes[kX]), at(planes[kY]), at(planes[kB]));
}

LumaPatch::LumaPatch(const Light& light, const Block& block, const Kernels& run, Descent* fill) {
  const Piece& columns = block.pieces.front();  // tiles leave no gaps: there is one
  const auto first = std::ranges::find_if(block.rows, [](std::int32_t row) { return row >= 0; });
  x_ = columns.from;
  y_ = static_cast<std::size_t>(*first);
  std::array<std::array<float, kStride>, 3> rows;
  float* out = luma_.data();
  for (auto row = first; row != block.rows.end() && *row >= 0; ++row, out += kStride) {
    const auto y = static_cast<std::uint32_t>(*row);
    auto rgb = fill ? fill->room() : std::array{rows[0].data(), rows[1].data(), rows[2].data()};
    for (float*& values : rgb) values += columns.to;
    light.row(y, columns.from, columns.count, rgb[0], rgb[1], rgb[2]);
    run.xyb(rgb[0], rgb[1], rgb[2], columns.count, nullptr, out, nullptr);
    if (fill && y >= block.y && y < block.y + block.height) fill->take();
  }
}

PlaneView luma_of(const Block& block, const Light& light, const Kernels& run, ScaleSpace* fill,
                  std::optional<LumaPatch>& patch, std::optional<Descent>& descent) {
  if (fill) descent.emplace(*fill, Area{block.x, block.y, block.width, block.height}, run);
  return patch.emplace(light, block, run, fill ? &*descent : nullptr).view();
}

}  // namespace frugal::metric
