#include "cli/preview.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "codec/codec.hpp"
#include "codec/fit.hpp"
#include "util/base64.hpp"

namespace frugal::cli {
namespace {

/// A rectangle of samples' mean, colour weighted by alpha, on a scale of 0 to 255.
template <class Sample>
std::array<std::uint8_t, 4> mean(const Image& image, const metric::Area& block) {
  const auto channels = static_cast<std::size_t>(image.channels());
  const auto colours = static_cast<std::size_t>(image.color_channels());
  std::array<double, 4> sums{};
  double weights = 0;
  for (auto y = block.y; y < block.y + block.height; ++y) {
    const Sample* pixel = image.samples<Sample>(y).data() + block.x * channels;
    for (std::uint32_t x = 0; x < block.width; ++x, pixel += channels) {
      const double weight = image.alpha() ? pixel[colours] : 1;
      for (std::size_t c = 0; c < colours; ++c) sums[c] += weight * pixel[c];
      weights += weight;
    }
  }
  const double scale = 255.0 / image.max_value();
  std::array<std::uint8_t, 4> result{};
  for (std::size_t c = 0; c < colours && weights > 0; ++c) {
    result[c] = static_cast<std::uint8_t>(std::lround(sums[c] / weights * scale));
  }
  const double pixels = static_cast<double>(block.width) * block.height;
  if (image.alpha()) result[colours] = static_cast<std::uint8_t>(std::lround(weights / pixels * scale));
  return result;
}

/// The pixels of `area` for which pixel `at` of `size` stands.
metric::Area block_of(const metric::Area& area, Size size, Size at) {
  const auto first = [](std::uint32_t i, std::uint32_t from, std::uint32_t to) {
    return static_cast<std::uint32_t>(std::uint64_t{i} * from / to);
  };
  const auto x = first(at.width, area.width, size.width);
  const auto y = first(at.height, area.height, size.height);
  return {area.x + x, area.y + y, first(at.width + 1, area.width, size.width) - x,
          first(at.height + 1, area.height, size.height) - y};
}

/// `area` of the picture at `size`, which is no larger.
Result<Image> taken(const Image& image, const metric::Area& area, Size size) {
  auto result = Image::make(size, image.channels(), 8);
  if (!result) return result;
  with_samples(image, [&](auto zero) {
    for (std::uint32_t y = 0; y < size.height; ++y) {
      auto* to = result->row(y);
      for (std::uint32_t x = 0; x < size.width; ++x) {
        const auto pixel = mean<decltype(zero)>(image, block_of(area, size, {x, y}));
        to = std::copy_n(pixel.begin(), image.channels(), to);
      }
    }
  });
  return result;
}

std::uint32_t scaled(std::uint32_t side, std::uint32_t to, std::uint32_t from) {
  return std::max(1U, static_cast<std::uint32_t>((std::uint64_t{side} * to + from / 2) / from));
}

/// What the look depends on, and nothing else.
Metadata look_of(const Metadata& metadata) {
  Metadata look;
  look.icc = metadata.icc;
  look.cicp = metadata.cicp;
  return look;
}

}  // namespace

Result<Image> reduced(const Image& image, std::uint32_t longest) {
  const auto [width, height] = image.size();
  const auto side = std::max(width, height);
  const auto to = std::min(side, longest);
  return taken(image, {0, 0, width, height}, {scaled(width, to, side), scaled(height, to, side)});
}

Result<Image> cropped(const Image& image, const metric::Area& area) {
  return taken(image, area, {area.width, area.height});
}

Result<Image> difference_of(const Image& a, const Image& b) {
  constexpr int kColours = 3;
  auto result = Image::make(a.size(), 1, 8);
  if (!result) return result;
  const auto pixel = [](const Image& image, std::uint32_t x, std::uint32_t y) {
    return image.row(y) + x * static_cast<std::size_t>(image.channels());
  };
  const auto opacity = [](const Image& image, const std::uint8_t* of) {
    return image.alpha() ? int{of[image.color_channels()]} : 255;
  };
  for (std::uint32_t y = 0; y < a.height(); ++y) {
    for (std::uint32_t x = 0; x < a.width(); ++x) {
      const auto* first = pixel(a, x, y);
      const auto* second = pixel(b, x, y);
      int sum = 0;
      for (int c = 0; c < kColours; ++c) sum += std::abs(first[a.gray() ? 0 : c] - second[b.gray() ? 0 : c]);
      const int seen = sum * std::max(opacity(a, first), opacity(b, second)) / 255;
      result->row(y)[x] = static_cast<std::uint8_t>(std::min(255, seen * kDifferenceGain / kColours));
    }
  }
  return result;
}

Result<std::string> data_uri(Image image, const Metadata& metadata, bool photo) {
  codec::EncodeParams params{.quality = 80};  // a JPEG's
  auto look = look_of(metadata);
  const auto& codec = codec::of(photo && !image.alpha() ? codec::Format::jpeg : codec::Format::png);
  auto fitting = codec::fit(std::move(image), look, codec);
  if (!fitting) return std::unexpected(fitting.error());
  if (codec.lossless()) params.effort = kPreviewEffort;
  const auto bytes = codec.encode(fitting->image(), look, params);
  if (!bytes) return std::unexpected(bytes.error());
  return "data:image/" + std::string(codec.name) + ";base64," + base64(*bytes);
}

}  // namespace frugal::cli
