#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <vector>

#include "codec/png/dither.hpp"
#include "codec/png/few_colors.hpp"
#include "codec/png/quantize.hpp"
#include "codec_fixture.hpp"
#include "image/compare.hpp"

namespace frugal::codec::png {
namespace {

constexpr Size kSize{96, 64};

/// A ramp from left to right, in another colour each row of tiles.
Image ramp(int channels, int depth = 8) {
  const std::uint32_t scale = depth == 8 ? 1 : 257;
  return painted(kSize, channels, depth, [&](auto x, auto y, int c) {
    const bool last = c == channels - 1;
    if (last && (channels == 2 || channels == 4)) return (x < 20 ? 128 : 255) * scale;
    return (x * 2 + (c == 1 ? y : 0)) * scale;
  });
}

/// The different pixels of an 8-bit picture.
std::set<std::vector<std::uint8_t>> colors_of(const Image& image) {
  std::set<std::vector<std::uint8_t>> colors;
  const auto channels = static_cast<std::size_t>(image.channels());
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    for (std::uint32_t x = 0; x < image.width(); ++x) {
      const auto* at = image.row(y) + channels * x;
      colors.emplace(at, at + channels);
    }
  }
  return colors;
}

/// The first sample of a pixel.
int sample(const Image& image, std::uint32_t x, std::uint32_t y) {
  return image.row(y)[std::size_t{x} * static_cast<std::size_t>(image.channels())];
}

double mean_of(const Image& image, std::uint32_t left, std::uint32_t right) {
  double sum = 0;
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    for (std::uint32_t x = left; x < right; ++x) sum += sample(image, x, y);
  }
  return sum / ((right - left) * image.height());
}

bool built_in() {
  if (!palette_library().empty()) return true;
  MESSAGE("skipped: this build has no libimagequant");
  return false;
}

Image gray_as_rgba(Size size, const std::function<std::uint32_t(std::uint32_t, std::uint32_t)>& value) {
  return painted(size, 4, 8, [&](auto x, auto y, int c) { return c == 3 ? 255 : value(x, y); });
}

constexpr std::array<Color, 2> kDarkAndLight{{{60, 60, 60, 255}, {140, 140, 140, 255}}};

}  // namespace

TEST_CASE("lossy PNG has no more colours than its knob says, and the picture's own channels") {
  if (!built_in()) return;
  for (const int channels : {1, 2, 3, 4}) {
    const auto image = ramp(channels);
    for (const int colors : {2, 9, 200}) {
      const auto few = in_few_colors(image, colors, 5);
      REQUIRE(few);
      CHECK(few->channels() == channels);
      CHECK(colors_of(*few).size() <= static_cast<std::size_t>(colors));
    }
  }
}

TEST_CASE("a picture of few colours keeps them all") {
  if (!built_in()) return;
  const auto image =
      painted(kSize, 3, 8, [](auto x, auto y, int c) { return (x / 32 + y / 32 * 3) * 40 + c; });
  const auto few = in_few_colors(image, 16, 5);
  REQUIRE(few);
  CHECK(colors_of(*few) == colors_of(image));
}

TEST_CASE("a picture of 16 bits a sample comes out in 8") {
  if (!built_in()) return;
  const auto few = in_few_colors(ramp(3, 16), 256, 5);
  REQUIRE(few);
  CHECK(few->depth() == 8);
  CHECK(std::abs(mean_of(*few, 0, 96) - mean_of(ramp(3), 0, 96)) < 1);
}

TEST_CASE("what is only slightly translucent stays so with two colours") {
  if (!built_in()) return;
  const auto image = painted(kSize, 4, 8, [](auto x, auto, int c) { return c == 3 ? 255 - x % 2 : x * 2; });
  const auto few = in_few_colors(image, 2, 5);
  REQUIRE(few);
  const auto colors = colors_of(*few);
  CHECK(std::ranges::any_of(colors, [](const auto& color) { return color[3] < 255; }));
}

TEST_CASE("alpha that only 16 bits tell from opaque stays translucent in 8") {
  if (!built_in()) return;
  const auto image =
      painted(kSize, 4, 16, [](auto x, auto, int c) { return c == 3 ? (x == 7 ? 65500 : 65535) : x * 600; });
  const auto few = in_few_colors(image, 256, 5);
  REQUIRE(few);
  const auto colors = colors_of(*few);
  CHECK(std::ranges::any_of(colors, [](const auto& color) { return color[3] == 254; }));
}

TEST_CASE("without dithering each pixel takes the nearest colour") {
  const auto image = gray_as_rgba({64, 8}, [](auto x, auto) { return x * 4; });
  const auto drawn = drawn_with(image, kDarkAndLight, 0);
  REQUIRE(drawn);
  for (std::uint32_t x = 0; x < 64; ++x) CHECK(sample(*drawn, x, 3) == (x * 4 <= 100 ? 60 : 140));
}

TEST_CASE("dithering brings an area nearer to its own colour, where one colour alone would be a band") {
  const auto image = gray_as_rgba({64, 64}, [](auto, auto) { return 90; });
  const auto plain = drawn_with(image, kDarkAndLight, 0);
  const auto dithered = drawn_with(image, kDarkAndLight, 1);
  REQUIRE(plain);
  REQUIRE(dithered);
  CHECK(mean_of(*plain, 8, 56) == 60);
  CHECK(mean_of(*dithered, 8, 56) > 75);
  CHECK(mean_of(*dithered, 8, 56) < 105);
}

TEST_CASE("dithering leaves alone what is exact, and errors that cancel each other out") {
  const auto exact = gray_as_rgba({64, 64}, [](auto x, auto) { return x < 32 ? 60 : 140; });
  const auto drawn = drawn_with(exact, kDarkAndLight, 1);
  REQUIRE(drawn);
  CHECK(colors_of(*drawn) == colors_of(exact));
  for (std::uint32_t x = 0; x < 64; ++x) CHECK(sample(*drawn, x, 9) == (x < 32 ? 60 : 140));

  // Errors of 10 up and down, pixel by pixel: the nearest colours have the right mean already.
  const auto fine = gray_as_rgba({64, 64}, [](auto x, auto y) { return (x + y) % 2 == 0 ? 50 : 70; });
  const auto as_it_was = drawn_with(fine, kDarkAndLight, 1);
  REQUIRE(as_it_was);
  CHECK(colors_of(*as_it_was).size() == 1);
}

TEST_CASE("lossy PNG reads back as it was drawn, and its lossless encode keeps every pixel") {
  if (!built_in()) return;
  const auto* lossy = lossy_coder_of(of(Format::png));
  REQUIRE(lossy);
  const auto image = ramp(4);
  EncodeParams params;
  params.quality = 12;
  const auto file = lossy->encode(image, {}, params);
  REQUIRE(file);
  const auto back = lossy->decode(*file, {}, 1);
  REQUIRE(back);
  CHECK(same_pixels(back->image, *in_few_colors(image, 12, params.effort)));
  params.lossless = true;
  const auto whole = lossy->encode(image, {}, params);
  REQUIRE(whole);
  CHECK(same_pixels(lossy->decode(*whole, {}, 1)->image, image));
}

TEST_CASE("only PNG has a coder that loses something on request") {
  for (const auto& codec : all()) {
    if (codec.format != Format::png) CHECK(lossy_coder_of(codec) == nullptr);
  }
}

}  // namespace frugal::codec::png
