// The screenshot-like picture: a chart and lines of writing on flat colour.
#pragma once

#include <vector>

#include "image/image.hpp"
#include "pictures/texture.hpp"

namespace frugal::pictures {

class Panel {
 public:
  Panel(Size size, std::uint32_t seed);

  /// The colour of the pixel at column `x` and row `y`.
  Rgb at(std::uint32_t x, std::uint32_t y) const { return pixels_[std::size_t{y} * size_.width + x]; }

 private:
  // Lengths and places are in pixels. What lies outside the picture is not painted.
  void fill(int x, int y, int width, int height, Rgb color);
  void line(float x0, float y0, float x1, float y1, float thickness, Rgb color);
  void glyph(int x, int y, int height, std::uint32_t shape, Rgb color);
  void writing(int x, int y, int width, int height, std::uint32_t seed, Rgb color);
  void chart(int x, int y, int width, int height);

  Size size_;
  std::uint32_t seed_;
  std::vector<Rgb> pixels_;
};

}  // namespace frugal::pictures
