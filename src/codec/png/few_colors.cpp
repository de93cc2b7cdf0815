#include "codec/png/few_colors.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "codec/png/dither.hpp"
#include "codec/png/quantize.hpp"
#include "image/depth.hpp"

namespace frugal::codec::png {

namespace {

constexpr std::size_t kRgba = 4;
constexpr std::uint8_t kOpaque = 255;

/// An 8-bit picture of any channels as RGBA.
Result<Image> to_rgba(const Image& image) {
  auto rgba = Image::make(image.size(), kRgba, 8);
  if (!rgba) return rgba;
  const auto channels = static_cast<std::size_t>(image.channels());
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const std::uint8_t* from = image.row(y);
    std::uint8_t* to = rgba->row(y);
    for (std::uint32_t x = 0; x < image.width(); ++x, from += channels, to += kRgba) {
      for (std::size_t c = 0; c < 3; ++c) to[c] = from[image.gray() ? 0 : c];
      to[3] = image.alpha() ? from[channels - 1] : kOpaque;
    }
  }
  return rgba;
}

/// Back to `channels`; of what is to be grey, red, green and blue are the same.
Result<Image> from_rgba(const Image& rgba, int channels) {
  auto image = Image::make(rgba.size(), channels, 8);
  if (!image) return image;
  const auto colors = static_cast<std::size_t>(image->color_channels());
  for (std::uint32_t y = 0; y < rgba.height(); ++y) {
    const std::uint8_t* from = rgba.row(y);
    std::uint8_t* to = image->row(y);
    for (std::uint32_t x = 0; x < rgba.width(); ++x, from += kRgba, to += channels) {
      std::copy_n(from, colors, to);
      if (image->alpha()) to[colors] = from[3];
    }
  }
  return image;
}

void make_gray(std::vector<Color>& palette) {
  for (auto& color : palette) {
    const auto gray = static_cast<std::uint8_t>((color[0] + color[1] + color[2] + 1) / 3);
    color = {gray, gray, gray, color[3]};
  }
}

/// The pixel with the least alpha: how far it is into the picture.
std::size_t least_opaque(const Image& rgba) {
  std::size_t least = 0;
  for (std::size_t i = 0; i < rgba.pixels(); ++i) {
    if (rgba.row(0)[kRgba * i + 3] < rgba.row(0)[kRgba * least + 3]) least = i;
  }
  return least;
}

Color color_at(const Image& rgba, std::size_t pixel) {
  Color color{};
  std::copy_n(rgba.row(0) + kRgba * pixel, kRgba, color.begin());
  return color;
}

// A hint of translucency must not get lost: not with the depth, not with the colours, not in the drawing.

/// Where `deep` is translucent, so is `rgba`, made of it.
void keep_translucency(const Image& deep, Image& rgba) {
  const auto channels = static_cast<std::size_t>(deep.channels());
  for (std::uint32_t y = 0; y < deep.height(); ++y) {
    const auto samples = deep.samples<std::uint16_t>(y);
    for (std::size_t x = 0; x < deep.width(); ++x) {
      auto& alpha = rgba.row(y)[kRgba * x + 3];
      if (samples[channels * x + channels - 1] < deep.max_value() && alpha == kOpaque) alpha = kOpaque - 1;
    }
  }
}

void keep_translucency(const Image& rgba, int colors, std::vector<Color>& palette) {
  if (std::ranges::any_of(palette, [](const Color& color) { return color[3] < kOpaque; })) return;
  if (palette.size() == static_cast<std::size_t>(colors)) palette.pop_back();
  palette.push_back(color_at(rgba, least_opaque(rgba)));
}

void redraw_translucency(const Image& rgba, Image& drawn) {
  if (color_at(drawn, least_opaque(drawn))[3] < kOpaque) return;
  const auto pixel = least_opaque(rgba);
  std::ranges::copy(color_at(rgba, pixel), drawn.row(0) + kRgba * pixel);
}

}  // namespace

Result<Image> in_few_colors(const Image& image, double knob, int effort) {
  const auto flat = to_depth(image, 8);
  if (!flat) return std::unexpected(flat.error());
  auto rgba = to_rgba(*flat);
  if (!rgba) return std::unexpected(rgba.error());
  if (image.alpha() && image.depth() > 8) keep_translucency(image, *rgba);
  const int colors = static_cast<int>(std::lround(std::clamp(knob, kFewestColors, kMostColors)));
  auto palette = palette_of(*rgba, colors, effort);
  if (!palette) return std::unexpected(palette.error());
  if (image.gray()) make_gray(*palette);
  if (image.alpha()) keep_translucency(*rgba, colors, *palette);
  const double dithering = std::clamp((knob - kMostColors) / (kFullDithering - kMostColors), 0.0, 1.0);
  auto drawn = drawn_with(*rgba, *palette, dithering);
  if (!drawn) return std::unexpected(drawn.error());
  if (image.alpha()) redraw_translucency(*rgba, *drawn);
  return from_rgba(*drawn, image.channels());
}

}  // namespace frugal::codec::png
