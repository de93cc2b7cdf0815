#include "codec/jpeg/planes.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/resample.hpp"

namespace frugal::codec::jpeg {

namespace {

template <std::size_t kComponent>
void convert_row(const std::uint8_t* rgb, std::uint32_t width, float* out) {
  for (std::size_t x = 0; x < width; ++x) {
    const auto r = static_cast<float>(rgb[3 * x]);
    const auto g = static_cast<float>(rgb[3 * x + 1]);
    const auto b = static_cast<float>(rgb[3 * x + 2]);
    if constexpr (kComponent == 0) out[x] = (0.299F * r + 0.587F * g) + (0.114F * b - 128.0F);
    if constexpr (kComponent == 1) out[x] = (0.5F * b - 0.168735892F * r) - 0.331264108F * g;
    if constexpr (kComponent == 2) out[x] = (0.5F * r - 0.418687589F * g) - 0.081312411F * b;
  }
}

/// Rows [first, end) of one component in full resolution.
SamplePlane full_rows(const Image& image, std::size_t component, std::uint32_t first, std::uint32_t end) {
  constexpr std::array kConvert{convert_row<0>, convert_row<1>, convert_row<2>};
  auto plane = make_plane(image.width(), end - first);
  for (std::uint32_t y = first; y < end; ++y) {
    const auto* in = image.row(y);
    float* out = plane.row(y - first);
    if (image.gray()) {
      for (std::uint32_t x = 0; x < image.width(); ++x) out[x] = static_cast<float>(in[x]) - 128.0F;
    } else {
      kConvert[component](in, image.width(), out);
    }
  }
  return plane;
}

std::uint8_t sample(float value) {
  return static_cast<std::uint8_t>(std::clamp(value + 128.5F, 0.0F, 255.0F));
}

void convert_back(const float* luma, const float* blue, const float* red, std::uint32_t width,
                  std::uint8_t* rgb) {
  for (std::size_t x = 0; x < width; ++x) {
    rgb[3 * x] = sample(luma[x] + 1.402F * red[x]);
    rgb[3 * x + 1] = sample((luma[x] - 0.344136286F * blue[x]) - 0.714136286F * red[x]);
    rgb[3 * x + 2] = sample(luma[x] + 1.772F * blue[x]);
  }
}

}  // namespace

void pad(SamplePlane& plane) {
  for (std::uint32_t y = 0; y < plane.height; ++y) {
    float* row = plane.row(y);
    std::fill(row + plane.width, row + plane.stride, row[plane.width - 1]);
  }
  const float* last = plane.row(plane.height - 1);
  for (std::size_t y = plane.height; y < plane.padded_height(); ++y) {
    std::copy(last, last + plane.stride, plane.row(y));
  }
}

SamplePlane make_plane(std::uint32_t width, std::uint32_t height) {
  const auto padded = [](std::uint32_t side) {
    return std::size_t{(side + kBlockSide - 1) / kBlockSide} * kBlockSide;
  };
  return {width, height, padded(width), std::vector<float>(padded(width) * padded(height))};
}

void round_samples(SamplePlane& plane, int threads) {
  for_strips(plane.height, threads, [&](std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t y = first; y < end; ++y) {
      float* row = plane.row(y);
      for (std::uint32_t x = 0; x < plane.width; ++x) {
        const auto whole = static_cast<int>(std::clamp(row[x] + 128.5F, 0.0F, 255.0F));
        row[x] = static_cast<float>(whole - 128);
      }
    }
  });
}

Result<Image> image_of(const std::vector<SamplePlane>& planes, int threads) {
  const auto& luma = planes.front();
  auto image = Image::make({luma.width, luma.height}, planes.size() > 1 ? 3 : 1, 8);
  if (!image) return image;
  for_strips(luma.height, threads, [&](std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t y = first; y < end; ++y) {
      if (planes.size() == 1) {
        std::transform(luma.row(y), luma.row(y) + luma.width, image->row(y), sample);
      } else {
        convert_back(luma.row(y), planes[1].row(y), planes[2].row(y), luma.width, image->row(y));
      }
    }
  });
  return image;
}

SamplePlane plane_of(const Image& image, std::size_t component, Sampling sampling, std::uint32_t first,
                     std::uint32_t end) {
  if (sampling == Sampling::full) {
    auto plane = full_rows(image, component, first, std::min(end, image.height()));
    pad(plane);
    return plane;
  }
  // Halving looks this far around, in rows of half the height.
  constexpr std::uint32_t kAround = 4;
  const std::uint32_t height = (image.height() + 1) / 2;
  end = std::min(end, height);
  const std::uint32_t top = first - std::min(first, kAround);
  const std::uint32_t bottom = std::min(end + kAround, height);
  const auto wide = reduced(full_rows(image, component, 2 * top, std::min(2 * bottom, image.height())), 1);
  auto plane = make_plane(wide.width, end - first);
  std::copy(wide.row(first - top), wide.row(end - top), plane.row(0));
  pad(plane);
  return plane;
}

}  // namespace frugal::codec::jpeg
