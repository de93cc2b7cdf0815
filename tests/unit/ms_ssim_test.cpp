#include "metric/ms_ssim.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "image/colour.hpp"
#include "metric_fixture.hpp"

namespace frugal::metric {
namespace {

using codec::error_of;
using codec::mentions;

double ms_ssim_of(const Image& a, const Image& b, const Metadata& of_a = {}, const Metadata& of_b = {}) {
  const auto result = ms_ssim(a, of_a, b, of_b, 1);
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  return *result;
}

bool near(double value, double expected) {
  return std::abs(value - expected) < 1e-6;
}

Image flat(Size size) {
  return codec::painted(size, 1, 8, [](std::uint32_t, std::uint32_t, int) { return 100U; });
}

TEST_CASE("equal pictures have an MS-SSIM of exactly 1") {
  for (int channels = 1; channels <= 4; ++channels) CHECK(ms_ssim_of(scene(channels), scene(channels)) == 1);
  CHECK(ms_ssim_of(scene(), widened(scene())) == 1);
}

TEST_CASE("MS-SSIM agrees with other implementations") {
  CHECK(near(ms_ssim_of(scene(), stepped_scene()), 0.99515792));
  CHECK(near(ms_ssim_of(scene(), moved_scene()), 0.94288194));
  CHECK(near(ms_ssim_of(scene(), noisy_scene()), 0.99450627));
  CHECK(near(ms_ssim_of(scene(1), stepped_scene(1)), 0.98985950));
}

TEST_CASE("a negative has nothing of the picture") {
  CHECK(ms_ssim_of(scene(), negative_scene()) == 0);
}

TEST_CASE("of two backgrounds, MS-SSIM takes the worse one") {
  CHECK(near(ms_ssim_of(made_translucent(scene()), made_translucent(stepped_scene())), 0.99743905));
  CHECK(near(ms_ssim_of(made_translucent(scene()), scene()), 0.84487594));
}

TEST_CASE("threads change no digit of MS-SSIM" * doctest::test_suite("threads")) {
  const auto one = ms_ssim(scene(), {}, noisy_scene(), {}, 1);
  REQUIRE(one.has_value());
  for (const int threads : {2, 3, 64, 100'000})
    CHECK(*ms_ssim(scene(), {}, noisy_scene(), {}, threads) == *one);
}

TEST_CASE("MS-SSIM compares pictures of two descriptions as sRGB") {
  const Metadata p3 = with_code_points({12, 13, 0});
  CHECK(near(ms_ssim_of(scene(), stepped_scene(), p3, p3), 0.99515792));
  CHECK(ms_ssim_of(scene(), scene(), {}, p3) < 0.9999);
  CHECK(ms_ssim_of(scene(), scene(), {}, with_profile(profile_for({1, 13, 0}))) > 0.999999);
}

TEST_CASE("pictures that cannot be compared have no MS-SSIM") {
  const Error small = error_of(ms_ssim(flat({175, 300}), {}, flat({175, 300}), {}, 1));
  CHECK(small.kind == ErrorKind::usage);
  CHECK(mentions(small, "176"));
  CHECK(error_of(ms_ssim(flat({300, 175}), {}, flat({300, 175}), {}, 1)).kind == ErrorKind::usage);
  CHECK(ms_ssim_of(flat({176, 176}), flat({176, 176})) == 1);
  const Error sizes = error_of(ms_ssim(flat({176, 180}), {}, flat({180, 176}), {}, 1));
  CHECK(sizes.kind == ErrorKind::usage);
  CHECK(mentions(sizes, "176x180"));
  CHECK(error_of(ms_ssim(scene(), {}, scene(), with_code_points({9, 16, 9}), 1)).kind ==
        ErrorKind::unsupported);
}

}  // namespace
}  // namespace frugal::metric
