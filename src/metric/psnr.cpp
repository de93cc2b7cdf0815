#include "metric/psnr.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "metric/coded.hpp"

namespace frugal::metric {

namespace {

double squared_error(const float* a, const float* b, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double error = double{a[i]} - double{b[i]};
    sum += error * error;
  }
  return sum;
}

double mean_squared_error(const Coded& a, const Coded& b) {
  const auto [width, height] = a.size();
  const std::size_t row = std::size_t{width} * 3;
  std::vector<float> of_a(row);
  std::vector<float> of_b(row);
  double sum = 0;
  for (std::uint32_t y = 0; y < height; ++y) {
    a.row(y, &of_a[0], &of_a[width], &of_a[width * std::size_t{2}]);
    b.row(y, &of_b[0], &of_b[width], &of_b[width * std::size_t{2}]);
    sum += squared_error(of_a.data(), of_b.data(), row);
  }
  return sum / (static_cast<double>(row) * height);
}

double decibels(const Coded& a, const Coded& b) {
  const double error = mean_squared_error(a, b);
  return error > 0 ? -10 * std::log10(error) : std::numeric_limits<double>::infinity();
}

}  // namespace

Result<double> psnr(const Image& reference, const Metadata& reference_metadata, const Image& distorted,
                    const Metadata& distorted_metadata) {
  return lower_figure(reference, reference_metadata, distorted, distorted_metadata, decibels);
}

}  // namespace frugal::metric
