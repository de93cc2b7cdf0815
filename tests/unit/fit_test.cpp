#include "codec/fit.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "codec_fixture.hpp"
#include "image/compare.hpp"

namespace frugal::codec {
namespace {

Image fitted(Image image, Metadata& metadata, const Codec& target) {
  auto result = fit(std::move(image), metadata, target);
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  return result->image().clone().value();
}

Image fitted(Image image, const Codec& target) {
  Metadata metadata;
  return fitted(std::move(image), metadata, target);
}

void check_left_alone(Image image, Metadata metadata, const Codec& target, std::string_view word) {
  const Error error = error_of(fit(std::move(image), metadata, target));
  CHECK(error.kind == ErrorKind::left_alone);
  CAPTURE(error.message);
  CHECK(mentions(error, word));
  CHECK(mentions(error, target.label));
}

/// A picture of all values of a depth, stretched to 16 bits.
Image widened(int depth) {
  const std::uint32_t max = (1U << depth) - 1;
  return painted({max + 1, 1}, 3, 16, [=](std::uint32_t x, std::uint32_t, int) {
    return static_cast<std::uint32_t>((std::uint64_t{x} * 65535 + max / 2) / max);
  });
}

Image clone(const Image& image) {
  return std::move(image.clone().value());
}

TEST_CASE("a picture that fits as it is is borrowed, not copied") {
  const Image image = painted({5, 4}, 3, 8, [](auto x, auto y, int) { return x + y; });
  Metadata metadata;
  const auto result = fit(image, metadata, kPng);
  REQUIRE(result.has_value());
  CHECK(&result->image() == &image);
}

TEST_CASE("alpha that is opaque everywhere is dropped, for every format") {
  for (const int depth : {8, 16}) {
    for (const int channels : {2, 4}) {
      const auto image = pictures::make(
          {.size = {20, 10}, .channels = channels, .depth = depth, .alpha = pictures::Alpha::opaque});
      const auto fit_image = fitted(clone(image), kPng);
      CHECK(fit_image.channels() == channels - 1);
      CHECK(same_pixels(image, fit_image));
    }
  }
  CHECK(fitted(pictures::make({.size = {20, 10}, .channels = 4, .alpha = pictures::Alpha::opaque}), kJpeg)
            .channels() == 3);
}

TEST_CASE("one translucent pixel keeps the alpha channel, or the file as it is") {
  auto image = pictures::make({.size = {20, 10}, .channels = 4, .alpha = pictures::Alpha::opaque});
  image.row(9)[19 * 4 + 3] = 254;
  CHECK(fitted(clone(image), kPng).channels() == 4);
  CHECK(fitted(clone(image), kWebp).channels() == 4);
  check_left_alone(clone(image), {}, kJpeg, "transparency");
}

TEST_CASE("16-bit samples that came from fewer bits are narrowed to them exactly") {
  for (const int depth : {8, 10, 12}) {
    CAPTURE(depth);
    const auto image = widened(depth);
    for (const Codec* codec : {&kPng, &kAvif, &kHeic}) {
      const auto narrow = fitted(clone(image), *codec);
      CHECK(narrow.depth() == depth);
      CHECK(same_pixels(image, narrow));
    }
  }
  for (const Codec* codec : {&kJpeg, &kWebp}) {
    CHECK(fitted(widened(8), *codec).depth() == 8);
    check_left_alone(widened(10), {}, *codec, "16");
  }
}

TEST_CASE("10- and 12-bit samples are narrowed to 8 bits where all of them survive") {
  for (const int depth : {10, 12}) {
    CAPTURE(depth);
    const std::uint32_t max = (1U << depth) - 1;
    const auto image = painted({256, 1}, 1, depth,
                               [=](std::uint32_t x, std::uint32_t, int) { return (x * max + 127) / 255; });
    const auto narrow = fitted(clone(image), kJpeg);
    CHECK(narrow.depth() == 8);
    for (std::uint32_t x = 0; x < 256; ++x) CHECK(narrow.row(0)[x] == x);
  }
}

TEST_CASE("true 16-bit samples stay in PNG and are left alone for the others") {
  const auto image =
      painted({3, 2}, 3, 16, [](std::uint32_t x, std::uint32_t, int) { return x == 1 ? 12345 : 0; });
  CHECK(fitted(clone(image), kPng).depth() == 16);
  for (const Codec* codec : {&kJpeg, &kWebp, &kAvif, &kHeic})
    check_left_alone(clone(image), {}, *codec, "16");
}

TEST_CASE("a true 10-bit picture stays so where the format has the bits") {
  const auto image = painted({3, 2}, 3, 10, [](std::uint32_t, std::uint32_t, int) { return 1U; });
  for (const Codec* codec : {&kPng, &kAvif, &kHeic}) CHECK(fitted(clone(image), *codec).depth() == 10);
  for (const Codec* codec : {&kJpeg, &kWebp}) check_left_alone(clone(image), {}, *codec, "10");
}

TEST_CASE("grey becomes RGB only where the format has no grey") {
  for (const int channels : {1, 2}) {
    const auto image =
        pictures::make({.size = {20, 10}, .channels = channels, .alpha = pictures::Alpha::hard});
    const auto rgb = fitted(clone(image), kWebp);
    CHECK(rgb.channels() == channels + 2);
    CHECK(same_pixels(image, rgb));
    CHECK(fitted(clone(image), kAvif).channels() == channels);
  }
}

TEST_CASE("a grey profile stays with grey pixels") {
  Metadata metadata;
  metadata.icc = gray_gamma_profile(1.0);
  CHECK(fitted(picture({8, 8}, 1, 8), metadata, kJpeg).channels() == 1);
  CHECK(metadata.icc == gray_gamma_profile(1.0));
}

TEST_CASE("grey with a grey profile becomes plain sRGB where the format has no grey") {
  Metadata metadata;
  metadata.icc = gray_gamma_profile(1.0);
  const auto gray = painted({4, 1}, 1, 8, [](std::uint32_t x, std::uint32_t, int) { return x * 85; });
  const auto rgb = fitted(clone(gray), metadata, kWebp);
  CHECK(metadata.icc.empty());
  REQUIRE(rgb.channels() == 3);
  // A third and two thirds of the light, as sRGB has them.
  const std::uint32_t expected[] = {0, 156, 213, 255};
  for (std::uint32_t x = 0; x < 4; ++x) {
    for (std::uint32_t c = 0; c < 3; ++c) CHECK(std::abs(int{rgb.row(0)[3 * x + c]} - int(expected[x])) <= 1);
  }
}

TEST_CASE("a profile for another colour model than the pixels have is dropped") {
  Metadata metadata;
  metadata.icc = rgb_profile();
  fitted(picture({8, 8}, 1, 8), metadata, kPng);
  CHECK(metadata.icc.empty());
  metadata.icc = gray_gamma_profile(2.2);
  fitted(picture({8, 8}, 3, 8), metadata, kPng);
  CHECK(metadata.icc.empty());
  metadata.icc = bytes_of("no profile at all");
  fitted(picture({8, 8}, 3, 8), metadata, kPng);
  CHECK(metadata.icc.empty());
  metadata.icc = rgb_profile();
  fitted(picture({8, 8}, 3, 8), metadata, kPng);
  CHECK(metadata.icc == rgb_profile());
}

TEST_CASE("HDR code points stay where the format stores them, and else the file is left alone") {
  for (const auto transfer : std::to_array<std::uint16_t>({16, 18})) {
    Metadata metadata;
    metadata.cicp = Cicp{9, transfer, 9};
    for (const Codec* codec : {&kJpeg, &kPng, &kWebp}) {
      check_left_alone(picture({8, 8}, 3, 8), metadata, *codec, "HDR");
    }
    for (const Codec* codec : {&kAvif, &kHeic}) {
      fitted(picture({8, 8}, 3, 10), metadata, *codec);
      CHECK(metadata.cicp == Cicp{9, transfer, 9});
      CHECK(metadata.icc.empty());
    }
  }
}

TEST_CASE("SDR code points become a profile where the format does not store them") {
  for (const Codec* codec : {&kJpeg, &kPng, &kWebp}) {
    Metadata metadata;
    metadata.cicp = Cicp{12, 13, 6};
    fitted(picture({8, 8}, 3, 8), metadata, *codec);
    CHECK_FALSE(metadata.cicp);
    CHECK(metadata.icc == profile_for({12, 13, 6}));
  }
}

TEST_CASE("code points of grey pixels become a grey profile, and an RGB one where grey becomes RGB") {
  for (const Codec* codec : {&kJpeg, &kPng, &kWebp}) {
    CAPTURE(codec->name);
    Metadata metadata;
    metadata.cicp = Cicp{12, 8, 6};
    fitted(picture({8, 8}, 1, 8), metadata, *codec);
    CHECK_FALSE(metadata.cicp);
    CHECK(profile_model(metadata.icc) == (codec->gray ? ProfileModel::gray : ProfileModel::rgb));
  }
}

TEST_CASE("code points that mean sRGB or stand beside a profile are dropped") {
  Metadata metadata;
  metadata.cicp = Cicp{1, 13, 6};
  fitted(picture({8, 8}, 3, 8), metadata, kAvif);
  CHECK_FALSE(metadata.cicp);
  CHECK(metadata.icc.empty());
  metadata.cicp = Cicp{9, 16, 9};
  metadata.icc = rgb_profile();
  fitted(picture({8, 8}, 3, 8), metadata, kAvif);
  CHECK_FALSE(metadata.cicp);
  CHECK(metadata.icc == rgb_profile());
}

TEST_CASE("a side longer than the format's is left alone") {
  const auto strip = [](std::uint32_t side, bool tall) {
    return painted(tall ? Size{1, side} : Size{side, 1}, 1, 8,
                   [](std::uint32_t, std::uint32_t, int) { return 0; });
  };
  for (const bool tall : {false, true}) {
    check_left_alone(strip(16384, tall), {}, kWebp, "16384");
    check_left_alone(strip(65501, tall), {}, kJpeg, "65501");
    CHECK(fitted(strip(65500, tall), kJpeg).pixels() == 65500);
    CHECK(fitted(strip(65537, tall), kPng).pixels() == 65537);
    check_left_alone(strip(65537, tall), {}, kAvif, "65537");
  }
}

}  // namespace
}  // namespace frugal::codec
