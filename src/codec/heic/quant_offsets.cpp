#include "codec/heic/quant_offsets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "codec/heic/x265_stream.hpp"

namespace frugal::codec::heic {
namespace {

/// Steps for each doubling of importance, and how many at most.
constexpr double kStrength = 0.5;
constexpr double kMostSteps = 6;

/// How much of a block's importance is that of luma, and of each colour difference: they share one quantizer.
constexpr std::array kShares = {0.8, 0.1, 0.1};

constexpr std::uint32_t kImportanceBlock = 8;  // pixels, as Importance has it
constexpr std::uint32_t kRatio = kOffsetBlock / kImportanceBlock;

/// Importance this far below a plane's mean is as good as none.
constexpr double kFloor = 1e-4;

double mean(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(std::max<std::size_t>(values.size(), 1));
}

/// The mean of those blocks of `plane` that the offset at (column, row) covers.
double covered(const Importance& importance, const std::vector<float>& plane, std::uint32_t column,
               std::uint32_t row) {
  const auto right = std::min((column + 1) * kRatio, importance.columns);
  const auto bottom = std::min((row + 1) * kRatio, importance.rows);
  double sum = 0;
  for (auto y = row * kRatio; y < bottom; ++y) {
    for (auto x = column * kRatio; x < right; ++x) sum += plane[std::size_t{y} * importance.columns + x];
  }
  return sum / ((right - column * kRatio) * (bottom - row * kRatio));
}

/// The binary logarithm of each offset block's importance in one plane, times `share`, is added to `logs`.
void add_plane(const Importance& importance, const std::vector<float>& plane, double share,
               std::uint32_t columns, std::vector<float>& logs) {
  const double least = kFloor * mean(plane);
  if (!(least > 0)) return;  // matters nowhere, so alike
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const auto column = static_cast<std::uint32_t>(i % columns);
    const auto row = static_cast<std::uint32_t>(i / columns);
    logs[i] += static_cast<float>(share * std::log2(covered(importance, plane, column, row) + least));
  }
}

void subtract_mean(std::vector<float>& values) {
  const auto middle = static_cast<float>(mean(values));
  for (auto& value : values) value -= middle;
}

}  // namespace

std::vector<float> quant_offsets(const Importance& importance, Size size) {
  const auto columns = offset_blocks(size.width);
  std::vector<float> offsets(std::size_t{columns} * offset_blocks(size.height));
  for (std::size_t p = 0; p < kShares.size(); ++p)
    add_plane(importance, importance.planes[p], kShares[p], columns, offsets);
  subtract_mean(offsets);
  for (auto& offset : offsets)
    offset = static_cast<float>(std::clamp(-kStrength * offset, -kMostSteps, kMostSteps));
  subtract_mean(offsets);
  return offsets;
}

}  // namespace frugal::codec::heic
