#include "codec/ycbcr.hpp"

#include <algorithm>
#include <span>

namespace frugal::codec {
namespace {

// Kr = 0.299, Kg = 0.587, Kb = 0.114 and the chroma rows that follow from them, times 2^16. Each chroma row
// adds up to nothing, so that grey has no chroma.
struct Weights {
  std::int32_t r, g, b;
};
constexpr Weights kY = {19595, 38470, 7471};
constexpr Weights kCb = {-11059, -21709, 32768};
constexpr Weights kCr = {32768, -27439, -5329};
constexpr int kFraction = 16;

struct Rgb {
  std::int32_t r, g, b;
};

std::int32_t weigh(Weights weights, Rgb rgb) {
  return weights.r * rgb.r + weights.g * rgb.g + weights.b * rgb.b;
}

template <class Sample>
Sample* row_of(Plane plane, std::uint32_t y) {
  return reinterpret_cast<Sample*>(plane.data + plane.stride * y);
}

template <class Sample>
Rgb pixel(std::span<const Sample> row, std::size_t x, int channels) {
  const auto at = row.subspan(x * static_cast<std::size_t>(channels));
  return {at[0], at[1], at[2]};
}

template <class Sample>
void write_luma(const Image& image, Plane y_plane) {
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const auto row = image.samples<Sample>(y);
    Sample* out = row_of<Sample>(y_plane, y);
    for (std::uint32_t x = 0; x < image.width(); ++x) {
      const std::int32_t sum = weigh(kY, pixel(row, x, image.channels()));
      out[x] = static_cast<Sample>((sum + (1 << (kFraction - 1))) >> kFraction);
    }
  }
}

/// A chroma sample from the sum of 2^`log2_count` pixels.
template <class Sample>
Sample chroma(Weights weights, Rgb sum, int log2_count, const Image& image) {
  const int shift = kFraction + log2_count;
  const std::int32_t half = 1 << (image.depth() - 1);
  const std::int32_t value = ((weigh(weights, sum) + (1 << (shift - 1))) >> shift) + half;
  return static_cast<Sample>(std::min(value, static_cast<std::int32_t>(image.max_value())));
}

template <class Sample>
void write_full_chroma(const Image& image, Plane cb, Plane cr) {
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const auto row = image.samples<Sample>(y);
    for (std::uint32_t x = 0; x < image.width(); ++x) {
      const Rgb rgb = pixel(row, x, image.channels());
      row_of<Sample>(cb, y)[x] = chroma<Sample>(kCb, rgb, 0, image);
      row_of<Sample>(cr, y)[x] = chroma<Sample>(kCr, rgb, 0, image);
    }
  }
}

template <class Sample>
void write_half_chroma(const Image& image, Plane cb, Plane cr) {
  for (std::uint32_t y = 0; y < image.height(); y += 2) {
    const auto upper = image.samples<Sample>(y);
    const auto lower = image.samples<Sample>(std::min(y + 1, image.height() - 1));
    for (std::uint32_t x = 0; x < image.width(); x += 2) {
      Rgb sum{};
      for (const std::uint32_t at : {x, std::min(x + 1, image.width() - 1)}) {
        for (const auto row : {upper, lower}) {
          const Rgb rgb = pixel(row, at, image.channels());
          sum = {sum.r + rgb.r, sum.g + rgb.g, sum.b + rgb.b};
        }
      }
      row_of<Sample>(cb, y / 2)[x / 2] = chroma<Sample>(kCb, sum, 2, image);
      row_of<Sample>(cr, y / 2)[x / 2] = chroma<Sample>(kCr, sum, 2, image);
    }
  }
}

}  // namespace

void write_channel(const Image& image, int channel, Plane plane) {
  with_samples(image, [&](auto zero) {
    using Sample = decltype(zero);
    const auto step = static_cast<std::size_t>(image.channels());
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      const auto row = image.samples<Sample>(y).subspan(static_cast<std::size_t>(channel));
      Sample* out = row_of<Sample>(plane, y);
      for (std::size_t x = 0; x < image.width(); ++x) out[x] = row[x * step];
    }
  });
}

void write_ycbcr(const Image& image, bool subsample, Plane y, Plane cb, Plane cr) {
  with_samples(image, [&](auto zero) {
    using Sample = decltype(zero);
    write_luma<Sample>(image, y);
    if (subsample) {
      write_half_chroma<Sample>(image, cb, cr);
    } else {
      write_full_chroma<Sample>(image, cb, cr);
    }
  });
}

void write_gbr(const Image& image, Plane y, Plane cb, Plane cr) {
  write_channel(image, 1, y);
  write_channel(image, 2, cb);
  write_channel(image, 0, cr);
}

}  // namespace frugal::codec
