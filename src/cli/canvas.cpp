#include "cli/canvas.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace frugal::cli {
namespace {

constexpr std::int64_t kGlyphWidth = 5;
constexpr std::int64_t kGlyphHeight = 7;
constexpr std::int64_t kAdvance = kGlyphWidth + 1;

/// Rows from the top; the leftmost dot is bit 4.
struct Glyph {
  char character;
  std::array<std::uint8_t, kGlyphHeight> rows;
};

constexpr Glyph kGlyphs[] = {
    {'0', {0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110}},
    {'1', {0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {'2', {0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111}},
    {'3', {0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110}},
    {'4', {0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010}},
    {'5', {0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110}},
    {'6', {0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110}},
    {'7', {0b11111, 0b00001, 0b00010, 0b00010, 0b00100, 0b00100, 0b00100}},
    {'8', {0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110}},
    {'9', {0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100}},
    {'.', {0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b01100}},
    {'-', {0b00000, 0b00000, 0b00000, 0b01110, 0b00000, 0b00000, 0b00000}},
    {'%', {0b11001, 0b11001, 0b00010, 0b00100, 0b01000, 0b10011, 0b10011}},
    {'A', {0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001}},
    {'C', {0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110}},
    {'D', {0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110}},
    {'E', {0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111}},
    {'F', {0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000}},
    {'G', {0b01110, 0b10001, 0b10000, 0b10111, 0b10001, 0b10001, 0b01111}},
    {'I', {0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {'L', {0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111}},
    {'N', {0b10001, 0b11001, 0b10101, 0b10101, 0b10011, 0b10001, 0b10001}},
    {'O', {0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110}},
    {'R', {0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001}},
    {'S', {0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110}},
    {'T', {0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100}},
    {'U', {0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110}},
    {'W', {0b10001, 0b10001, 0b10001, 0b10101, 0b10101, 0b10101, 0b01010}},
    {'X', {0b10001, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001, 0b10001}},
};

bool has_dot(const Glyph& glyph, std::int64_t x, std::int64_t y) {
  return glyph.rows[static_cast<std::size_t>(y)] >> (kGlyphWidth - 1 - x) & 1;
}

}  // namespace

Result<Canvas> Canvas::make(Size size, Rgb colour) {
  auto image = Image::make(size, 3, 8);
  if (!image) return std::unexpected(image.error());
  Canvas canvas(std::move(*image));
  canvas.fill({0, 0, size.width, size.height}, colour);
  return canvas;
}

void Canvas::put(std::int64_t x, std::int64_t y, Rgb colour) {
  if (x < 0 || y < 0 || x >= image_.width() || y >= image_.height()) return;
  auto* pixel = image_.row(static_cast<std::uint32_t>(y)) + x * 3;
  pixel[0] = colour.red;
  pixel[1] = colour.green;
  pixel[2] = colour.blue;
}

void Canvas::fill(const Box& box, Rgb colour) {
  const auto right = std::min<std::int64_t>(box.x + box.width, image_.width());
  const auto bottom = std::min<std::int64_t>(box.y + box.height, image_.height());
  for (auto y = std::max<std::int64_t>(box.y, 0); y < bottom; ++y) {
    for (auto x = std::max<std::int64_t>(box.x, 0); x < right; ++x) put(x, y, colour);
  }
}

void Canvas::frame(const Box& box, std::int64_t thickness, Rgb colour) {
  fill({box.x, box.y, box.width, thickness}, colour);
  fill({box.x, box.y + box.height - thickness, box.width, thickness}, colour);
  fill({box.x, box.y, thickness, box.height}, colour);
  fill({box.x + box.width - thickness, box.y, thickness, box.height}, colour);
}

void Canvas::text(std::int64_t x, std::int64_t y, std::string_view text, std::int64_t scale, Rgb colour) {
  for (const char character : text) {
    const auto* glyph = std::ranges::find(kGlyphs, character, &Glyph::character);
    for (std::int64_t dot = 0; glyph != std::end(kGlyphs) && dot < kGlyphWidth * kGlyphHeight; ++dot) {
      const auto column = dot % kGlyphWidth;
      const auto row = dot / kGlyphWidth;
      if (has_dot(*glyph, column, row)) fill({x + column * scale, y + row * scale, scale, scale}, colour);
    }
    x += kAdvance * scale;
  }
}

void Canvas::outlined_text(std::int64_t x, std::int64_t y, std::string_view words, std::int64_t scale,
                           Rgb colour, Rgb edge) {
  for (int around = 0; around < 9; ++around) text(x + around % 3 - 1, y + around / 3 - 1, words, scale, edge);
  text(x, y, words, scale, colour);
}

std::int64_t text_width(std::string_view text, std::int64_t scale) {
  return (static_cast<std::int64_t>(text.size()) * kAdvance - 1) * scale;
}

std::int64_t text_height(std::int64_t scale) {
  return kGlyphHeight * scale;
}

}  // namespace frugal::cli
