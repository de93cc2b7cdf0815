#include "ssimulacra2_definition.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "metric/weights.hpp"

namespace frugal::metric {
namespace {

struct Raster {
  std::size_t width = 0;
  std::size_t height = 0;
  std::vector<double> values = std::vector<double>(width * height);

  double& at(std::size_t x, std::size_t y) { return values[y * width + x]; }
  double at(std::size_t x, std::size_t y) const { return values[y * width + x]; }
};

using Rasters = std::array<Raster, 3>;

double light_of(double coded) {
  return coded <= 0.04045 ? coded / 12.92 : std::pow((coded + 0.055) / 1.055, 2.4);
}

Rasters light_of(const Image& image, double background) {
  const Raster empty{image.width(), image.height()};
  Rasters light{empty, empty, empty};
  const auto channels = static_cast<std::size_t>(image.channels());
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const auto row = image.samples<std::uint8_t>(y);
    for (std::size_t x = 0; x < image.width(); ++x) {
      const auto pixel = row.subspan(x * channels, channels);
      const double alpha = image.alpha() ? pixel.back() / 255. : 1;
      for (std::size_t c = 0; c < 3; ++c) {
        const double color = pixel[image.gray() ? 0 : c] / 255.;
        light[c].at(x, y) = light_of(color * alpha + background * (1 - alpha));
      }
    }
  }
  return light;
}

/// Means of 2×2 pixels; an odd edge counts twice.
Raster halved(const Raster& in) {
  Raster out{(in.width + 1) / 2, (in.height + 1) / 2};
  for (std::size_t y = 0; y < out.height; ++y) {
    for (std::size_t x = 0; x < out.width; ++x) {
      const std::size_t right = std::min(2 * x + 1, in.width - 1);
      const std::size_t below = std::min(2 * y + 1, in.height - 1);
      out.at(x, y) =
          (in.at(2 * x, 2 * y) + in.at(right, 2 * y) + in.at(2 * x, below) + in.at(right, below)) / 4;
    }
  }
  return out;
}

Rasters xyb_of(const Rasters& light) {
  constexpr std::array<std::array<double, 3>, 3> kAbsorbance{
      {{0.30, 0.622, 0.078}, {0.23, 0.692, 0.078}, {0.24342269, 0.20476744, 0.55180987}}};
  constexpr double kBias = 0.0037930733;
  Rasters out = light;
  for (std::size_t i = 0; i < light[0].values.size(); ++i) {
    std::array<double, 3> cones{};
    for (std::size_t c = 0; c < 3; ++c) {
      const auto& [red, green, blue] = kAbsorbance[c];
      const double absorbed =
          red * light[0].values[i] + green * light[1].values[i] + blue * light[2].values[i] + kBias;
      cones[c] = std::cbrt(std::max(absorbed, 0.0)) - std::cbrt(kBias);
    }
    const double luma = (cones[0] + cones[1]) / 2;
    out[kX].values[i] = 14 * (cones[0] - cones[1]) / 2 + 0.42;
    out[kY].values[i] = luma + 0.01;
    out[kB].values[i] = cones[2] - luma + 0.55;
  }
  return out;
}

/// Nine taps across and down; beyond the edges all is zero.
Raster blurred(const Raster& in) {
  constexpr std::array kTap{0.264621105, 0.212928592, 0.109335373, 0.036011115, 0.009414368};
  constexpr int kFar = 4;
  const auto width = static_cast<int>(in.width);
  const auto height = static_cast<int>(in.height);
  Raster down{in.width, in.height};
  Raster out{in.width, in.height};
  for (int y = 0; y < height; ++y) {
    for (int from = std::max(y - kFar, 0); from <= std::min(y + kFar, height - 1); ++from) {
      const double tap = kTap[static_cast<std::size_t>(std::abs(from - y))];
      for (std::size_t x = 0; x < in.width; ++x) down.at(x, y) += tap * in.at(x, from);
    }
  }
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int from = std::max(x - kFar, 0); from <= std::min(x + kFar, width - 1); ++from)
        out.at(x, y) += kTap[static_cast<std::size_t>(std::abs(from - x))] * down.at(from, y);
    }
  }
  return out;
}

Raster product(const Raster& a, const Raster& b) {
  Raster out = a;
  for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] *= b.values[i];
  return out;
}

std::array<double, kCells> norms_of(const Raster& a, const Raster& b) {
  constexpr double kC2 = 0.0009;
  const Raster mean_a = blurred(a);
  const Raster mean_b = blurred(b);
  const Raster square_a = blurred(product(a, a));
  const Raster square_b = blurred(product(b, b));
  const Raster both = blurred(product(a, b));
  std::array<double, kCells> norms{};
  const std::size_t count = a.values.size();
  for (std::size_t i = 0; i < count; ++i) {
    const double ma = mean_a.values[i];
    const double mb = mean_b.values[i];
    const double luminance = 1 - (ma - mb) * (ma - mb);
    const double covariance = both.values[i] - ma * mb;
    const double variances = square_a.values[i] - ma * ma + square_b.values[i] - mb * mb;
    const double structure = 1 - luminance * (2 * covariance + kC2) / (variances + kC2);
    const double edge = (1 + std::abs(b.values[i] - mb)) / (1 + std::abs(a.values[i] - ma)) - 1;
    const std::array maps{std::max(structure, 0.0), std::max(edge, 0.0), std::max(-edge, 0.0)};
    for (std::size_t m = 0; m < maps.size(); ++m) {
      norms[m] += maps[m];
      norms[m + 3] += std::pow(maps[m], 4);
    }
  }
  for (std::size_t m = 0; m < 3; ++m) {
    norms[m] /= static_cast<double>(count);
    norms[m + 3] = std::pow(norms[m + 3] / static_cast<double>(count), 0.25);
  }
  return norms;
}

double score_on(const Image& reference, const Image& distorted, double background) {
  const auto norms = defined_norms(reference, distorted, background);
  double sum = 0;
  for (std::size_t i = 0; i < norms.size(); ++i) sum += all_weights()[i] * norms[i];
  return defined_score_of_sum(sum);
}

}  // namespace

std::vector<double> defined_norms(const Image& reference, const Image& distorted, double background) {
  Rasters a = light_of(reference, background);
  Rasters b = light_of(distorted, background);
  std::array<std::vector<double>, 3> by_channel;
  for (int scale = 0; scale < 6 && std::min(a[0].width, a[0].height) >= 8; ++scale) {
    if (scale > 0) {
      for (Rasters* light : {&a, &b}) {
        for (Raster& raster : *light) raster = halved(raster);
      }
    }
    const Rasters xyb_a = xyb_of(a);
    const Rasters xyb_b = xyb_of(b);
    for (std::size_t c = 0; c < 3; ++c) {
      const auto norms = norms_of(xyb_a[c], xyb_b[c]);
      by_channel[c].insert(by_channel[c].end(), norms.begin(), norms.end());
    }
  }
  std::vector<double> all;
  for (const auto& norms : by_channel) all.insert(all.end(), norms.begin(), norms.end());
  return all;
}

double defined_score_of_sum(double sum) {
  const double s = 0.9562382616834844 * sum;
  const double curved =
      2.326765642916932 * s - 0.020884521182843837 * s * s + 6.248496625763138e-5 * s * s * s;
  return curved <= 0 ? 100 : 100 - 10 * std::pow(curved, 0.6276336467831387);
}

double defined_score(const Image& reference, const Image& distorted) {
  const double dark = score_on(reference, distorted, 0.1);
  if (!reference.alpha() && !distorted.alpha()) return dark;
  return std::min(dark, score_on(reference, distorted, 0.9));
}

}  // namespace frugal::metric
