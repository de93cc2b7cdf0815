#include "codec/webp/segments.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace frugal::codec::webp {

namespace {

// Found by trial on 16 photographs, as bytes at equal SSIMULACRA2 (at 60, 70, 80 and 90). Both optima are
// flat.
constexpr double kActivityPower = 0.36;    // of the step, in the activity
constexpr double kImportancePower = 0.15;  // of the step, in one over the importance
constexpr double kMostOffset = 0.5;
constexpr double kLeastActivity = 0.4;  // below this there is next to nothing to hide errors in

constexpr std::uint32_t kBlockSide = 4;

using Block = std::array<std::array<int, kBlockSide>, kBlockSide>;

/// At (x, y), beyond the picture's edges its last samples.
Block block_at(const LumaView& luma, std::uint32_t x, std::uint32_t y) {
  Block block{};
  for (std::uint32_t i = 0; i < kBlockSide; ++i) {
    const auto* row = luma.data + luma.stride * std::min(y + i, luma.size.height - 1);
    for (std::uint32_t j = 0; j < kBlockSide; ++j) block[i][j] = row[std::min(x + j, luma.size.width - 1)];
  }
  return block;
}

/// The four-point Hadamard transform.
std::array<int, 4> hadamard(int a, int b, int c, int d) {
  return {a + b + c + d, a + b - c - d, a - b - c + d, a - b + c - d};
}

/// The sum of the magnitudes of the block's Hadamard coefficients but for the mean.
int detail(const Block& block) {
  Block across{};
  for (std::size_t i = 0; i < kBlockSide; ++i)
    across[i] = hadamard(block[i][0], block[i][1], block[i][2], block[i][3]);
  int sum = 0;
  for (std::size_t j = 0; j < kBlockSide; ++j) {
    const auto down = hadamard(across[0][j], across[1][j], across[2][j], across[3][j]);
    for (std::size_t i = j == 0 ? 1 : 0; i < kBlockSide; ++i) sum += std::abs(down[i]);
  }
  return sum;
}

/// ln of a macroblock's mean detail.
double ln_activity(const LumaView& luma, std::uint32_t left, std::uint32_t top) {
  constexpr double kCoefficients = 15 * 16 * 4;  // 4: the transform's gain
  double sum = 0;
  for (std::uint32_t y = 0; y < kMacroblockSide; y += kBlockSide) {
    for (std::uint32_t x = 0; x < kMacroblockSide; x += kBlockSide)
      sum += detail(block_at(luma, left + x, top + y));
  }
  return std::log(kLeastActivity + sum / kCoefficients);
}

/// ln of the mean over the macroblock's blocks of 8×8 pixels.
double ln_importance(const Importance& importance, std::uint32_t column, std::uint32_t row) {
  constexpr float kLeast = 1e-12F;
  float sum = 0;
  int count = 0;
  for (std::uint32_t y = 2 * row; y < std::min(2 * row + 2, importance.rows); ++y) {
    for (std::uint32_t x = 2 * column; x < std::min(2 * column + 2, importance.columns); ++x, ++count)
      sum += importance.planes[0][std::size_t{y} * importance.columns + x];
  }
  return std::log(std::max(sum / static_cast<float>(std::max(count, 1)), kLeast));
}

/// Every macroblock's wish: ln of its step beside the mean.
std::vector<double> wishes(const LumaView& luma, const Importance* importance, const SegmentMap& map,
                           double strength) {
  std::vector<double> wish;
  wish.reserve(map.of.size());
  for (std::uint32_t row = 0; row < map.rows; ++row) {
    for (std::uint32_t column = 0; column < map.columns; ++column) {
      double step = kActivityPower * ln_activity(luma, column * kMacroblockSide, row * kMacroblockSide);
      if (importance) step -= kImportancePower * ln_importance(*importance, column, row);
      wish.push_back(step);
    }
  }
  const double mean = std::accumulate(wish.begin(), wish.end(), 0.0) / static_cast<double>(wish.size());
  for (auto& step : wish) step = strength * std::clamp(step - mean, -kMostOffset, kMostOffset);
  return wish;
}

std::uint8_t nearest(std::span<const Segment> segments, double wish) {
  const auto distance = [wish](const Segment& segment) { return std::fabs(segment.offset - wish); };
  return static_cast<std::uint8_t>(std::ranges::min_element(segments, {}, distance) - segments.begin());
}

/// One step of k-means: to the means of what is nearest; what nothing is nearest to goes.
void settle(std::vector<Segment>& segments, std::span<const double> wish) {
  std::array<double, kMaxSegments> sums{};
  std::array<std::size_t, kMaxSegments> counts{};
  for (const double value : wish) {
    const auto at = nearest(segments, value);
    sums[at] += value;
    ++counts[at];
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto count = static_cast<double>(counts[i]);
    segments[i] = {counts[i] > 0 ? sums[i] / count : 0, count / static_cast<double>(wish.size())};
  }
  std::erase_if(segments, [](const Segment& segment) { return segment.share == 0; });
}

/// From the coarsest to the finest, as many as there are different wishes.
std::vector<Segment> parted(std::span<const double> wish) {
  constexpr int kRounds = 30;
  std::vector<double> sorted(wish.begin(), wish.end());
  std::ranges::sort(sorted, std::ranges::greater());
  std::vector<Segment> segments;
  for (std::size_t i = 0; i < kMaxSegments; ++i) {
    const double quantile = sorted[(2 * i + 1) * (sorted.size() - 1) / (2 * kMaxSegments)];
    if (segments.empty() || quantile < segments.back().offset) segments.push_back({quantile, 0});
  }
  for (int i = 0; i < kRounds; ++i) settle(segments, wish);
  return segments;
}

}  // namespace

SegmentMap segments_of(const LumaView& luma, const Importance* importance, double strength) {
  SegmentMap map;
  map.columns = (luma.size.width + kMacroblockSide - 1) / kMacroblockSide;
  map.rows = (luma.size.height + kMacroblockSide - 1) / kMacroblockSide;
  map.of.resize(std::size_t{map.columns} * map.rows);
  if (importance && !is_of(*importance, luma.size)) importance = nullptr;
  const auto wish = wishes(luma, importance, map, strength);
  map.segments = parted(wish);
  std::ranges::transform(wish, map.of.begin(), [&](double value) { return nearest(map.segments, value); });
  // The shares of what was made of the last means.
  for (auto& segment : map.segments) segment.share = 0;
  for (const auto at : map.of) map.segments[at].share += 1 / static_cast<double>(map.of.size());
  return map;
}

}  // namespace frugal::codec::webp
