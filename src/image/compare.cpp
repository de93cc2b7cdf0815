#include "image/compare.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace frugal {

namespace {

using Pixel = std::array<std::uint32_t, 4>;

/// A pixel as RGBA on the scale 0 to 65535.
template <class Sample>
Pixel pixel_at(const Image& image, std::uint32_t x, std::uint32_t y) {
  const auto channels = static_cast<std::size_t>(image.channels());
  const Sample* at = image.samples<Sample>(y).data() + x * channels;
  const std::uint32_t max = image.max_value();
  const auto wide = [max](std::uint32_t v) { return rescale(v, max, 65535); };
  const std::uint32_t alpha = image.alpha() ? wide(at[channels - 1]) : 65535;
  if (image.gray()) return {wide(at[0]), wide(at[0]), wide(at[0]), alpha};
  return {wide(at[0]), wide(at[1]), wide(at[2]), alpha};
}

}  // namespace

bool same_pixels(const Image& a, const Image& b) {
  if (a.size() != b.size()) return false;
  if (a.channels() == b.channels() && a.depth() == b.depth()) {
    return std::memcmp(a.row(0), b.row(0), a.byte_size()) == 0;
  }
  return with_samples(a, [&](auto zero_a) {
    return with_samples(b, [&](auto zero_b) {
      for (std::uint32_t y = 0; y < a.height(); ++y) {
        for (std::uint32_t x = 0; x < a.width(); ++x) {
          if (pixel_at<decltype(zero_a)>(a, x, y) != pixel_at<decltype(zero_b)>(b, x, y)) return false;
        }
      }
      return true;
    });
  });
}

bool pixels_within(const Image& a, const Image& b, int levels) {
  if (a.size() != b.size() || a.channels() != b.channels() || a.depth() != b.depth()) return false;
  return with_samples(a, [&](auto zero) {
    using Sample = decltype(zero);
    for (std::uint32_t y = 0; y < a.height(); ++y) {
      const auto near = [levels](int of_a, int of_b) { return std::abs(of_a - of_b) <= levels; };
      if (!std::ranges::equal(a.samples<Sample>(y), b.samples<Sample>(y), near)) return false;
    }
    return true;
  });
}

Result<bool> rows_within(RowReader& rows, const Image& image, int levels) {
  constexpr std::uint32_t kAtOnce = 64;
  const std::uint32_t height = image.height();
  if (rows.size() != image.size()) return false;
  ImageRows own(image);
  auto window = RowWindow::over(rows, kAtOnce);
  if (!window) return std::unexpected(window.error());
  auto own_window = RowWindow::over(own, kAtOnce);
  if (!own_window) return std::unexpected(own_window.error());
  for (std::uint32_t end = 0; end < height;) {
    end = std::min(end + kAtOnce, height);
    for (auto* each : {&*window, &*own_window}) {
      if (auto moved = each->move(end - std::min(end, kAtOnce), end); !moved)
        return std::unexpected(moved.error());
    }
    const bool same = levels > 0 ? pixels_within(window->rows(), own_window->rows(), levels)
                                 : same_pixels(window->rows(), own_window->rows());
    if (!same) return false;
  }
  return true;
}

}  // namespace frugal
