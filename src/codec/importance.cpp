#include "codec/importance.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace frugal::codec {
namespace {

constexpr std::uint32_t kImportanceBlock = 8;  // pixels, as Importance has it

/// Importance this far below a plane's mean is as good as none.
constexpr double kFloor = 1e-4;

double mean(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(std::max<std::size_t>(values.size(), 1));
}

/// The mean of those blocks of `plane` that the one at (column, row), `ratio` times as long, covers.
double covered(const Importance& importance, const std::vector<float>& plane, std::uint32_t ratio,
               std::uint32_t column, std::uint32_t row) {
  const auto right = std::min((column + 1) * ratio, importance.columns);
  const auto bottom = std::min((row + 1) * ratio, importance.rows);
  double sum = 0;
  for (auto y = row * ratio; y < bottom; ++y) {
    for (auto x = column * ratio; x < right; ++x) sum += plane[std::size_t{y} * importance.columns + x];
  }
  return sum / ((right - column * ratio) * (bottom - row * ratio));
}

/// The binary logarithm of each block's importance in one plane, times `share`, is added to `logs`.
void add_plane(const Importance& importance, const std::vector<float>& plane, double share,
               std::uint32_t ratio, std::uint32_t columns, std::vector<float>& logs) {
  const double least = kFloor * mean(plane);
  if (!(least > 0)) return;  // matters nowhere, so alike
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const auto column = static_cast<std::uint32_t>(i % columns);
    const auto row = static_cast<std::uint32_t>(i / columns);
    logs[i] += static_cast<float>(share * std::log2(covered(importance, plane, ratio, column, row) + least));
  }
}

}  // namespace

void subtract_mean(std::vector<float>& values) {
  const auto middle = static_cast<float>(mean(values));
  for (auto& value : values) value -= middle;
}

std::vector<float> doublings(const Importance& importance, Size size, std::uint32_t block,
                             const std::array<double, 3>& shares) {
  const auto blocks = [&](std::uint32_t side) { return (side + block - 1) / block; };
  const auto columns = blocks(size.width);
  std::vector<float> logs(std::size_t{columns} * blocks(size.height));
  for (std::size_t p = 0; p < shares.size(); ++p)
    add_plane(importance, importance.planes[p], shares[p], block / kImportanceBlock, columns, logs);
  subtract_mean(logs);
  return logs;
}

}  // namespace frugal::codec
