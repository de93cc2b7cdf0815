#include "metric/light.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

namespace frugal::metric {

namespace {

/// Blended values lie between the samples: tables for them have this many intervals, with straight lines
/// inside. Of sRGB's curve that is less than 1e-7 away.
constexpr std::size_t kIntervals = 4096;

/// Curves of profiles are held within this, so that no score is made of infinities.
constexpr double kBrightest = 1000;

/// Appends `curve` at `count` equally spaced coded values from 0 to 1; false when it is no curve of light.
bool append_samples(const ToneCurve& curve, std::size_t count, std::vector<float>& tables) {
  for (std::size_t i = 0; i < count; ++i) {
    const double light = curve(static_cast<double>(i) / static_cast<double>(count - 1));
    if (!(std::abs(light) <= kBrightest)) return false;
    tables.push_back(static_cast<float>(light));
  }
  return true;
}

float interpolated(const float* table, float coded) {
  const float place = coded * static_cast<float>(kIntervals);
  const int below = std::clamp(static_cast<int>(place), 0, static_cast<int>(kIntervals) - 1);
  return table[below] + (table[below + 1] - table[below]) * (place - static_cast<float>(below));
}

template <class Sample>
bool opaque_row(const Sample* alpha, std::uint32_t width, std::size_t step, Sample max) {
  Sample all = max;
  for (std::size_t x = 0; x < width; ++x) all = static_cast<Sample>(all & alpha[x * step]);
  return all == max;
}

}  // namespace

bool translucent(const Image& image) {
  if (!image.alpha()) return false;
  return with_samples(image, [&](auto zero) {
    using Sample = decltype(zero);
    const auto step = static_cast<std::size_t>(image.channels());
    const auto max = static_cast<Sample>(image.max_value());
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      if (!opaque_row(image.samples<Sample>(y).data() + step - 1, image.width(), step, max)) return true;
    }
    return false;
  });
}

Result<Light> Light::of(const Image& image, const Metadata& metadata, float background) {
  return of_rows(image, 0, translucent(image), metadata, background);
}

Result<Light> Light::of_rows(const Image& image, std::uint32_t first_row, bool blends,
                             const Metadata& metadata, float background) try {
  const auto rule = linear_rule(metadata, image.gray());
  if (!rule) return std::unexpected(rule.error());
  Light light(image, background, blends);
  light.first_row_ = first_row;
  if (*rule) {
    auto ruled = by_rule(**rule, std::move(light));
    if (ruled && ruled->blends_) ruled->match_grounds(**rule);
    return ruled;
  }
  auto converted = lut_to_srgb(image, metadata.icc);
  if (!converted) return std::unexpected(std::move(converted.error()));
  light.converted_ = std::make_unique<const Image>(std::move(*converted));
  return by_rule(srgb_rule(), std::move(light));
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory to decode its colours");
}

Result<void> Light::move(const Image& rows, std::uint32_t first_row, const Metadata& metadata) {
  image_ = &rows;
  first_row_ = first_row;
  if (!converted_) return {};
  auto converted = lut_to_srgb(rows, metadata.icc);
  if (!converted) return std::unexpected(std::move(converted.error()));
  converted_ = std::make_unique<const Image>(std::move(*converted));
  return {};
}

/// The background is a grey of sRGB; where the curves are others, the coded values that stand for the same
/// light.
void Light::match_grounds(const LinearRule& rule) {
  const double wanted = srgb_rule().curves.front()(background_);
  for (std::size_t c = 0; c < grounds_.size(); ++c) {
    const auto& curve = rule.curves[std::min(c, rule.curves.size() - 1)];
    if (std::abs(curve(background_) - wanted) < 1e-6) continue;
    double below = 0;
    double above = 1;
    for (int i = 0; i < 30; ++i) {
      const double middle = (below + above) / 2;
      (curve(middle) < wanted ? below : above) = middle;
    }
    grounds_[c] = static_cast<float>(below);
  }
}

Result<Light> Light::coded(const Image& image, float background) try {
  return by_rule({{[](double value) { return value; }}, std::nullopt},
                 Light(image, background, translucent(image)));
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory to decode its colours");
}

Result<Light> Light::by_rule(const LinearRule& rule, Light light) {
  const std::size_t count = (light.blends_ ? kIntervals : light.image().max_value()) + 1;
  light.tables_.reserve(count * rule.curves.size());
  for (const auto& curve : rule.curves) {
    if (!append_samples(curve, count, light.tables_))
      return fail(ErrorKind::damaged, "its ICC profile cannot be used");
  }
  light.table_step_ = rule.curves.size() > 1 ? count : 0;
  light.grounds_.fill(light.background_);
  if (!rule.matrix) return light;
  auto& matrix = light.matrix_.emplace();
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t c = 0; c < 3; ++c) matrix[r][c] = static_cast<float>((*rule.matrix)[r][c]);
  }
  return light;
}

template <class Sample, int kChannels>
void Light::decode(const Sample* pixels, std::uint32_t count, Planes planes) const {
  constexpr std::size_t kColors = kChannels > 2 ? 3 : 1;
  constexpr bool kAlpha = kChannels % 2 == 0;
  const std::array<const float*, 3> tables{table(0), table(1), table(2)};
  const float unit = 1 / static_cast<float>(image().max_value());
  for (std::size_t i = 0; i < count; ++i) {
    const Sample* const pixel = pixels + i * kChannels;
    if (kAlpha && blends_) {
      const float alpha = static_cast<float>(pixel[kColors]) * unit;
      for (std::size_t c = 0; c < kColors; ++c) {
        const float ground = grounds_[c] * (1 - alpha);
        planes[c][i] = interpolated(tables[c], static_cast<float>(pixel[c]) * unit * alpha + ground);
      }
    } else {
      for (std::size_t c = 0; c < kColors; ++c) planes[c][i] = tables[c][pixel[c]];
    }
  }
  for (std::size_t c = kColors; c < 3; ++c) std::copy_n(planes[0], count, planes[c]);
}

void Light::apply_matrix(std::uint32_t count, Planes planes) const {
  const auto& m = *matrix_;
  for (std::uint32_t i = 0; i < count; ++i) {
    const float red = planes[0][i], green = planes[1][i], blue = planes[2][i];
    for (std::size_t c = 0; c < 3; ++c) planes[c][i] = m[c][0] * red + m[c][1] * green + m[c][2] * blue;
  }
}

void Light::row(std::uint32_t y, std::uint32_t x, std::uint32_t count, float* red, float* green,
                float* blue) const {
  const Planes planes{red, green, blue};
  with_samples(image(), [&](auto zero) {
    using Sample = decltype(zero);
    const Sample* const first = pixels<Sample>(y, x);
    switch (image().channels()) {
      case 1:
        return decode<Sample, 1>(first, count, planes);
      case 2:
        return decode<Sample, 2>(first, count, planes);
      case 3:
        return decode<Sample, 3>(first, count, planes);
      default:
        return decode<Sample, 4>(first, count, planes);
    }
  });
  if (matrix_) apply_matrix(count, planes);
}

void Light::by_coded(std::uint32_t y, std::uint32_t x, std::uint32_t count, float* red, float* green,
                     float* blue) const {
  const Planes planes{red, green, blue};
  if (matrix_) {
    const auto& m = *matrix_;
    for (std::uint32_t i = 0; i < count; ++i) {
      const float r = red[i], g = green[i], b = blue[i];
      for (std::size_t c = 0; c < 3; ++c) planes[c][i] = m[0][c] * r + m[1][c] * g + m[2][c] * b;
    }
  }
  with_samples(image(), [&](auto zero) {
    using Sample = decltype(zero);
    const auto channels = static_cast<std::size_t>(image().channels());
    const auto most = static_cast<std::uint32_t>(image().max_value());
    const Sample* const first = pixels<Sample>(y, x);
    for (std::size_t c = 0; c < 3; ++c) {
      const float* const values = table(c);
      const Sample* const samples = first + (channels > 2 ? c : 0);
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t sample = samples[i * channels];
        const std::uint32_t above = std::min(sample + 1, most);
        const std::uint32_t below = sample > 0 ? sample - 1 : 0;
        planes[c][i] *= (values[above] - values[below]) / static_cast<float>(above - below);
      }
    }
  });
}

}  // namespace frugal::metric
