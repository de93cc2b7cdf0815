#include "image/colour.hpp"

#include <doctest/doctest.h>
#include <lcms2.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <thread>
#include <type_traits>

#include "codec_fixture.hpp"

namespace frugal {
namespace {

using codec::painted;
using codec::samples_of;

using Profile = std::unique_ptr<std::remove_pointer_t<cmsHPROFILE>, decltype(&cmsCloseProfile)>;

constexpr Cicp kDisplayP3{12, 13, 0};

Bytes saved(cmsHPROFILE made) {
  const Profile profile(made, &cmsCloseProfile);
  cmsUInt32Number size = 0;
  REQUIRE(cmsSaveProfileToMem(profile.get(), nullptr, &size));
  Bytes bytes(size);
  REQUIRE(cmsSaveProfileToMem(profile.get(), bytes.data(), &size));
  return bytes;
}

/// The sRGB colour, 0 to 255 as it is shown, in the samples of `icc`: relative colorimetric, in floats.
std::array<double, 3> from_srgb(ByteView icc, std::array<double, 3> color) {
  const Profile target(cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size())),
                       &cmsCloseProfile);
  const Profile source(cmsCreate_sRGBProfile(), &cmsCloseProfile);
  REQUIRE(target);
  const std::unique_ptr<void, decltype(&cmsDeleteTransform)> transform(
      cmsCreateTransform(source.get(), TYPE_RGB_DBL, target.get(), TYPE_RGB_DBL, INTENT_RELATIVE_COLORIMETRIC,
                         cmsFLAGS_NOOPTIMIZE),
      &cmsDeleteTransform);
  REQUIRE(transform);
  std::array<double, 3> in{};
  std::array<double, 3> out{};
  for (std::size_t i = 0; i < 3; ++i) in[i] = color[i] / 255;
  cmsDoTransform(transform.get(), in.data(), out.data(), 1);
  for (double& value : out) value *= 255;
  return out;
}

void check_color(std::array<double, 3> color, std::array<double, 3> expected) {
  for (std::size_t i = 0; i < 3; ++i) {
    CAPTURE(i);
    CHECK(std::abs(color[i] - expected[i]) < 1);
  }
}

double srgb_to_linear(double value) {
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double linear_to_srgb(double value) {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
}

/// The matrix from linear sRGB to linear Display P3, both D65 (CSS Color 4, section 18).
std::array<double, 3> p3_of_srgb(std::array<double, 3> color) {
  constexpr double m[3][3] = {
      {0.8224621, 0.1775380, 0}, {0.0331942, 0.9668058, 0}, {0.0170827, 0.0723974, 0.9105199}};
  std::array<double, 3> result{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t i = 0; i < 3; ++i) result[row] += m[row][i] * srgb_to_linear(color[i] / 255);
    result[row] = 255 * linear_to_srgb(result[row]);
  }
  return result;
}

TEST_CASE("equal input gives a profile of equal bytes") {
  const auto profile = profile_for(kDisplayP3);
  const auto gamma = gamma_profile(kSrgbChromaticities, 1.8);
  const auto gray = gray_gamma_profile(1.8);
  CHECK(profile == profile_for(kDisplayP3));
  CHECK(gamma == gamma_profile(kSrgbChromaticities, 1.8));
  CHECK(gray == gray_gamma_profile(1.8));
  CHECK(gamma != gamma_profile(kSrgbChromaticities, 2.2));
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // profiles carry their time in seconds
  CHECK(profile == profile_for(kDisplayP3));
  CHECK(gamma == gamma_profile(kSrgbChromaticities, 1.8));
  CHECK(gray == gray_gamma_profile(1.8));
}

TEST_CASE("the colour model is read from the profile") {
  CHECK(profile_model(gamma_profile(kSrgbChromaticities, 2.2)) == ProfileModel::rgb);
  CHECK(profile_model(gray_gamma_profile(2.2)) == ProfileModel::gray);
  CHECK(profile_model(saved(cmsCreateLab4Profile(nullptr))) == ProfileModel::other);
  CHECK(profile_model(saved(cmsCreate_sRGBProfile())) == ProfileModel::rgb);
}

TEST_CASE("what is no profile has no model") {
  const auto profile = gamma_profile(kSrgbChromaticities, 2.2);
  CHECK_FALSE(profile_model({}));
  CHECK_FALSE(profile_model(as_bytes("no profile, only some text")));
  CHECK_FALSE(profile_model(ByteView(profile).first(100)));
  CHECK_FALSE(profile_model(Bytes(500, 0xff)));
}

TEST_CASE("the profile for Display P3 holds the colours of Display P3") {
  const auto icc = profile_for(kDisplayP3);
  REQUIRE_FALSE(icc.empty());
  CHECK(profile_model(icc) == ProfileModel::rgb);
  check_color(from_srgb(icc, {255, 0, 0}), {233.9, 51.1, 35.2});  // sRGB's red, a known value
  for (const std::array<double, 3> color :
       {std::array<double, 3>{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {200, 100, 50}, {12, 34, 200}}) {
    check_color(from_srgb(icc, color), p3_of_srgb(color));
  }
  check_color(from_srgb(icc, {128, 128, 128}), {128, 128, 128});
}

TEST_CASE("a power curve decodes by its exponent") {
  const auto linear = gamma_profile(kSrgbChromaticities, 1.0);
  for (const double value : {10.0, 100.0, 200.0}) {
    const double expected = 255 * srgb_to_linear(value / 255);
    check_color(from_srgb(linear, {value, value, value}), {expected, expected, expected});
  }
}

TEST_CASE("every SDR pair of code points has a profile, HDR and unknown ones have none") {
  for (const auto primaries : std::to_array<std::uint16_t>({1, 4, 5, 6, 7, 9, 11, 12})) {
    CAPTURE(primaries);
    for (const auto transfer : std::to_array<std::uint16_t>({1, 4, 5, 6, 8, 13, 14, 15})) {
      CHECK(profile_model(profile_for({primaries, transfer, 0})) == ProfileModel::rgb);
    }
    CHECK(profile_for({primaries, 16, 9}).empty());
    CHECK(profile_for({primaries, 18, 9}).empty());
  }
  CHECK(profile_for({3, 13, 0}).empty());
  CHECK(profile_for({22, 13, 0}).empty());
}

TEST_CASE("code points of grey pixels have a grey profile with their transfer function") {
  CHECK(profile_model(gray_profile_for({12, 13, 0})) == ProfileModel::gray);
  CHECK(gray_profile_for({1, 8, 0}) == gray_gamma_profile(1.0));
  CHECK(gray_profile_for({9, 16, 9}).empty());
}

TEST_CASE("code points mean sRGB when everybody shows them so") {
  CHECK(means_srgb({}));
  CHECK(means_srgb({1, 13, 0}));
  CHECK(means_srgb({1, 1, 1}));
  CHECK(means_srgb({2, 2, 5}));
  CHECK_FALSE(means_srgb({12, 13, 0}));
  CHECK_FALSE(means_srgb({1, 16, 0}));
  CHECK_FALSE(means_srgb({9, 16, 9}));
  CHECK_FALSE(means_srgb({1, 8, 0}));
}

TEST_CASE("primaries on one line make no profile") {
  const std::array<double, 2> point{0.3, 0.3};
  CHECK(gamma_profile({{0.3127, 0.3290}, point, point, point}, 2.2).empty());
}

/// A grey picture in which every sample of the depth appears, next to its alpha where there is one.
Image ramp(int channels, int depth) {
  const std::uint32_t count = 1U << depth;
  return painted({count, 1}, channels, depth,
                 [=](std::uint32_t x, std::uint32_t, int c) { return c == 0 ? x : count - 1 - x; });
}

TEST_CASE("linear grey becomes sRGB, sample by sample, at every depth") {
  const auto icc = gray_gamma_profile(1.0);
  for (const int depth : {8, 10, 12, 16}) {
    CAPTURE(depth);
    const auto gray = ramp(1, depth);
    const auto rgb = gray_to_srgb(gray, icc);
    REQUIRE(rgb.has_value());
    CHECK(rgb->channels() == 3);
    CHECK(rgb->depth() == depth);
    const auto samples = samples_of(*rgb);
    const double max = gray.max_value();
    double worst = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::size_t pixel = i / 3;
      worst = std::max(worst, std::abs(samples[i] / max - linear_to_srgb(static_cast<double>(pixel) / max)));
    }
    CHECK(worst < 0.6 / max + 1e-4);
  }
}

TEST_CASE("alpha comes through the conversion of grey unchanged") {
  for (const int depth : {8, 10, 16}) {
    CAPTURE(depth);
    const auto gray = ramp(2, depth);
    const auto rgba = gray_to_srgb(gray, gray_gamma_profile(1.0));
    REQUIRE(rgba.has_value());
    REQUIRE(rgba->channels() == 4);
    const auto before = samples_of(gray);
    const auto after = samples_of(*rgba);
    bool same = true;
    for (std::size_t i = 0; i < gray.pixels(); ++i) same = same && after[4 * i + 3] == before[2 * i + 1];
    CHECK(same);
  }
}

TEST_CASE("grey with a profile that cannot be used is damaged") {
  const auto gray = ramp(1, 8);
  CHECK(codec::error_of(gray_to_srgb(gray, as_bytes("no profile"))).kind == ErrorKind::damaged);
  CHECK(codec::error_of(gray_to_srgb(gray, codec::rgb_profile())).kind == ErrorKind::damaged);
}

}  // namespace
}  // namespace frugal
