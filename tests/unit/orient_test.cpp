#include "image/orient.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "codec_fixture.hpp"

namespace frugal {
namespace {

using codec::painted;
using codec::samples_of;

/// The pixels of a small grey picture as letters, rows joined.
std::string letters(const Image& image) {
  std::string text;
  for (const auto sample : samples_of(image)) text += static_cast<char>(sample);
  return text;
}

/// Stored as
///   a b
///   c d
///   e f
Image two_by_three() {
  return painted({2, 3}, 1, 8, [](std::uint32_t x, std::uint32_t y, int) { return 'a' + 2 * y + x; });
}

TEST_CASE("each orientation turns a picture as TIFF 6.0 says") {
  struct Row {
    Orientation orientation;
    Size size;
    std::string_view seen;
  };
  constexpr std::array table{
      Row{Orientation::upright, {2, 3}, "abcdef"},      // row 0 is the top, column 0 the left side
      Row{Orientation::mirrored, {2, 3}, "badcfe"},     // row 0 top, column 0 right
      Row{Orientation::turned_180, {2, 3}, "fedcba"},   // row 0 bottom, column 0 right
      Row{Orientation::flipped, {2, 3}, "efcdab"},      // row 0 bottom, column 0 left
      Row{Orientation::transposed, {3, 2}, "acebdf"},   // row 0 left, column 0 top
      Row{Orientation::turned_90, {3, 2}, "ecafdb"},    // row 0 right, column 0 top
      Row{Orientation::transversed, {3, 2}, "fdbeca"},  // row 0 right, column 0 bottom
      Row{Orientation::turned_270, {3, 2}, "bdface"},   // row 0 left, column 0 bottom
  };
  for (const Row& row : table) {
    CAPTURE(static_cast<int>(row.orientation));
    const auto upright = make_upright(two_by_three(), row.orientation);
    REQUIRE(upright.has_value());
    CHECK(upright->size() == row.size);
    CHECK(upright_size({2, 3}, row.orientation) == row.size);
    CHECK(letters(*upright) == row.seen);
  }
}

TEST_CASE("EXIF's numbers are the orientations of TIFF 6.0, anything else is upright") {
  CHECK(orientation_from_exif(1) == Orientation::upright);
  CHECK(orientation_from_exif(2) == Orientation::mirrored);
  CHECK(orientation_from_exif(3) == Orientation::turned_180);
  CHECK(orientation_from_exif(4) == Orientation::flipped);
  CHECK(orientation_from_exif(5) == Orientation::transposed);
  CHECK(orientation_from_exif(6) == Orientation::turned_90);
  CHECK(orientation_from_exif(7) == Orientation::transversed);
  CHECK(orientation_from_exif(8) == Orientation::turned_270);
  for (const unsigned value : {0U, 9U, 255U, 65536U + 6U}) {
    CHECK(orientation_from_exif(value) == Orientation::upright);
  }
}

TEST_CASE("pixels of every kind move whole, over the borders of tiles") {
  for (const int depth : {8, 16}) {
    for (const int channels : {1, 2, 3, 4}) {
      CAPTURE(depth);
      CAPTURE(channels);
      const auto value = [&](std::uint32_t x, std::uint32_t y, int c) {
        return (x * 7 + y * 131 + static_cast<std::uint32_t>(c) * 29) % 251;
      };
      const auto turned = make_upright(painted({70, 133}, channels, depth, value), Orientation::turned_90);
      REQUIRE(turned.has_value());
      // Turned clockwise, the stored column x is the row x, and the stored row y is seen from the right.
      const auto expected = painted({133, 70}, channels, depth, [&](std::uint32_t x, std::uint32_t y, int c) {
        return value(y, 132 - x, c);
      });
      CHECK(samples_of(*turned) == samples_of(expected));
      CHECK(turned->depth() == depth);
    }
  }
}

}  // namespace
}  // namespace frugal
