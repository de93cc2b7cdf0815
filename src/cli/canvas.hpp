// A picture to draw on: rectangles and small text.
#pragma once

#include <cstdint>
#include <string_view>

#include "image/image.hpp"
#include "util/result.hpp"

namespace frugal::cli {

/// 8-bit sRGB.
struct Rgb {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  friend bool operator==(const Rgb&, const Rgb&) = default;
};

/// A rectangle of pixels; may reach out of the canvas, where nothing is drawn.
struct Box {
  std::int64_t x = 0;
  std::int64_t y = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
};

class Canvas {
 public:
  /// All of one colour. Errors: limit (memory).
  static Result<Canvas> make(Size size, Rgb colour);

  void put(std::int64_t x, std::int64_t y, Rgb colour);
  void fill(const Box& box, Rgb colour);

  /// The edge of `box`, inside it, `thickness` pixels wide.
  void frame(const Box& box, std::int64_t thickness, Rgb colour);

  /// Draws `text` with its top left at (x, y), each dot of the 5×7 glyphs `scale` pixels wide. Digits, the
  /// capitals of the maps' legends, '.', '-' and '%' have a glyph; all else is a space.
  void text(std::int64_t x, std::int64_t y, std::string_view text, std::int64_t scale, Rgb colour);

  /// As `text`, with an edge of one pixel in `edge` around it, for uneven backgrounds.
  void outlined_text(std::int64_t x, std::int64_t y, std::string_view text, std::int64_t scale, Rgb colour,
                     Rgb edge);

  /// RGB, 8 bits.
  Image take() { return std::move(image_); }

 private:
  explicit Canvas(Image image) : image_(std::move(image)) {}

  Image image_;
};

/// What text takes up at that scale, in pixels.
std::int64_t text_width(std::string_view text, std::int64_t scale);
std::int64_t text_height(std::int64_t scale);

}  // namespace frugal::cli
