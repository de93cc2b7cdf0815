#include "image/compare.hpp"

#include <doctest/doctest.h>

#include <cstdint>

#include "codec_fixture.hpp"

namespace frugal {
namespace {

using codec::painted;

Image flat(int channels, int depth, std::uint32_t color, std::uint32_t alpha, Size size = {4, 3}) {
  return painted(size, channels, depth, [=](std::uint32_t, std::uint32_t, int c) {
    return (channels == 2 || channels == 4) && c == channels - 1 ? alpha : color;
  });
}

TEST_CASE("grey, RGB and opaque alpha of the same colour are the same picture") {
  for (const int a : {1, 2, 3, 4}) {
    for (const int b : {1, 2, 3, 4}) CHECK(same_pixels(flat(a, 8, 77, 255), flat(b, 8, 77, 255)));
  }
}

TEST_CASE("the same sample at another depth is the same picture") {
  CHECK(same_pixels(flat(3, 8, 128, 255), flat(3, 16, 128 * 257, 65535)));
  CHECK(same_pixels(flat(4, 8, 255, 255), flat(1, 10, 1023, 0)));
  CHECK_FALSE(same_pixels(flat(3, 8, 128, 255), flat(3, 16, 128 * 257 + 1, 65535)));
  CHECK_FALSE(same_pixels(flat(3, 10, 512, 0), flat(3, 12, 2049, 0)));
}

TEST_CASE("another size, colour or alpha is another picture") {
  CHECK_FALSE(same_pixels(flat(3, 8, 9, 0), flat(3, 8, 9, 0, {3, 4})));
  CHECK_FALSE(same_pixels(flat(3, 8, 9, 0), flat(3, 8, 10, 0)));
  CHECK_FALSE(same_pixels(flat(4, 8, 9, 255), flat(4, 8, 9, 254)));
  CHECK_FALSE(same_pixels(flat(3, 8, 9, 0), flat(4, 8, 9, 254)));
  CHECK_FALSE(same_pixels(flat(2, 8, 9, 0), flat(1, 8, 9, 0)));
}

TEST_CASE("one sample in the last corner makes the difference") {
  const auto colored = [](int depth, std::uint32_t last) {
    return painted({5, 4}, 3, depth, [=](std::uint32_t x, std::uint32_t y, int c) {
      const std::uint32_t scale = depth == 16 ? 257 : 1;
      return (x == 4 && y == 3 && c == 2 ? last : 40) * scale;
    });
  };
  CHECK(same_pixels(colored(8, 40), colored(8, 40)));
  CHECK_FALSE(same_pixels(colored(8, 40), colored(8, 41)));
  CHECK(same_pixels(colored(8, 41), colored(16, 41)));
  CHECK_FALSE(same_pixels(colored(8, 40), colored(16, 41)));
  CHECK_FALSE(same_pixels(colored(8, 41), flat(1, 8, 40, 0, {5, 4})));
}

}  // namespace
}  // namespace frugal
