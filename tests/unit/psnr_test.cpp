#include "metric/psnr.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "image/colour.hpp"
#include "metric_fixture.hpp"

namespace frugal::metric {
namespace {

using codec::error_of;
using codec::mentions;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double psnr_of(const Image& a, const Image& b, const Metadata& of_a = {}, const Metadata& of_b = {}) {
  const auto result = psnr(a, of_a, b, of_b);
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  return *result;
}

bool near(double value, double expected) {
  return std::abs(value - expected) < 1e-5;
}

TEST_CASE("equal pictures have infinite PSNR, whatever their channels and depths") {
  for (int channels = 1; channels <= 4; ++channels)
    CHECK(psnr_of(scene(channels), scene(channels)) == kInfinity);
  CHECK(psnr_of(scene(), widened(scene())) == kInfinity);
  const auto gray = scene(1);
  const auto samples = codec::samples_of(gray);
  const auto rgb = codec::painted(kSceneSize, 3, 8, [&](std::uint32_t x, std::uint32_t y, int) {
    return samples[std::size_t{y} * kSceneSize.width + x];
  });
  CHECK(psnr_of(gray, rgb) == kInfinity);
}

TEST_CASE("PSNR is the error in dB below full scale") {
  const auto flat = [](int depth, std::uint32_t value) {
    return codec::painted({5, 4}, 3, depth, [=](std::uint32_t, std::uint32_t, int) { return value; });
  };
  CHECK(near(psnr_of(flat(8, 77), flat(8, 78)), 20 * std::log10(255.)));
  CHECK(near(psnr_of(flat(10, 77), flat(10, 79)), 20 * std::log10(1023. / 2)));
  CHECK(near(psnr_of(flat(8, 0), flat(16, 65535)), 0));
}

TEST_CASE("PSNR agrees with other implementations") {
  CHECK(near(psnr_of(scene(), stepped_scene()), 28.83778629));
  CHECK(near(psnr_of(scene(), moved_scene()), 16.43567481));
  CHECK(near(psnr_of(scene(), noisy_scene()), 31.56253813));
  CHECK(near(psnr_of(scene(1), stepped_scene(1)), 28.79522876));
  CHECK(near(psnr_of(widened(scene()), stepped_scene()), 28.83778629));
}

TEST_CASE("of two backgrounds, PSNR takes the worse one") {
  CHECK(near(psnr_of(made_translucent(scene()), made_translucent(stepped_scene())), 32.39617922));
  CHECK(near(psnr_of(made_translucent(scene()), scene()), 13.20474984));  // 13.285 on the light one
  CHECK(near(psnr_of(scene(), made_translucent(scene())), 13.20474984));
}

TEST_CASE("samples of one description are compared as they are, whatever it is") {
  const Metadata p3 = with_profile(profile_for({12, 13, 0}));
  CHECK(near(psnr_of(scene(), stepped_scene(), p3, p3), 28.83778629));
  const Metadata hdr = with_code_points({9, 16, 9});
  CHECK(near(psnr_of(scene(), stepped_scene(), hdr, with_code_points({9, 16, 0})), 28.83778629));
  CHECK(psnr_of(scene(), scene(), {}, with_code_points({1, 13, 5})) == kInfinity);
  CHECK(psnr_of(scene(), scene(), {}, with_profile(gray_gamma_profile(1.0))) == kInfinity);
}

TEST_CASE("pictures of two descriptions are compared as sRGB") {
  const auto linear = changed_scene(3, [](std::uint32_t value, std::uint32_t, std::uint32_t) {
    const double coded = value / 255.;
    const double light = coded <= 0.04045 ? coded / 12.92 : std::pow((coded + 0.055) / 1.055, 2.4);
    return static_cast<std::uint32_t>(std::lround(light * 255));
  });
  CHECK(psnr_of(scene(), linear) < 20);
  const Metadata described = with_profile(gamma_profile(kSrgbChromaticities, 1.0));
  CHECK(std::abs(psnr_of(scene(), linear, {}, described) - 47.15039008) < 1e-3);
  CHECK(std::abs(psnr_of(linear, scene(), with_code_points({1, 8, 0}), {}) - 47.15039008) < 1e-3);
  CHECK(psnr_of(scene(), scene(), {}, with_code_points({12, 13, 0})) < 40);
}

TEST_CASE("pictures that cannot be compared have no PSNR") {
  const auto small = codec::painted({8, 9}, 3, 8, [](std::uint32_t, std::uint32_t, int) { return 0U; });
  const Error sizes = error_of(psnr(scene(), {}, small, {}));
  CHECK(sizes.kind == ErrorKind::usage);
  CHECK(mentions(sizes, "203x181"));
  CHECK(mentions(sizes, "8x9"));
  CHECK(error_of(psnr(scene(), {}, scene(), with_code_points({9, 18, 9}))).kind == ErrorKind::unsupported);
  CHECK(error_of(psnr(scene(), with_profile(Bytes(500, 1)), scene(), {})).kind == ErrorKind::damaged);
}

}  // namespace
}  // namespace frugal::metric
