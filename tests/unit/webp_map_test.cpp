// How WebP's macroblocks get quantizers of our choice through a library that does not offer that.
#include <doctest/doctest.h>
#include <webp/encode.h>

#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/table.hpp"
#include "codec/webp/mapped.hpp"
#include "codec/webp/segments.hpp"
#include "codec/webp/steering.hpp"
#include "codec_fixture.hpp"
#include "image/compare.hpp"

namespace frugal::codec {
namespace {

using namespace webp;

std::uint32_t noise(std::uint32_t x, std::uint32_t y, int c) {
  std::uint32_t hash = x * 2654435761U ^ y * 40503U ^ static_cast<std::uint32_t>(c) * 97U;
  hash = (hash ^ hash >> 15) * 2246822519U;
  return hash >> 25;
}

/// Alike everywhere: 40 to 167.
Image noisy(Size size, int channels = 3) {
  return painted(size, channels, 8,
                 [](std::uint32_t x, std::uint32_t y, int c) { return 40 + noise(x, y, c); });
}

Guide guide_for(Size size, float left, float right) {
  Guide guide;
  auto& importance = guide.importance;
  importance.columns = (size.width + 7) / 8;
  importance.rows = (size.height + 7) / 8;
  for (auto& plane : importance.planes) {
    for (std::uint32_t i = 0; i < importance.columns * importance.rows; ++i)
      plane.push_back(i % importance.columns < importance.columns / 2 ? left : right);
  }
  return guide;
}

Bytes file_of(const Image& image, const EncodeParams& params, const Metadata& metadata = {}) {
  auto file = kWebp.encode(image, metadata, params);
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  return std::move(*file);
}

/// Mean squared error of the columns from `first` to before `end`.
double error_within(const Image& given, const Image& got, std::uint32_t first, std::uint32_t end) {
  double sum = 0;
  for (std::uint32_t y = 0; y < given.height(); ++y) {
    const auto channels = static_cast<std::uint32_t>(given.channels());
    for (std::uint32_t i = first * channels; i < end * channels; ++i) {
      const double off = static_cast<double>(given.row(y)[i]) - got.row(y)[i];
      sum += off * off;
    }
  }
  return sum / (end - first);
}

/// A picture on its way into libwebp, with a file begun.
void fill(Picture& to, const Image& image) {
  REQUIRE(WebPPictureInit(&to.picture));
  to.picture.writer = WebPMemoryWrite;
  to.picture.custom_ptr = &to.writer;
  to.picture.width = static_cast<int>(image.width());
  to.picture.height = static_cast<int>(image.height());
  REQUIRE(WebPPictureImportRGB(&to.picture, image.row(0), static_cast<int>(image.row_bytes())));
}

WebPConfig config_for(int method) {
  WebPConfig config;
  REQUIRE(WebPConfigInit(&config));
  config.method = method;
  config.filter_sharpness = 7;
  return config;
}

TEST_CASE("WebP codes more finely where a guide says that errors matter") {
  const Size size{256, 128};
  const auto image =
      painted(size, 3, 8, [](std::uint32_t x, std::uint32_t y, int) { return 40 + noise(x, y, 0); });
  for (const int effort : {2, 4, 5}) {
    CAPTURE(effort);
    EncodeParams params{.quality = 60, .effort = effort};
    const auto error_ratio = [&](float left, float right) {
      const auto guide = guide_for(size, left, right);
      params.guide = &guide;
      const auto got = decoded(kWebp, file_of(image, params)).image;
      return error_within(image, got, 0, 128) / error_within(image, got, 128, 256);
    };
    CHECK(error_ratio(100, 1) < 0.75);
    CHECK(error_ratio(1, 100) > 1 / 0.75);
  }
}

TEST_CASE("libwebp takes the map of a picture of any size, by any method that looks at coefficients") {
  for (const Size size : {Size{17, 1}, Size{1, 17}, Size{17, 33}, Size{33, 17}, Size{64, 100}, Size{15, 300},
                          Size{300, 15}, Size{129, 129}, Size{130, 257}, Size{400, 300}}) {
    // Some of it flat, some of it noise that grows from left to right.
    const auto image = painted(size, 3, 8, [&](std::uint32_t x, std::uint32_t y, int c) {
      return 250 - y % 200 / 2 - noise(x, y, c) * (x / 40) / 8;
    });
    for (int method = 2; method <= 6; ++method) {
      for (const double quality : {0.0, 30.0, 75.0, 92.0, 100.0}) {
        CAPTURE(size.width);
        CAPTURE(size.height);
        CAPTURE(method);
        CAPTURE(quality);
        Picture picture;
        fill(picture, image);
        const auto map = segments_of(picture.luma(), nullptr, room_for_offsets(quality));
        CHECK(encode_mapped(picture, config_for(method), map, steer(map.segments, quality)));
      }
    }
  }
}

TEST_CASE("where libwebp quantises otherwise than expected, nothing is written and the picture is whole") {
  const auto image = noisy({100, 200});
  Picture picture;
  fill(picture, image);
  const auto luma_of = [&] {
    std::vector<std::uint8_t> all;
    const auto luma = picture.luma();
    for (std::uint32_t y = 0; y < luma.size.height; ++y)
      all.insert(all.end(), luma.data + luma.stride * y, luma.data + luma.stride * y + luma.size.width);
    return all;
  };
  const auto before = luma_of();
  const auto map = segments_of(picture.luma(), nullptr, 1);
  auto steering = steer(map.segments, 75);
  steering.quantizers[0] += 10;
  CHECK_FALSE(encode_mapped(picture, config_for(4), map, steering));
  CHECK(picture.file().empty());
  CHECK(luma_of() == before);
  const bool hooked = picture.picture.progress_hook != nullptr;
  CHECK_FALSE(hooked);
}

TEST_CASE("macroblocks are parted from the coarsest to the finest, by how much there is to hide errors in") {
  const auto image = painted({256, 64}, 3, 8, [](std::uint32_t x, std::uint32_t y, int c) {
    return 100 + noise(x, y, c) * (x / 64) / 4;
  });
  Picture picture;
  fill(picture, image);
  const auto map = segments_of(picture.luma(), nullptr, 1);
  REQUIRE(map.columns == 16);
  REQUIRE(map.rows == 4);
  REQUIRE(map.segments.size() >= 2);
  double share = 0;
  for (std::size_t i = 0; i < map.segments.size(); ++i) {
    share += map.segments[i].share;
    if (i > 0) CHECK(map.segments[i].offset < map.segments[i - 1].offset);
  }
  CHECK(share == doctest::Approx(1));
  CHECK(map.of[0] == map.segments.size() - 1);
  CHECK(map.of[15] == 0);
  CHECK(segments_of(picture.luma(), nullptr, 0).segments.size() == 1);
}

TEST_CASE("segments' quantizers stand around the one of the quality") {
  for (const double quality : {20.0, 50.0, 75.0, 90.0}) {
    CAPTURE(quality);
    const auto alone = steer({{0, 1}}, quality).quantizers[0];
    const auto four = steer({{0.4, 0.25}, {0.15, 0.25}, {-0.15, 0.25}, {-0.4, 0.25}}, quality).quantizers;
    CHECK(four[0] > four[1]);
    CHECK(four[1] >= alone);
    CHECK(alone >= four[2]);
    CHECK(four[2] > four[3]);
  }
}

TEST_CASE("a guided WebP has the same bytes on any number of threads" * doctest::test_suite("threads")) {
  const Size size{200, 300};
  const auto image = noisy(size, 4);
  const auto guide = guide_for(size, 1, 30);
  for (const auto chroma : {Chroma::half, Chroma::sharp}) {
    EncodeParams params{.quality = 70, .chroma = chroma};
    params.guide = &guide;
    const auto one = file_of(image, params);
    params.threads = 8;
    CHECK(file_of(image, params) == one);
  }
}

TEST_CASE("a guide for a picture of another size is not heeded") {
  const auto image = noisy({64, 200});
  EncodeParams params{.quality = 70};
  const auto plain = file_of(image, params);
  const auto other = guide_for({64, 208}, 1, 30);
  params.guide = &other;
  CHECK(file_of(image, params) == plain);
}

TEST_CASE("a WebP of any size can be written with a guide") {
  for (const Size size : {Size{1, 1}, Size{2, 3}, Size{16, 16}, Size{17, 33}, Size{33, 1}}) {
    const auto image = noisy(size);
    const auto guide = guide_for(size, 1, 30);
    EncodeParams params{.quality = 90};
    params.guide = &guide;
    CHECK(decoded(kWebp, file_of(image, params)).image.size() == size);
  }
}

TEST_CASE("transparency and metadata survive a guided WebP") {
  const Size size{150, 170};
  const auto image = painted(size, 4, 8, [](std::uint32_t x, std::uint32_t y, int c) -> std::uint32_t {
    if (c == 3) return x < 64 ? 0 : y < 80 ? x : 255;
    return 60 + noise(x, y, c);
  });
  const auto guide = guide_for(size, 30, 1);
  Metadata metadata;
  constexpr std::string_view kXmp = "<x:xmpmeta/>";
  metadata.xmp.assign(kXmp.begin(), kXmp.end());
  for (const int effort : {1, 5}) {
    EncodeParams params{.quality = 80, .effort = effort};
    params.guide = &guide;
    const auto back = decoded(kWebp, file_of(image, params, metadata));
    CHECK(back.metadata.xmp == metadata.xmp);
    REQUIRE(back.image.alpha());
    for (std::uint32_t y = 0; y < size.height; ++y) {
      for (std::uint32_t i = 3; i < size.width * 4; i += 4) REQUIRE(back.image.row(y)[i] == image.row(y)[i]);
    }
  }
}

}  // namespace
}  // namespace frugal::codec
