#include <doctest/doctest.h>
#include <png.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/fit.hpp"
#include "codec_fixture.hpp"
#include "exif_fixture.hpp"
#include "image/compare.hpp"

namespace frugal::codec {
namespace {

using Sample = std::function<std::uint32_t(std::uint32_t x, std::uint32_t y, int c)>;

/// The CRC of PNG's chunks (PNG 3rd edition, annex D), bit by bit.
std::uint32_t crc(const Bytes& bytes) {
  std::uint32_t value = 0xffffffff;
  for (const auto byte : bytes) {
    value ^= byte;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value;
}

Bytes big_endian(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Bytes chunk(std::string_view type, const Bytes& content) {
  const Bytes body = joined(bytes_of(type), content);
  return joined(joined(big_endian(static_cast<std::uint32_t>(content.size())), body), big_endian(crc(body)));
}

constexpr std::size_t kAfterHeader = 8 + 25;  ///< the place behind the signature and IHDR

/// The place of the first chunk of this type.
std::optional<std::size_t> place_of(const Bytes& file, std::string_view type) {
  for (std::size_t at = 8; at + 12 <= file.size();) {
    if (as_chars(ByteView(file).subspan(at + 4, 4)) == type) return at;
    at += 12 + (std::size_t{file[at]} << 24 | std::size_t{file[at + 1]} << 16 |
                std::size_t{file[at + 2]} << 8 | file[at + 3]);
  }
  return std::nullopt;
}

Bytes content_of(const Bytes& file, std::string_view type) {
  const auto at = place_of(file, type);
  REQUIRE(at);
  return {file.begin() + static_cast<std::ptrdiff_t>(*at) + 8,
          file.begin() + static_cast<std::ptrdiff_t>(*at) + 8 + (file[*at + 2] << 8 | file[*at + 3])};
}

int bits_of(const Bytes& file) {
  return file.at(24);
}
int color_type_of(const Bytes& file) {
  return file.at(25);
}

[[noreturn]] void stop(png_structp, png_const_charp) {
  std::abort();
}

/// A PNG written by libpng itself: packed rows as the file has them, big-endian, after `set_up`.
Bytes png_file(Size size, int bits, int color_type, int interlace, const std::vector<Bytes>& rows,
               const std::function<void(png_structp, png_infop)>& set_up = {}) {
  Bytes file;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, stop, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &file,
      [](png_structp writer, png_bytep data, std::size_t length) {
        auto* bytes = static_cast<Bytes*>(png_get_io_ptr(writer));
        bytes->insert(bytes->end(), data, data + length);
      },
      nullptr);
  png_set_IHDR(png, info, size.width, size.height, bits, color_type, interlace, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (set_up) set_up(png, info);
  png_write_info(png, info);
  auto copies = rows;
  std::vector<png_bytep> pointers;
  for (auto& row : copies) pointers.push_back(row.data());
  png_write_image(png, pointers.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return file;
}

/// Rows of packed samples of `bits`, `channels` a pixel.
std::vector<Bytes> packed_rows(Size size, int channels, int bits, const Sample& value) {
  std::vector<Bytes> rows;
  for (std::uint32_t y = 0; y < size.height; ++y) {
    Bytes row;
    std::size_t filled = 0;
    for (std::uint32_t x = 0; x < size.width; ++x) {
      for (int c = 0; c < channels; ++c) {
        for (int bit = bits - 1; bit >= 0; --bit, ++filled) {
          if (filled % 8 == 0) row.push_back(0);
          row.back() =
              static_cast<std::uint8_t>(row.back() | (value(x, y, c) >> bit & 1) << (7 - filled % 8));
        }
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void check_stored_as(const Image& image, int bits, int color_type, const Metadata& metadata = {}) {
  const Bytes file = encoded(kPng, image, 0, metadata);
  CHECK(bits_of(file) == bits);
  CHECK(color_type_of(file) == color_type);
  CHECK(same_pixels(image, decoded(kPng, file).image));
  const auto header = kPng.read_header(file, Limits{});
  REQUIRE(header.has_value());
  CHECK(header->size == image.size());
}

Image gray(const Sample& value) {
  return painted({37, 21}, 1, 8, value);
}

/// A hash of the place: what nothing can compress.
std::uint32_t scatter(std::uint32_t x, std::uint32_t y) {
  std::uint32_t h = x * 0x9e3779b1U ^ y * 0x85ebca77U;
  h = (h ^ (h >> 15U)) * 0x2c1b3c6dU;
  return (h ^ (h >> 12U)) * 0x297a2d39U >> 8U;
}

TEST_CASE("grey is stored with as few bits as its values need") {
  check_stored_as(gray([](auto x, auto y, int) { return (x + y) % 2 * 255; }), 1, PNG_COLOR_TYPE_GRAY);
  check_stored_as(gray([](auto x, auto y, int) { return (x + y) % 4 * 85; }), 2, PNG_COLOR_TYPE_GRAY);
  check_stored_as(gray([](auto x, auto y, int) { return (x * y) % 16 * 17; }), 4, PNG_COLOR_TYPE_GRAY);
  check_stored_as(gray([](auto x, auto y, int) { return (x * 37 + y) % 256; }), 8, PNG_COLOR_TYPE_GRAY);
}

TEST_CASE("grey of few odd values is stored as a palette that packs pixels") {
  check_stored_as(gray([](auto x, auto y, int) { return 3 + scatter(x, y) % 2; }), 1, PNG_COLOR_TYPE_PALETTE);
  check_stored_as(gray([](auto x, auto y, int) { return 3 + scatter(x, y) % 3; }), 2, PNG_COLOR_TYPE_PALETTE);
  check_stored_as(gray([](auto x, auto y, int) { return 3 + scatter(x, y) % 200; }), 8, PNG_COLOR_TYPE_GRAY);
}

/// A picture of `count` colours, none grey.
Image few_colors(std::uint32_t count, int channels) {
  return painted({40, 40}, channels, 8, [=](std::uint32_t x, std::uint32_t y, int c) {
    // Every colour once, then any.
    const std::uint32_t place = y * 40 + x;
    const std::uint32_t which = place < count ? place : scatter(x, y) % count;
    return c == 0 ? which % 256 : c == 1 ? 255 - which / 2 : c == 2 ? 7U : which % 5 * 60;
  });
}

TEST_CASE("RGB of up to 256 colours is stored as a palette, of more as it is") {
  check_stored_as(few_colors(2, 3), 1, PNG_COLOR_TYPE_PALETTE);
  check_stored_as(few_colors(4, 3), 2, PNG_COLOR_TYPE_PALETTE);
  check_stored_as(few_colors(5, 3), 4, PNG_COLOR_TYPE_PALETTE);
  check_stored_as(few_colors(16, 3), 4, PNG_COLOR_TYPE_PALETTE);
  check_stored_as(few_colors(17, 3), 8, PNG_COLOR_TYPE_PALETTE);
  check_stored_as(few_colors(256, 3), 8, PNG_COLOR_TYPE_PALETTE);
  check_stored_as(few_colors(257, 3), 8, PNG_COLOR_TYPE_RGB);
}

TEST_CASE("a palette has no more entries in tRNS than it needs") {
  const auto image = few_colors(10, 4);
  check_stored_as(image, 4, PNG_COLOR_TYPE_PALETTE);
  const Bytes file = encoded(kPng, image, 0);
  CHECK(content_of(file, "PLTE").size() == 30);
  CHECK(content_of(file, "tRNS").size() == 10);
  const auto some = painted({20, 10}, 4, 8, [](std::uint32_t x, std::uint32_t y, int c) {
    return c == 3 ? (x == 19 ? 0U : 255U)
                  : (x == 19 ? 0 : scatter(x, y)) % 7 * 10 + static_cast<std::uint32_t>(c);
  });
  check_stored_as(some, 4, PNG_COLOR_TYPE_PALETTE);
  const auto alpha = content_of(encoded(kPng, some, 0), "tRNS");
  CHECK(alpha.size() <= 2);  // after the most frequent colour, if that comes first
  CHECK(alpha.back() == 0);
}

TEST_CASE("RGB whose pixels are all grey is stored as grey, with or without alpha, at every depth") {
  for (const int depth : {8, 16}) {
    const auto value = [=](std::uint32_t x, std::uint32_t y, int c) {
      const std::uint32_t v = c == 3 ? x * 3 + y : x * 5 + y;
      return depth == 16 ? v * 259 : v;
    };
    check_stored_as(painted({40, 30}, 3, depth, value), depth, PNG_COLOR_TYPE_GRAY);
    check_stored_as(painted({40, 30}, 4, depth, value), depth, PNG_COLOR_TYPE_GRAY_ALPHA);
  }
}

TEST_CASE("no reduction crosses the line between grey and RGB where there is a profile") {
  Metadata metadata;
  metadata.icc = rgb_profile();
  const auto noise =
      painted({40, 40}, 3, 8, [](std::uint32_t x, std::uint32_t y, int) { return scatter(x, y) % 200; });
  check_stored_as(noise, 8, PNG_COLOR_TYPE_PALETTE, metadata);
  CHECK(decoded(kPng, encoded(kPng, noise, 0, metadata)).metadata.icc == metadata.icc);
  metadata.icc = gray_gamma_profile(1.8);
  const auto odd = gray([](auto x, auto y, int) { return 3 + (x + y) % 2; });
  check_stored_as(odd, 8, PNG_COLOR_TYPE_GRAY, metadata);
  CHECK(decoded(kPng, encoded(kPng, odd, 0, metadata)).metadata.icc == metadata.icc);
}

TEST_CASE("samples of 10 and 12 bits are stored in 16, and sBIT says how many count") {
  for (const int depth : {10, 12}) {
    for (const int channels : {1, 2, 3, 4}) {
      CAPTURE(depth);
      CAPTURE(channels);
      const auto image = picture({40, 30}, channels, depth);
      const Bytes file = encoded(kPng, image, 0);
      CHECK(bits_of(file) == 16);
      CHECK(content_of(file, "sBIT") ==
            Bytes(static_cast<std::size_t>(channels), static_cast<std::uint8_t>(depth)));
      const Decoded back = decoded(kPng, file);
      CHECK(same_pixels(image, back.image));
      Metadata metadata;
      auto narrow = fit(std::move(decoded(kPng, file).image), metadata, kAvif);
      REQUIRE(narrow.has_value());
      CHECK(narrow->image().depth() == depth);
    }
  }
}

TEST_CASE("small depths, palettes and transparent colours are read as the samples they stand for") {
  const Size size{19, 7};
  for (const int bits : {1, 2, 4, 8, 16}) {
    CAPTURE(bits);
    const std::uint32_t max = (1U << bits) - 1;
    const Sample value = [max](std::uint32_t x, std::uint32_t y, int) { return (x * 3 + y) & max; };
    const int depth = bits == 16 ? 16 : 8;
    const auto image = decoded(kPng, png_file(size, bits, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                                              packed_rows(size, 1, bits, value)))
                           .image;
    const std::uint32_t scale = ((1U << depth) - 1) / max;
    CHECK(image.depth() == depth);
    CHECK(samples_of(image) ==
          samples_of(painted(size, 1, depth, [&](auto x, auto y, int c) { return value(x, y, c) * scale; })));
  }
}

TEST_CASE("a palette with transparency is read as RGBA") {
  const Size size{9, 5};
  const Bytes file = png_file(size, 2, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE,
                              packed_rows(size, 1, 2, [](auto x, auto, int) { return x % 3; }),
                              [](png_structp png, png_infop info) {
                                const png_color colors[] = {{1, 2, 3}, {40, 50, 60}, {250, 240, 230}};
                                const png_byte alpha[] = {0, 128};
                                png_set_PLTE(png, info, colors, 3);
                                png_set_tRNS(png, info, alpha, 2, nullptr);
                              });
  const auto image = decoded(kPng, file).image;
  REQUIRE(image.channels() == 4);
  const auto samples = samples_of(image);
  CHECK(std::vector(samples.begin(), samples.begin() + 12) ==
        std::vector<std::uint32_t>{1, 2, 3, 0, 40, 50, 60, 128, 250, 240, 230, 255});
  CHECK(kPng.read_header(file, Limits{})->channels == 4);
}

TEST_CASE("a transparent colour becomes alpha") {
  const Size size{8, 4};
  const auto with_transparent = [&](int color_type, int channels) {
    return decoded(kPng, png_file(size, 8, color_type, PNG_INTERLACE_NONE,
                                  packed_rows(size, channels, 8, [](auto x, auto, int) { return x * 10; }),
                                  [](png_structp png, png_infop info) {
                                    const png_color_16 color{0, 30, 30, 30, 30};
                                    png_set_tRNS(png, info, nullptr, 0, &color);
                                  }))
        .image;
  };
  for (const auto& image :
       {with_transparent(PNG_COLOR_TYPE_GRAY, 1), with_transparent(PNG_COLOR_TYPE_RGB, 3)}) {
    REQUIRE(image.alpha());
    const auto channels = static_cast<std::size_t>(image.channels());
    for (std::size_t x = 0; x < 8; ++x)
      CHECK(image.row(1)[x * channels + channels - 1] == (x == 3 ? 0 : 255));
  }
}

TEST_CASE("an interlaced PNG is read as the picture it holds") {
  const Size size{61, 47};
  for (const int bits : {8, 16}) {
    const Sample value = [bits](std::uint32_t x, std::uint32_t y, int c) {
      return (x * 4 + y * 2 + static_cast<std::uint32_t>(c)) * (bits == 16 ? 157 : 1) & ((1U << bits) - 1);
    };
    const Bytes file =
        png_file(size, bits, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7, packed_rows(size, 3, bits, value));
    CHECK(samples_of(decoded(kPng, file).image) == samples_of(painted(size, 3, bits, value)));
  }
}

TEST_CASE("an animated PNG is left alone, one of a single frame is a still picture") {
  const Bytes file = encoded(kPng, picture({40, 30}, 3, 8), 0);
  const auto animated = [&](std::uint32_t frames) {
    return inserted(file, kAfterHeader, chunk("acTL", joined(big_endian(frames), big_endian(0))));
  };
  const Error error = error_of(kPng.decode(animated(2), Limits{}, 1));
  CHECK(error.kind == ErrorKind::left_alone);
  CHECK(mentions(error, "animation"));
  CHECK(kPng.decode(animated(1), Limits{}, 1).has_value());
}

/// The profile that is read from a picture with this chunk (and perhaps a second one).
Bytes profile_with(int channels, const Bytes& chunks) {
  const auto noise = pictures::make({.kind = pictures::Kind::noise, .size = {40, 30}, .channels = channels});
  return decoded(kPng, inserted(encoded(kPng, noise, 0), kAfterHeader, chunks)).metadata.icc;
}

Bytes gamma_chunk(std::uint32_t times_100000) {
  return chunk("gAMA", big_endian(times_100000));
}

TEST_CASE("a gamma that is not sRGB's becomes a profile") {
  CHECK(profile_with(3, gamma_chunk(100'000)) == gamma_profile(kSrgbChromaticities, 1.0));
  CHECK(profile_with(1, gamma_chunk(100'000)) == gray_gamma_profile(1.0));
  CHECK(profile_model(profile_with(3, gamma_chunk(55'556))) == ProfileModel::rgb);
}

TEST_CASE("sRGB's gamma, or a chunk that says sRGB, is no profile") {
  CHECK(profile_with(3, gamma_chunk(45'455)).empty());
  CHECK(profile_with(3, gamma_chunk(45'000)).empty());
  CHECK(profile_with(1, gamma_chunk(45'455)).empty());
  CHECK(profile_with(3, chunk("sRGB", {0})).empty());
  CHECK(profile_with(3, {}).empty());
}

TEST_CASE("primaries that are not sRGB's become a profile together with the gamma") {
  Bytes primaries;  // white, red, green, blue of Adobe RGB (1998)
  for (const std::uint32_t v : {31270U, 32900U, 64000U, 33000U, 21000U, 71000U, 15000U, 6000U}) {
    primaries = joined(primaries, big_endian(v));
  }
  const Bytes both = joined(gamma_chunk(45'455), chunk("cHRM", primaries));
  CHECK(profile_model(profile_with(3, both)) == ProfileModel::rgb);
  CHECK(profile_with(1, both).empty());  // grey has no primaries
}

TEST_CASE("from PNG to PNG gamma and primaries stay what they are; a profile put in their place wins") {
  const auto noise = pictures::make({.kind = pictures::Kind::noise, .size = {40, 30}});
  Bytes primaries;
  for (const std::uint32_t v : {31270U, 32900U, 64000U, 33000U, 21000U, 71000U, 15000U, 6000U}) {
    primaries = joined(primaries, big_endian(v));
  }
  const auto both = joined(gamma_chunk(55'556), chunk("cHRM", primaries));
  auto read = decoded(kPng, inserted(encoded(kPng, noise, 0), kAfterHeader, both));
  const auto again = encoded(kPng, read.image, 0, read.metadata);
  CHECK(std::ranges::search(again, both).begin() != again.end());
  CHECK(decoded(kPng, again).metadata.icc == read.metadata.icc);
  read.metadata.icc = rgb_profile();
  const auto other = encoded(kPng, read.image, 0, read.metadata);
  CHECK(std::ranges::search(other, both).begin() == other.end());
  CHECK(decoded(kPng, other).metadata.icc == rgb_profile());
}

TEST_CASE("code points are read, and win over everything else") {
  Metadata metadata;
  metadata.icc = rgb_profile();
  const Bytes file = encoded(kPng, picture({40, 30}, 3, 8), 0, metadata);
  const Metadata hdr = decoded(kPng, inserted(file, kAfterHeader, chunk("cICP", {9, 16, 0, 1}))).metadata;
  CHECK(hdr.cicp == Cicp{9, 16, 0});
  CHECK(hdr.icc.empty());
  const Metadata plain = decoded(kPng, inserted(file, kAfterHeader, chunk("cICP", {1, 13, 0, 1}))).metadata;
  CHECK_FALSE(plain.cicp);
  CHECK(plain.icc.empty());
}

TEST_CASE(
    "a transparent colour that stands before a palette means the same to the header and to the pixels") {
  const auto noise = pictures::make({.kind = pictures::Kind::noise, .size = {40, 30}});
  const Bytes transparent = chunk("tRNS", Bytes(6));
  const Bytes file = inserted(encoded(kPng, noise, 0), kAfterHeader, chunk("PLTE", Bytes(6)));
  const Bytes before = inserted(file, kAfterHeader, transparent);
  const Image image = decoded(kPng, before).image;
  CHECK(kPng.read_header(before, Limits{})->channels ==
        image.channels());  // newer versions of libpng make it count
  CHECK(same_pixels(noise, image));
  CHECK(decoded(kPng, inserted(file, kAfterHeader + 18, transparent)).image.channels() == 4);
}

TEST_CASE("a wrong checksum is damage, in the header, the picture or beside them") {
  Metadata metadata;
  metadata.exif = exif_fixture::orientation_only(1);
  const Bytes file = encoded(kPng, picture({40, 30}, 3, 8), 0, metadata);
  for (const auto type : {"IHDR", "eXIf", "IDAT"}) {
    CAPTURE(type);
    Bytes damaged = file;
    const auto at = place_of(file, type);
    REQUIRE(at);
    damaged[*at + 8 + content_of(file, type).size()] ^= 1;
    const Error error = error_of(kPng.decode(damaged, Limits{}, 1));
    CHECK(error.kind == ErrorKind::damaged);
    CHECK(mentions(error, "damaged PNG"));
  }
}

TEST_CASE("a changed byte in the picture's data is damage") {
  Bytes file = encoded(kPng, picture({40, 30}, 3, 8), 0);
  file[file.size() / 2] ^= 0x10;
  CHECK(error_of(kPng.decode(file, Limits{}, 1)).kind == ErrorKind::damaged);
}

TEST_CASE(
    "a PNG that ends in a chunk is refused before libpng sets memory aside for that, however little is "
    "left") {
  const auto file = kPng.encode(picture({8, 8}, 3, 8), {}, {.effort = 1});
  REQUIRE(file);
  constexpr std::size_t kHeader = 33;
  for (std::size_t left = 0; left < 6; ++left) {
    CAPTURE(left);
    const auto cut =
        joined(joined(first_bytes(*file, kHeader), {0x3b, 0x9a, 0xca, 0, 's', 'C', 'A', 'L'}), Bytes(left));
    CHECK(mentions(error_of(kPng.read_header(cut, {})), "the file ends too early"));
    CHECK(mentions(error_of(kPng.decode(cut, {}, 1)), "the file ends too early"));
  }
}

TEST_CASE("a PNG cut off anywhere is damaged") {
  const Bytes file = encoded(kPng, picture({61, 47}, 4, 8), 0);
  for (std::size_t length = 0; length < file.size(); length += length < 200 ? 1 : 53) {
    CAPTURE(length);
    CHECK(error_of(kPng.decode(first_bytes(file, length), Limits{}, 1)).kind == ErrorKind::damaged);
  }
  CHECK_FALSE(kPng.decode(first_bytes(file, file.size() - 1), Limits{}, 1).has_value());
  CHECK_FALSE(kPng.decode(first_bytes(file, file.size() - 12), Limits{}, 1).has_value());
}

TEST_CASE("data after the end of a PNG are reported") {
  const Bytes file = encoded(kPng, picture({40, 30}, 3, 8), 0);
  CHECK(decoded(kPng, file).extras.empty());
  CHECK(decoded(kPng, joined(file, bytes_of("a tail"))).extras.size() == 1);
}

TEST_CASE("a PNG's orientation is read from its EXIF block, by header and decoder") {
  Metadata metadata;
  metadata.exif = exif_fixture::orientation_only(8);
  const Bytes file = encoded(kPng, picture({40, 30}, 3, 8), 0, metadata);
  CHECK(kPng.read_header(file, Limits{})->orientation == Orientation::turned_270);
  CHECK(decoded(kPng, file).metadata.orientation == Orientation::turned_270);
}

}  // namespace
TEST_CASE("every alpha of 16 bits survives, and so do the colours under full transparency") {
  for (const int channels : {2, 4}) {
    for (const std::uint32_t opaque : {0U, 1U}) {  // alphas of all kinds, or none but the two ends
      CAPTURE(channels);
      const auto image = painted(
          {67, 31}, channels, 16, [&](std::uint32_t x, std::uint32_t y, int channel) -> std::uint32_t {
            if (channel < channels - 1)
              return (x * 977 + y * 3571 + static_cast<unsigned>(channel) * 211) % 65536;
            if (opaque == 1) return (x + y) % 2 * 65535;
            return (x % 4 == 0) ? 0 : (x * 1021 + y * 13) % 65536;
          });
      for (const int effort : {1, 5, 9}) {
        const auto file = kPng.encode(image, {}, EncodeParams{.effort = effort});
        REQUIRE(file.has_value());
        const auto back = kPng.decode(*file, Limits{}, 1);
        REQUIRE(back.has_value());
        CHECK(back->image.channels() == channels);
        CHECK(back->image.depth() == 16);
        CHECK(samples_of(back->image) == samples_of(image));
      }
    }
  }
}

}  // namespace frugal::codec
