// Coefficients of JPEG files, read and written.
#include <algorithm>
#include <random>

#include "codec/jpeg/stream.hpp"
#include "codec_fixture.hpp"
#include "image/compare.hpp"
#include "jpeg_stream_fixture.hpp"

namespace frugal::codec::jpeg {
namespace {

Coefficients read(ByteView file) {
  auto coefficients = read_coefficients(file);
  REQUIRE_MESSAGE(coefficients.has_value(), coefficients.error().message);
  return std::move(*coefficients);
}

Bytes written(const Coefficients& coefficients, const Script& script = {}, const Metadata& metadata = {}) {
  auto file = write_coefficients(coefficients, script, metadata);
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  return std::move(*file);
}

bool same(const Coefficients& a, const Coefficients& b) {
  return a.size == b.size &&
         std::ranges::equal(a.components, b.components, [](const auto& one, const auto& two) {
           return one.horizontal == two.horizontal && one.vertical == two.vertical &&
                  one.columns == two.columns && one.rows == two.rows && one.table == two.table &&
                  one.blocks == two.blocks;
         });
}

/// A component of blocks with a few random coefficients.
Component random_component(Size size, int horizontal, int vertical, int most_horizontal, int most_vertical,
                           std::uint16_t step) {
  std::minstd_rand random(step);
  Component component;
  component.horizontal = horizontal;
  component.vertical = vertical;
  const auto blocks = blocks_of(size, horizontal, vertical, most_horizontal, most_vertical);
  component.columns = blocks.width;
  component.rows = blocks.height;
  component.table.fill(step);
  component.blocks.resize(std::size_t{blocks.width} * blocks.height);
  for (auto& block : component.blocks) {
    for (int i = 0; i < 9; ++i)
      block[random() % kBlockSize] = static_cast<std::int16_t>(static_cast<int>(random() % 41) - 20);
  }
  return component;
}

Coefficients random_color(Size size, int horizontal, int vertical) {
  return {size,
          {random_component(size, horizontal, vertical, horizontal, vertical, 3),
           random_component(size, 1, 1, horizontal, vertical, 5),
           random_component(size, 1, 1, horizontal, vertical, 7)}};
}

/// The tables' numbers in the file's DQT segments.
int tables_in(ByteView file) {
  int tables = 0;
  for (std::size_t at = 2; at + 4 < file.size() && file[at + 1] != 0xda;) {
    const std::size_t length = std::size_t{file[at + 2]} * 256 + file[at + 3];
    if (file[at + 1] == 0xdb) tables += static_cast<int>((length - 2) / 65);
    at += 2 + length;
  }
  return tables;
}

}  // namespace

TEST_CASE("coefficients come back as they were written, in every sampling and size") {
  for (const auto& kind : all_kinds()) {
    CAPTURE(kind.size.width);
    CAPTURE(kind.horizontal);
    CAPTURE(kind.vertical);
    const auto gray = Coefficients{kind.size, {random_component(kind.size, 1, 1, 1, 1, 3)}};
    const auto coefficients =
        kind.channels == 1 ? gray : random_color(kind.size, kind.horizontal, kind.vertical);
    CHECK(same(read(written(coefficients)), coefficients));
    const Script progressive =
        kind.channels == 1
            ? Script{{{0}, 1, 0, 0, 0, 0}, {{0}, 1, 1, 63, 0, 0}}
            : Script{{{0, 1, 2}, 3, 0, 0, 0, 0}, {{0}, 1, 1, 63}, {{1}, 1, 1, 63}, {{2}, 1, 1, 63}};
    CHECK(same(read(written(coefficients, progressive)), coefficients));
  }
}

TEST_CASE("a file whose coefficients are written again shows the same pixels") {
  for (const auto& kind : all_kinds()) {
    CAPTURE(kind.size.width);
    CAPTURE(kind.channels);
    CAPTURE(kind.horizontal);
    CAPTURE(kind.vertical);
    const auto file = jpeg_by_libjpeg(kind);
    const auto coefficients = read(file);
    CHECK(coefficients.size == kind.size);
    CHECK(coefficients.components.size() == static_cast<std::size_t>(kind.channels));
    const auto again = written(coefficients);
    CHECK(same_pixels(decoded_jpeg(again).image, decoded_jpeg(file).image));
    CHECK(same(read(again), coefficients));
  }
}

TEST_CASE("sampling factors are told in their lowest terms") {
  const auto gray = read(jpeg_by_libjpeg({{40, 24}, 1, 2, 2}));
  CHECK(gray.components[0].horizontal == 1);
  CHECK(gray.components[0].columns == 5);
  CHECK(gray.components[0].rows == 3);
}

TEST_CASE("more blocks an MCU than a scan may interleave are written component by component") {
  const auto coefficients = random_color({70, 50}, 4, 4);
  CHECK(same(read(written(coefficients)), coefficients));
  CHECK(same(
      read(written(coefficients, {{{0, 1, 2}, 3, 0, 0}, {{0}, 1, 1, 63}, {{1}, 1, 1, 63}, {{2}, 1, 1, 63}})),
      coefficients));
}

TEST_CASE("components with equal tables share one") {
  auto coefficients = random_color({24, 24}, 1, 1);
  CHECK(tables_in(written(coefficients)) == 3);
  coefficients.components[2].table = coefficients.components[0].table;
  CHECK(tables_in(written(coefficients)) == 2);
  coefficients.components[1].table = coefficients.components[0].table;
  const auto one = written(coefficients);
  CHECK(tables_in(one) == 1);
  CHECK(same(read(one), coefficients));
}

TEST_CASE("metadata is written beside coefficients") {
  Metadata metadata;
  metadata.icc = rgb_profile();
  metadata.exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  metadata.xmp = {'<', 'x', '/', '>'};
  metadata.density = Density{11811, 11811};
  const auto back = decoded_jpeg(written(random_color({24, 24}, 2, 2), {}, metadata)).metadata;
  CHECK(back.icc == metadata.icc);
  CHECK(back.exif == metadata.exif);
  CHECK(back.xmp == metadata.xmp);
  REQUIRE(back.density.has_value());
  CHECK(back.density->x == doctest::Approx(11811).epsilon(0.001));
  metadata.xmp.assign(70'000, ' ');
  CHECK(error_of(write_coefficients(random_color({8, 8}, 1, 1), {}, metadata)).kind == ErrorKind::left_alone);
}

TEST_CASE("coefficients of other pictures are refused as unsupported, damaged files as damaged") {
  CHECK(error_of(read_coefficients(jpeg_by_libjpeg({.size = {24, 16}, .stored = JCS_RGB}))).kind ==
        ErrorKind::unsupported);
  const auto file = jpeg_by_libjpeg({{64, 48}, 3, 2, 2});
  CHECK(error_of(read_coefficients(first_bytes(file, file.size() / 2))).kind == ErrorKind::damaged);
  CHECK(error_of(read_coefficients(first_bytes(file, 100))).kind == ErrorKind::damaged);
  CHECK(error_of(read_coefficients({})).kind == ErrorKind::damaged);
}

TEST_CASE("a progressive file that ends before its low frequencies are complete is refused") {
  const auto coefficients = random_color({24, 24}, 1, 1);
  const Script rough{{{0, 1, 2}, 3, 0, 0}, {{0}, 1, 1, 63, 0, 1}, {{1}, 1, 1, 63}, {{2}, 1, 1, 63}};
  CHECK(error_of(read_coefficients(written(coefficients, rough))).kind == ErrorKind::unsupported);
}

TEST_CASE("wrong numbers of blocks and impossible scripts are errors") {
  auto coefficients = random_color({24, 24}, 1, 1);
  CHECK(error_of(write_coefficients(coefficients, {{{0}, 1, 5, 3}}, {})).kind == ErrorKind::internal);
  coefficients.components[1].blocks.pop_back();
  CHECK(error_of(write_coefficients(coefficients, {}, {})).kind == ErrorKind::internal);
}

TEST_CASE("changed bytes do no harm to the reading of coefficients") {
  const auto file = jpeg_by_libjpeg({{40, 40}, 3, 2, 2});
  std::minstd_rand random(3);
  for (int round = 0; round < 300; ++round) {
    auto changed = file;
    for (int i = 0; i < 1 + round % 4; ++i) {
      changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
    }
    if (!of(Format::jpeg).read_header(changed, Limits{100'000})) continue;
    const auto read = read_coefficients(changed);
    if (read) static_cast<void>(write_coefficients(*read, {}, {}));
    if (!read) CHECK_FALSE(read.error().message.empty());
  }
}

}  // namespace frugal::codec::jpeg
