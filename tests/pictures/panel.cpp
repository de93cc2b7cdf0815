#include "pictures/panel.hpp"

#include <array>

namespace frugal::pictures {
namespace {

constexpr std::array<Rgb, 6> kAccents{{{.16F, .44F, .78F},
                                       {.87F, .36F, .21F},
                                       {.18F, .60F, .41F},
                                       {.93F, .69F, .13F},
                                       {.50F, .33F, .65F},
                                       {.24F, .63F, .68F}}};

Rgb accent(std::uint32_t i) {
  return kAccents[i % kAccents.size()];
}

}  // namespace

Panel::Panel(Size size, std::uint32_t seed)
    : size_(size), seed_(scramble(seed)), pixels_(std::size_t{size.width} * size.height) {
  const bool dark = seed % 3 == 0;
  const Rgb paper = dark ? Rgb{.12F, .13F, .16F} : Rgb{.98F, .98F, .97F};
  const Rgb ink = dark ? Rgb{.86F, .87F, .89F} : Rgb{.13F, .14F, .17F};
  const auto width = static_cast<int>(size.width), height = static_cast<int>(size.height);
  fill(0, 0, width, height, paper);

  const int letter = std::clamp(height / 40, 6, 14);
  const int margin = letter * 2;
  fill(0, 0, width, letter * 3, accent(seed));
  writing(margin, letter, width / 3, letter + 1, seed_ + 1, {1, 1, 1});

  const int chart_height = height / 2 - letter * 4;
  if (chart_height > letter * 3) chart(margin, letter * 5, width - 2 * margin, chart_height);
  int row = 0;
  for (int y = chart_height > letter * 3 ? height / 2 + letter * 3 : letter * 5; y + letter < height;
       y += letter * 2, ++row) {
    const bool last_of_paragraph = row % 5 == 4;
    const int length = last_of_paragraph ? (width - 2 * margin) / 2 : width - 2 * margin;
    if (row % 6 != 5) writing(margin, y, length, letter, seed_ + 10 + static_cast<std::uint32_t>(row), ink);
  }
}

void Panel::fill(int x, int y, int width, int height, Rgb color) {
  const int right = std::min(x + width, static_cast<int>(size_.width));
  const int bottom = std::min(y + height, static_cast<int>(size_.height));
  for (int row = std::max(y, 0); row < bottom; ++row) {
    for (int column = std::max(x, 0); column < right; ++column) {
      pixels_[static_cast<std::size_t>(row) * size_.width + static_cast<std::size_t>(column)] = color;
    }
  }
}

// Smooth at its edges: each pixel is covered as far as the line's middle is away.
void Panel::line(float x0, float y0, float x1, float y1, float thickness, Rgb color) {
  const float dx = x1 - x0, dy = y1 - y0;
  const float length2 = std::max(dx * dx + dy * dy, 1e-6F);
  const auto from = [&](float a, float b) {
    return std::max(0, static_cast<int>(std::min(a, b) - thickness));
  };
  const auto to = [&](float a, float b, std::uint32_t limit) {
    return std::min(static_cast<int>(limit), static_cast<int>(std::max(a, b) + thickness) + 2);
  };
  for (int y = from(y0, y1); y < to(y0, y1, size_.height); ++y) {
    for (int x = from(x0, x1); x < to(x0, x1, size_.width); ++x) {
      const float px = static_cast<float>(x) - x0, py = static_cast<float>(y) - y0;
      const float along = clamp01((px * dx + py * dy) / length2);
      const float ex = px - along * dx, ey = py - along * dy;
      const float cover = clamp01(thickness / 2 + 0.5F - std::sqrt(ex * ex + ey * ey));
      auto& pixel = pixels_[static_cast<std::size_t>(y) * size_.width + static_cast<std::size_t>(x)];
      pixel = mix(pixel, color, cover);
    }
  }
}

// Each bit of `shape` is a stroke between two of the letter's six corners: no alphabet, but of its texture.
void Panel::glyph(int x, int y, int height, std::uint32_t shape, Rgb color) {
  static constexpr std::array<std::array<int, 4>, 8> strokes{{{0, 0, 0, 2},
                                                              {0, 0, 1, 0},
                                                              {0, 1, 1, 1},
                                                              {0, 2, 1, 2},
                                                              {1, 0, 1, 1},
                                                              {1, 1, 1, 2},
                                                              {0, 0, 1, 2},
                                                              {0, 2, 1, 0}}};
  const auto left = static_cast<float>(x), top = static_cast<float>(y), tall = static_cast<float>(height);
  const float wide = tall * 0.5F, thickness = std::max(1.0F, tall / 8);
  for (std::size_t i = 0; i < strokes.size(); ++i) {
    if ((shape >> i & 1U) == 0) continue;
    const auto& [x0, y0, x1, y1] = strokes[i];
    line(left + wide * static_cast<float>(x0), top + tall * static_cast<float>(y0) / 2,
         left + wide * static_cast<float>(x1), top + tall * static_cast<float>(y1) / 2, thickness, color);
  }
}

void Panel::writing(int x, int y, int width, int height, std::uint32_t seed, Rgb color) {
  static constexpr std::array<std::uint32_t, 16> letters{0x0f, 0x1f, 0x2b, 0x37, 0x3a, 0x0b, 0x31, 0x47,
                                                         0x35, 0x8a, 0x1d, 0x2f, 0x41, 0x3b, 0x8e, 0x09};
  const int step = std::max(4, height * 3 / 4);
  std::int32_t place = 0;
  for (int left = x; left + step <= x + width; left += step, ++place) {
    const std::uint32_t random = hash(static_cast<std::uint32_t>(place), 0, seed);
    const bool space = random % 6 == 0 && place > 0;
    if (!space) glyph(left, y, height - 1, letters[random >> 8 & 15U], color);
  }
}

void Panel::chart(int x, int y, int width, int height) {
  const Rgb grid{.62F, .64F, .67F};
  for (int i = 0; i <= 4; ++i) fill(x, y + height * i / 4, width, 1, grid);
  const int bars = std::clamp(width / 40, 3, 14);
  const auto top_of = [&](int bar, std::uint32_t seed) {
    return y + static_cast<int>(static_cast<float>(height) * (0.75F - 0.65F * unit(bar, 1, seed_ + seed)));
  };
  for (int bar = 0; bar < bars; ++bar) {
    const int left = x + width * bar / bars, top = top_of(bar, 2);
    fill(left + 2, top, width / bars * 2 / 3, y + height - top,
         accent(seed_ + static_cast<std::uint32_t>(bar)));
  }
  for (int bar = 0; bar + 1 < bars; ++bar) {
    const auto middle = [&](int i) {
      const int column = x + width * i / bars + width / bars / 3;
      return static_cast<float>(column);
    };
    line(middle(bar), static_cast<float>(top_of(bar, 3)), middle(bar + 1),
         static_cast<float>(top_of(bar + 1, 3)), 2.5F, {.80F, .20F, .35F});
  }
}

}  // namespace frugal::pictures
