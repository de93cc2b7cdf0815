#include "metric/ms_ssim.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "metric/coded.hpp"
#include "metric/plane.hpp"
#include "util/parallel.hpp"

namespace frugal::metric {

namespace {

constexpr std::array kWeights{0.0448, 0.2856, 0.3001, 0.2363, 0.1333};  // from full size to 1:16
constexpr std::size_t kTaps = 11;
constexpr double kRadius = 5;
constexpr double kC1 = 0.01 * 0.01;  // of values in [0, 1]
constexpr double kC2 = 0.03 * 0.03;

/// Sums, or means, over window positions.
struct Terms {
  double contrast_structure = 0;
  double ssim = 0;  ///< with the luminance term
};

/// Calls `work(y, scratch)` for every row below `rows`; each thread has a `scratch` of `count` values.
template <class Value, class Work>
void for_rows(std::uint32_t rows, int threads, std::size_t count, const Work& work) {
  const auto bands =
      static_cast<std::size_t>(std::clamp(threads, 1, static_cast<int>(std::min(rows, 1024U))));
  std::vector<Value> scratch(count * bands);
  const auto start = [&](std::size_t band) { return static_cast<std::uint32_t>(rows * band / bands); };
  parallel_for(bands, threads, [&](std::size_t band) {
    for (std::uint32_t y = start(band); y < start(band + 1); ++y) work(y, scratch.data() + count * band);
  });
}

Plane luma_of(const Coded& picture, int threads) {
  Plane luma(picture.size());
  const std::size_t width = luma.size().width;
  for_rows<float>(luma.size().height, threads, 3 * width, [&](std::uint32_t y, float* scratch) {
    float* const red = scratch;
    float* const green = red + width;
    float* const blue = green + width;
    picture.row(y, red, green, blue);
    float* const out = luma.row(y);
    for (std::size_t x = 0; x < width; ++x) out[x] = 0.299F * red[x] + 0.587F * green[x] + 0.114F * blue[x];
  });
  return luma;
}

Plane halved(const Plane& from) {
  const auto [width, height] = from.size();
  Plane half({(width + 1) / 2, (height + 1) / 2});
  for (std::uint32_t y = 0; y < half.size().height; ++y) {
    const std::uint32_t top = 2 * y;
    const float* const upper = from.row(top);
    const float* const lower = from.row(std::min(top + 1, height - 1));
    float* const out = half.row(y);
    for (std::uint32_t x = 0; x < half.size().width; ++x) {
      const std::uint32_t left = 2 * x;
      const std::uint32_t right = std::min(left + 1, width - 1);
      out[x] = (upper[left] + upper[right] + lower[left] + lower[right]) / 4;
    }
  }
  return half;
}

using Taps = std::array<double, kTaps>;

Taps gaussian() {
  constexpr double kSigma = 1.5;
  Taps taps{};
  double sum = 0;
  for (std::size_t i = 0; i < kTaps; ++i) {
    const double distance = static_cast<double>(i) - kRadius;
    taps[i] = std::exp(-distance * distance / (2 * kSigma * kSigma));
    sum += taps[i];
  }
  for (double& tap : taps) tap /= sum;
  return taps;
}

/// What the window averages: both values, the sum of their squares, and their product.
struct Moments {
  double a = 0;
  double b = 0;
  double squares = 0;
  double product = 0;
};

/// Rows of moments, one array each, since compilers make good code of those.
struct MomentRows {
  double* a;
  double* b;
  double* squares;
  double* product;
};

/// The moments of every column of the window rows that begin with row `y`.
void filter_down(const Plane& a, const Plane& b, std::uint32_t y, const Taps& taps, const MomentRows& out) {
  const float* const of_a = a.row(y);
  const float* const of_b = b.row(y);
  const std::size_t width = a.size().width;
  const std::size_t stride = static_cast<std::size_t>(a.row(1) - a.row(0));
#pragma omp simd
  for (std::size_t x = 0; x < width; ++x) {
    Moments sum;
    for (std::size_t j = 0; j < kTaps; ++j) {
      const double p = of_a[j * stride + x];
      const double q = of_b[j * stride + x];
      sum.a += taps[j] * p;
      sum.b += taps[j] * q;
      sum.squares += taps[j] * (p * p + q * q);
      sum.product += taps[j] * (p * q);
    }
    out.a[x] = sum.a;
    out.b[x] = sum.b;
    out.squares[x] = sum.squares;
    out.product[x] = sum.product;
  }
}

Terms terms_of(const Moments& m) {
  const double means = m.a * m.b;
  const double squared_means = m.a * m.a + m.b * m.b;
  const double contrast_structure = (2 * (m.product - means) + kC2) / ((m.squares - squared_means) + kC2);
  return {contrast_structure, contrast_structure * ((2 * means + kC1) / (squared_means + kC1))};
}

/// Writes the terms of the `count` window positions of a row.
void filter_across(const MomentRows& in, std::size_t count, const Taps& taps, double* contrast_structure,
                   double* ssim) {
#pragma omp simd
  for (std::size_t x = 0; x < count; ++x) {
    Moments sum;
    for (std::size_t j = 0; j < kTaps; ++j) {
      sum.a += taps[j] * in.a[x + j];
      sum.b += taps[j] * in.b[x + j];
      sum.squares += taps[j] * in.squares[x + j];
      sum.product += taps[j] * in.product[x + j];
    }
    const Terms terms = terms_of(sum);
    contrast_structure[x] = terms.contrast_structure;
    ssim[x] = terms.ssim;
  }
}

Terms sum_of(const double* contrast_structure, const double* ssim, std::size_t count) {
  Terms sum;
  for (std::size_t x = 0; x < count; ++x) {
    sum.contrast_structure += contrast_structure[x];
    sum.ssim += ssim[x];
  }
  return sum;
}

/// The means over all window positions.
Terms mean_terms(const Plane& a, const Plane& b, const Taps& taps, int threads) {
  const std::size_t width = a.size().width;
  const std::size_t across = width - kTaps + 1;
  const std::uint32_t down = a.size().height - std::uint32_t{kTaps} + 1;
  std::vector<Terms> rows(down);
  for_rows<double>(down, threads, 6 * width, [&](std::uint32_t y, double* scratch) {
    const MomentRows moments{scratch, scratch + width, scratch + 2 * width, scratch + 3 * width};
    double* const contrast_structure = scratch + 4 * width;
    double* const ssim = scratch + 5 * width;
    filter_down(a, b, y, taps, moments);
    filter_across(moments, across, taps, contrast_structure, ssim);
    rows[y] = sum_of(contrast_structure, ssim, across);
  });
  Terms mean;
  for (const Terms& row : rows) {
    mean.contrast_structure += row.contrast_structure;
    mean.ssim += row.ssim;
  }
  const double count = static_cast<double>(across) * down;
  return {mean.contrast_structure / count, mean.ssim / count};
}

double similarity(const Coded& reference, const Coded& distorted, int threads) {
  const auto taps = gaussian();
  Plane a = luma_of(reference, threads);
  Plane b = luma_of(distorted, threads);
  double result = 1;
  for (std::size_t scale = 0; scale < kWeights.size(); ++scale) {
    const bool last = scale + 1 == kWeights.size();
    const Terms terms = mean_terms(a, b, taps, threads);
    result *= std::pow(std::max(0.0, last ? terms.ssim : terms.contrast_structure), kWeights[scale]);
    if (last) break;
    a = halved(a);
    b = halved(b);
  }
  return result;
}

}  // namespace

Result<double> ms_ssim(const Image& reference, const Metadata& reference_metadata, const Image& distorted,
                       const Metadata& distorted_metadata, int threads) {
  if (std::min(reference.width(), reference.height()) < kLeastMsSsimSide)
    return fail(ErrorKind::usage,
                "MS-SSIM needs pictures of at least " + std::to_string(kLeastMsSsimSide) + " pixels a side");
  return lower_figure(reference, reference_metadata, distorted, distorted_metadata,
                      [threads](const Coded& a, const Coded& b) { return similarity(a, b, threads); });
}

}  // namespace frugal::metric
