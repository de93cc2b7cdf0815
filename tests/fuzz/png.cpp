#include <png.h>

#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"

namespace frugal::fuzz {

namespace {

/// As libpng writes it where frugal's encoder would not: interlaced, not compressed (so that what is changed
/// in pixels is no broken stream at once), with texts.
Bytes written(int channels, int depth, bool interlaced) {
  const auto image = pictures::make({.size = {41, 29}, .channels = channels, .depth = depth});
  Bytes file;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &file,
      [](png_structp to, png_bytep bytes, png_size_t count) {
        auto& all = *static_cast<Bytes*>(png_get_io_ptr(to));
        all.insert(all.end(), bytes, bytes + count);
      },
      nullptr);
  constexpr int kTypes[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                            PNG_COLOR_TYPE_RGB_ALPHA};
  png_set_IHDR(png, info, image.width(), image.height(), depth, kTypes[channels - 1],
               interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, 0);
  png_color_16 hidden{};
  if (channels % 2 == 1) png_set_tRNS(png, info, nullptr, 0, &hidden);
  char key[] = "Comment";
  char words[] = "some words";
  png_text text{};
  text.key = key;
  text.text = words;
  text.compression = PNG_TEXT_COMPRESSION_zTXt;
  png_set_text(png, info, &text, 1);
  png_set_gAMA(png, info, 0.5);
  std::vector<png_bytep> rows;
  for (std::uint32_t y = 0; y < image.height(); ++y) rows.push_back(const_cast<png_bytep>(image.row(y)));
  png_set_rows(png, info, rows.data());
  png_write_png(png, info, depth == 16 ? PNG_TRANSFORM_SWAP_ENDIAN : PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  return file;
}

std::vector<Bytes> seeds() {
  using codec::Format;
  using pictures::Kind;
  Metadata power;
  power.power = PowerColour{45455, {}};
  std::vector<Bytes> files{
      encoded(Format::png, {.size = {64, 48}}, {}, full_metadata()),
      encoded(Format::png, {.kind = Kind::text, .size = {100, 60}}),
      encoded(Format::png, {.kind = Kind::flat, .size = {200, 16}}),
      encoded(Format::png,
              {.kind = Kind::text, .size = {40, 40}, .channels = 4, .alpha = pictures::Alpha::hard}),
      encoded(Format::png, {.kind = Kind::gradient, .size = {32, 32}, .channels = 2, .depth = 16}),
      encoded(Format::png, {.kind = Kind::gradient, .size = {32, 32}, .depth = 16}, {}, power),
      encoded(Format::png, {.kind = Kind::text, .size = {64, 64}, .channels = 1}),
      written(1, 8, false),
      written(3, 8, true),
      written(4, 16, true),
      written(2, 8, true),
      written(3, 16, false),
  };
  add_bombs(Format::png, files);
  return files;
}

}  // namespace

const Harness kPng{"png", [](ByteView file) { return read_picture(codec::Format::png, file); }, seeds};

}  // namespace frugal::fuzz
