#include "image/depth.hpp"

#include <doctest/doctest.h>

#include "image/compare.hpp"
#include "pictures/pictures.hpp"

namespace frugal {

TEST_CASE("every sample survives a deeper form, of any depth and shape") {
  for (const int channels : {1, 2, 3, 4}) {
    for (const int from : {8, 10, 12}) {
      for (const int to : {10, 12, 16}) {
        if (to < from) continue;
        CAPTURE(channels);
        CAPTURE(from);
        CAPTURE(to);
        const auto image = pictures::make(
            {.kind = pictures::Kind::noise, .size = {17, 9}, .channels = channels, .depth = from});
        const auto deeper = to_depth(image, to);
        REQUIRE(deeper.has_value());
        CHECK(deeper->depth() == to);
        const auto back = to_depth(*deeper, from);
        REQUIRE(back.has_value());
        CHECK(same_pixels(*back, image));
      }
    }
  }
}

TEST_CASE("a flatter form has the nearest sample, and black and white stay") {
  auto image = Image::make({4, 1}, 1, 10);
  REQUIRE(image.has_value());
  const auto row = image->samples<std::uint16_t>(0);
  row[0] = 0;
  row[1] = 1023;
  row[2] = 6;  // 1.496 of 255
  row[3] = 7;  // 1.745
  const auto flat = to_depth(*image, 8);
  REQUIRE(flat.has_value());
  const auto out = flat->samples<std::uint8_t>(0);
  CHECK(out[0] == 0);
  CHECK(out[1] == 255);
  CHECK(out[2] == 1);
  CHECK(out[3] == 2);
}

}  // namespace frugal
