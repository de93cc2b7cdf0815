#include <doctest/doctest.h>
#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

#include "codec/png/inflate.hpp"
#include "codec_fixture.hpp"

namespace frugal::codec::png {
namespace {

enum ColorType : std::uint8_t { kGray = 0, kRgb = 2, kPalette = 3, kGrayAlpha = 4, kRgbAlpha = 6 };

struct Shape {
  Size size{37, 21};
  ColorType type = kRgb;
  unsigned bits = 8;
  bool transparent = false;  ///< with tRNS
  bool interlaced = false;
};

/// Every pair of colour type and depth that PNG has (3rd edition, 11.2.1), and tRNS where it may be.
std::vector<Shape> all_shapes() {
  std::vector<Shape> shapes;
  for (const ColorType type : {kGray, kRgb, kPalette, kGrayAlpha, kRgbAlpha}) {
    for (const unsigned bits : {1U, 2U, 4U, 8U, 16U}) {
      if ((type != kGray && type != kPalette && bits < 8) || (type == kPalette && bits == 16)) continue;
      shapes.push_back({.type = type, .bits = bits});
      if (type <= kPalette) shapes.push_back({.type = type, .bits = bits, .transparent = true});
    }
  }
  return shapes;
}

Bytes big_endian(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Bytes chunk(std::string_view type, const Bytes& content) {
  const Bytes body = joined(bytes_of(type), content);
  return joined(joined(big_endian(static_cast<std::uint32_t>(content.size())), body),
                big_endian(libdeflate_crc32(0, body.data(), body.size())));
}

/// Filtered rows of a picture: all five filters in turn, on bytes that compress somewhat.
Bytes rows_of(const Shape& shape) {
  constexpr std::array<std::size_t, 7> kSamples{1, 0, 3, 1, 2, 0, 4};
  std::minstd_rand random(7);
  Bytes rows;
  for (std::uint32_t y = 0; y < shape.size.height; ++y) {
    rows.push_back(static_cast<std::uint8_t>(y % 5));
    const std::size_t bits = shape.size.width * kSamples[shape.type] * shape.bits;
    for (std::size_t i = 0; i < (bits + 7) / 8; ++i) {
      rows.push_back(static_cast<std::uint8_t>(random() % 5 * (1 + y)));
    }
  }
  return rows;
}

Bytes deflated(const Bytes& rows) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(6), libdeflate_free_compressor);
  Bytes zlib(libdeflate_zlib_compress_bound(compressor.get(), rows.size()));
  zlib.resize(libdeflate_zlib_compress(compressor.get(), rows.data(), rows.size(), zlib.data(), zlib.size()));
  return zlib;
}

Bytes head_of(const Shape& shape) {
  Bytes header = joined(big_endian(shape.size.width), big_endian(shape.size.height));
  header = joined(header, {static_cast<std::uint8_t>(shape.bits), shape.type, 0, 0, shape.interlaced});
  Bytes head = joined(bytes_of("\x89PNG\r\n\x1a\n"), chunk("IHDR", header));
  if (shape.type == kPalette) {
    Bytes colors(std::size_t{3} << shape.bits);
    for (std::size_t i = 0; i < colors.size(); ++i) colors[i] = static_cast<std::uint8_t>(i * 41);
    head = joined(head, chunk("PLTE", colors));
  }
  if (shape.transparent) {
    head = joined(head, chunk("tRNS", Bytes(shape.type == kRgb ? 6 : 2)));
  }
  return head;
}

const Bytes kEnd = chunk("IEND", {});

/// The file with `zlib` cut into `parts` IDAT chunks; an empty one goes before them where there are several.
Bytes png(const Shape& shape, const Bytes& zlib, std::size_t parts = 1) {
  Bytes file = parts > 1 ? joined(head_of(shape), chunk("IDAT", {})) : head_of(shape);
  for (std::size_t i = 0; i < parts; ++i) {
    const auto at = [&](std::size_t part) {
      return zlib.begin() + static_cast<std::ptrdiff_t>(zlib.size() * part / parts);
    };
    file = joined(file, chunk("IDAT", Bytes(at(i), at(i + 1))));
  }
  return joined(file, kEnd);
}

Bytes png(const Shape& shape) {
  return png(shape, deflated(rows_of(shape)));
}

/// The same picture as libpng alone reads it: for a byte too much, which libpng overlooks, it is left to it.
Bytes left_to_libpng(const Shape& shape) {
  const Bytes file = png(shape, deflated(joined(rows_of(shape), {0})));
  REQUIRE_FALSE(inflated(file));
  return file;
}

void check_same(const Bytes& file, const Bytes& other) {
  const Image image = decoded(kPng, file).image;
  const Image expected = decoded(kPng, other).image;
  CHECK(image.size() == expected.size());
  CHECK(image.channels() == expected.channels());
  CHECK(image.depth() == expected.depth());
  CHECK(samples_of(image) == samples_of(expected));
}

/// libpng has to say what is wrong with the file.
Error damage_of(const Bytes& file) {
  CHECK_FALSE(inflated(file));
  const Error error = error_of(kPng.decode(file, Limits{}, 1));
  CHECK(error.kind == ErrorKind::damaged);
  CHECK(mentions(error, "damaged PNG: "));
  return error;
}

TEST_CASE("every colour type and depth is read as libpng alone reads it, from one IDAT chunk or many") {
  for (const Shape& shape : all_shapes()) {
    CAPTURE(shape.type);
    CAPTURE(shape.bits);
    CAPTURE(shape.transparent);
    const Bytes expected = left_to_libpng(shape);
    const Bytes zlib = deflated(rows_of(shape));
    for (const std::size_t parts : {std::size_t{1}, std::size_t{2}, std::size_t{7}, zlib.size()}) {
      CAPTURE(parts);
      const Bytes file = png(shape, zlib, parts);
      REQUIRE(inflated(file));
      check_same(file, expected);
    }
  }
}

TEST_CASE("the rows are stored as they were, and nothing else changes") {
  // Around the largest stored block of 65535 bytes: a row has a byte more than the picture has columns.
  for (const Size size : {Size{1, 1}, Size{254, 257}, Size{255, 256}, Size{254, 514}, Size{600, 400}}) {
    CAPTURE(size.width);
    CAPTURE(size.height);
    const Shape shape{.size = size, .type = kGray};
    const Bytes tail = joined(joined(chunk("tEXt", bytes_of("a text")), kEnd), bytes_of("data after it"));
    const Bytes head = joined(head_of(shape), chunk("pHYs", {0, 0, 1, 0, 0, 0, 1, 0, 1}));
    const Bytes rows = rows_of(shape);
    const auto stored = inflated(joined(joined(head, chunk("IDAT", deflated(rows))), tail));
    REQUIRE(stored);
    const ByteView view = stored->view();
    CHECK(std::ranges::equal(view.first(head.size()), head));
    CHECK(std::ranges::equal(view.last(tail.size()), tail));
    const ByteView idat = view.subspan(head.size(), view.size() - head.size() - tail.size());
    CHECK(std::ranges::equal(idat.first(4), big_endian(static_cast<std::uint32_t>(idat.size() - 12))));
    CHECK(as_chars(idat.subspan(4, 4)) == "IDAT");

    Bytes back(rows.size());
    const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
        libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    std::size_t read = 0;
    CHECK(libdeflate_zlib_decompress_ex(decompressor.get(), idat.data() + 8, idat.size() - 12, back.data(),
                                        back.size(), &read, nullptr) == LIBDEFLATE_SUCCESS);
    CHECK(read == idat.size() - 12);
    CHECK(back == rows);
  }
}

TEST_CASE("interlaced pictures are left to libpng") {
  // Of a single pixel, Adam7 has one pass with one row: the same data.
  const Bytes file = png({.size = {1, 1}, .interlaced = true});
  CHECK_FALSE(inflated(file));
  check_same(file, png({.size = {1, 1}}));
}

TEST_CASE("pixel data may go on behind the picture, but not to many times its size") {
  const Shape shape{.size = {1000, 1000}};  // 3 MB of rows
  const Bytes rows = rows_of(shape);
  for (const bool interlaced : {false, true}) {
    CAPTURE(interlaced);
    Shape read = shape;
    read.interlaced = interlaced;
    CHECK_FALSE(overflows(png(read, deflated(rows))));
    CHECK_FALSE(overflows(png(read, deflated(joined(rows, Bytes(2'900'000))))));
    const Bytes much = deflated(joined(rows, Bytes(20'000'000)));
    CHECK(overflows(png(read, much)));
    CHECK(overflows(png(read, much, 7)));
    CHECK(overflows(first_bytes(png(read, much), head_of(read).size() + much.size())));
  }
  const Bytes file = png(shape, deflated(joined(rows, Bytes(2'900'000))));
  check_same(file, png(shape));
}

TEST_CASE("a wrong checksum of any chunk is libpng's to report") {
  const Shape shape{.type = kPalette, .bits = 4, .transparent = true};
  const Bytes file = png(shape);
  for (std::size_t at = 8; at < file.size();) {
    const std::size_t length = std::size_t{file[at + 2]} << 8 | file[at + 3];
    const std::string_view type = as_chars(ByteView(file).subspan(at + 4, 4));
    CAPTURE(type);
    at += 12 + length;
    Bytes damaged = file;
    damaged[at - 1] ^= 1;
    CHECK(mentions(damage_of(damaged), "CRC error"));
  }
}

TEST_CASE("pixel data with a wrong checksum of its own, or cut short, is left to libpng") {
  const Shape shape;
  const Bytes zlib = deflated(rows_of(shape));
  Bytes wrong = zlib;
  wrong.back() ^= 1;
  CHECK_FALSE(inflated(png(shape, wrong)));
  for (std::size_t length = 0; length < zlib.size(); ++length) {
    CAPTURE(length);
    const Bytes file = png(shape, first_bytes(zlib, length));
    CHECK_FALSE(inflated(file));
    if (length + 8 < zlib.size()) damage_of(file);  // before the last few bytes: pixels are missing
  }
}

TEST_CASE("a row too few is damage, a wrong filter too") {
  const Shape shape;
  Bytes rows = rows_of(shape);
  rows.pop_back();
  damage_of(png(shape, deflated(rows)));
  rows = rows_of(shape);
  rows.front() = 5;
  CHECK(error_of(kPng.decode(png(shape, deflated(rows)), Limits{}, 1)).kind == ErrorKind::damaged);
}

TEST_CASE("a small PNG cut off at any byte is damaged") {
  for (const std::size_t parts : {1, 3}) {
    const Shape shape{.size = {9, 7}, .type = kPalette, .bits = 2, .transparent = true};
    const Bytes file = png(shape, deflated(rows_of(shape)), parts);
    for (std::size_t length = 0; length < file.size(); ++length) {
      CAPTURE(length);
      damage_of(first_bytes(file, length));
    }
  }
}

TEST_CASE("IDAT chunks with something between them are damage") {
  const Shape shape;
  const Bytes zlib = deflated(rows_of(shape));
  const Bytes first = chunk("IDAT", first_bytes(zlib, 100));
  const Bytes second = chunk("IDAT", Bytes(zlib.begin() + 100, zlib.end()));
  CHECK(inflated(joined(joined(joined(head_of(shape), first), second), kEnd)));
  damage_of(joined(joined(joined(joined(head_of(shape), first), chunk("tEXt", {'a', 0})), second), kEnd));
}

TEST_CASE("files without what a PNG needs are not touched") {
  const Bytes file = png({});
  const Bytes no_pixels = joined(head_of({}), kEnd);
  const Bytes no_header(file.begin() + 25, file.end());
  for (const Bytes& bytes : {Bytes{}, Bytes(200), no_pixels, no_header}) CHECK_FALSE(inflated(bytes));
  CHECK_FALSE(inflated(png({.size = {0, 21}}, deflated({0}))));
  CHECK_FALSE(inflated(png({.size = {37, 0}}, deflated({0}))));
  CHECK_FALSE(inflated(png({.size = {0xffffffff, 0xffffffff}, .type = kRgbAlpha, .bits = 16}, {})));
}

TEST_CASE("a window that is too small for the picture is libpng's to judge") {
  const auto with_window = [](const Shape& shape, unsigned log2) {
    Bytes zlib = deflated(rows_of(shape));
    zlib[0] = static_cast<std::uint8_t>((log2 - 8) << 4 | 8);
    zlib[1] = static_cast<std::uint8_t>(31 - zlib[0] * 256 % 31);
    return png(shape, zlib);
  };
  const Shape small;  // 2352 bytes of rows
  CHECK_FALSE(inflated(with_window(small, 11)));
  CHECK(inflated(with_window(small, 12)));
  check_same(with_window(small, 12), png(small));
  const Shape large{.size = {300, 300}};
  CHECK_FALSE(inflated(with_window(large, 14)));
  CHECK(inflated(with_window(large, 15)));
}

}  // namespace
}  // namespace frugal::codec::png
