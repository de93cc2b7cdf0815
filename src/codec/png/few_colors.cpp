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

Color least_opaque(const Image& rgba) {
  Color least{0, 0, 0, kOpaque};
  for (std::uint32_t y = 0; y < rgba.height(); ++y) {
    for (const std::uint8_t* at = rgba.row(y); at < rgba.row(y) + rgba.row_bytes(); at += kRgba) {
      if (at[3] < least[3]) least = {at[0], at[1], at[2], at[3]};
    }
  }
  return least;
}

/// A hint of translucency must not get lost with the colours.
void keep_translucency(const Image& rgba, int colors, std::vector<Color>& palette) {
  if (std::ranges::any_of(palette, [](const Color& color) { return color[3] < kOpaque; })) return;
  const auto least = least_opaque(rgba);
  if (least[3] == kOpaque) return;
  if (palette.size() == static_cast<std::size_t>(colors)) palette.pop_back();
  palette.push_back(least);
}

}  // namespace

Result<Image> in_few_colors(const Image& image, double knob, int effort) {
  const auto flat = to_depth(image, 8);
  if (!flat) return std::unexpected(flat.error());
  const auto rgba = to_rgba(*flat);
  if (!rgba) return std::unexpected(rgba.error());
  const int colors = static_cast<int>(std::lround(std::clamp(knob, kFewestColors, kMostColors)));
  auto palette = palette_of(*rgba, colors, effort);
  if (!palette) return std::unexpected(palette.error());
  if (image.gray()) make_gray(*palette);
  if (image.alpha()) keep_translucency(*rgba, colors, *palette);
  const double dithering = std::clamp((knob - kMostColors) / (kFullDithering - kMostColors), 0.0, 1.0);
  const auto drawn = drawn_with(*rgba, *palette, dithering);
  if (!drawn) return std::unexpected(drawn.error());
  return from_rgba(*drawn, image.channels());
}

}  // namespace frugal::codec::png
