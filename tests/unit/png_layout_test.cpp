#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "codec/png/layout.hpp"
#include "codec/png/palette.hpp"
#include "codec_fixture.hpp"

namespace frugal::codec::png {
namespace {

constexpr Size kSize{19, 13};

std::vector<ColorType> types_of(const Image& image, bool keep_model = false) {
  std::vector<ColorType> types;
  for (const auto& layout : layouts_of(image, keep_model)) types.push_back(layout.type);
  return types;
}

/// Every pixel another colour, as far as a channel's values go.
std::uint32_t many(std::uint32_t x, std::uint32_t y, int channel) {
  return channel == 0 ? x * 13 : channel == 1 ? y * 19 : (x * 7 + y * 3) % 251;
}

}  // namespace

TEST_CASE("what has many colours is stored as it is, and nothing else is tried") {
  CHECK(types_of(painted(kSize, 3, 8, [](auto x, auto y, int c) { return many(x % 17, y % 17, c); })) ==
        std::vector{ColorType::rgb, ColorType::palette, ColorType::palette});
  CHECK(types_of(painted({64, 64}, 3, 8, many)) == std::vector{ColorType::rgb});
}

TEST_CASE("a large picture of few colours is tried with a palette alone") {
  const auto few = [](std::uint32_t side) {
    return painted({side, side}, 3, 8, [](auto x, auto y, int c) { return many(x % 16, y % 16, c); });
  };
  CHECK(types_of(few(127)).front() == ColorType::rgb);
  CHECK(types_of(few(127)).back() == ColorType::palette);
  for (const auto type : types_of(few(128))) CHECK(type == ColorType::palette);
}

TEST_CASE("16 bits whose lower bytes repeat the higher ones are stored in 8") {
  const auto repeats = painted(kSize, 3, 16, [](auto x, auto y, int c) { return many(x, y, c) % 256 * 257; });
  CHECK(layouts_of(repeats, false).front().bits == 8);
  const auto deep =
      painted(kSize, 3, 16, [](auto x, auto y, int c) { return many(x, y, c) % 256 * 257 + 1; });
  CHECK(layouts_of(deep, false).front().bits == 16);
}

TEST_CASE("an alpha channel that is opaque everywhere is not stored") {
  const auto with_alpha = [](std::uint32_t alpha) {
    return painted({64, 64}, 4, 8,
                   [=](auto x, auto y, int c) { return c == 3 ? (x == 5 ? alpha : 255) : many(x, y, c); });
  };
  CHECK(types_of(with_alpha(255)) == std::vector{ColorType::rgb});
  CHECK(types_of(with_alpha(254)) == std::vector{ColorType::rgb_alpha});
}

TEST_CASE("full transparency of one colour that nothing else has can be a key") {
  const auto cut_out = [](std::uint32_t hidden) {
    return painted({64, 64}, 4, 8, [=](std::uint32_t x, std::uint32_t y, int c) {
      if (x < 9) return c == 3 ? 0U : c == 0 ? hidden : 255U;
      return c == 3 ? 255U : many(x, y, c) % 250;
    });
  };
  const auto image = cut_out(255);
  const auto layouts = layouts_of(image, false);
  REQUIRE(layouts.size() == 2);
  CHECK(layouts[0].type == ColorType::rgb_alpha);
  CHECK_FALSE(layouts[0].key.has_value());
  CHECK(layouts[1].type == ColorType::rgb);
  CHECK(*layouts[1].key == std::array<std::uint16_t, 3>{255, 255, 255});
  CHECK(layouts[1].side_bytes() == layouts[0].side_bytes() + 18);
}

TEST_CASE("two hidden colours, or one that also shows, keep the alpha channel") {
  const auto two = painted({64, 64}, 4, 8, [](std::uint32_t x, std::uint32_t y, int c) {
    if (x < 9) return c == 3 ? 0U : x % 2 * 255;
    return c == 3 ? 255U : many(x, y, c) % 250;
  });
  CHECK(types_of(two) == std::vector{ColorType::rgb_alpha});
  const auto shown = painted({64, 64}, 4, 8, [](std::uint32_t x, std::uint32_t y, int c) {
    if (x < 9) return c == 3 ? 0U : 255U;
    if (x == 20 && y == 20) return 255U;
    return c == 3 ? 255U : many(x, y, c) % 250;
  });
  CHECK(types_of(shown) == std::vector{ColorType::rgb_alpha});
}

TEST_CASE("a grey picture with a profile stays grey") {
  const auto few = painted(kSize, 1, 8, [](auto x, auto, int) { return x % 3 * 50 + 3; });
  CHECK(types_of(few, true) == std::vector{ColorType::gray});
  CHECK(types_of(few).front() == ColorType::gray);
  CHECK(types_of(few).back() == ColorType::palette);
}

TEST_CASE("each palette layout stands for the same picture, the most frequent colour first or as given") {
  const auto image = painted({40, 20}, 4, 8, [](std::uint32_t x, std::uint32_t, int c) {
    const std::uint32_t color = x < 22 ? 7 : x * 4 % 9;  // neighbours are far apart by value
    return c == 3 ? (color < 2 ? 100 : 255) : color * 20;
  });
  std::vector<std::vector<Color>> palettes;
  for (const auto& layout : layouts_of(image, false)) {
    if (layout.type != ColorType::palette) continue;
    REQUIRE(layout.bits == 4);
    palettes.push_back(layout.palette);
    for (std::uint32_t y = 0; y < 20; ++y) {
      for (std::uint32_t x = 0; x < 40; ++x) {
        const auto byte = layout.bytes()[y * layout.row_bytes + x / 2];
        const auto& color = layout.palette.at(x % 2 == 0 ? byte >> 4 : byte & 15);
        CHECK(std::ranges::equal(color, image.samples<std::uint8_t>(y).subspan(std::size_t{x} * 4, 4)));
      }
    }
  }
  REQUIRE(palettes.size() == 3);
  const Color frequent{140, 140, 140, 255};
  CHECK(palettes[0].front() == frequent);
  CHECK(palettes[1].front() == frequent);
  CHECK(palettes[0] != palettes[1]);
  CHECK(palettes[2].front()[3] == 100);
}

TEST_CASE("colours that lie side by side in a picture are neighbours in one of the orders") {
  // A ramp whose steps come in no order of value.
  constexpr std::array<std::uint8_t, 6> kRamp{50, 10, 40, 0, 30, 20};
  const auto ramp = painted(
      {60, 60}, 3, 8, [&](std::uint32_t x, std::uint32_t, int c) { return c == 0 ? kRamp.at(x / 10) : 5U; });
  const auto picture = to_indexed(ramp);
  REQUIRE(picture);
  const auto orders = orders_of(*picture);
  // By value they are 5 1 4 0 3 2; all are as frequent, so 0 comes first.
  const Order forth{0, 5, 1, 4, 3, 2};
  const Order back{0, 2, 3, 4, 1, 5};
  CHECK(
      (std::ranges::find(orders, forth) != orders.end() || std::ranges::find(orders, back) != orders.end()));
}

TEST_CASE("tRNS ends with the last colour that is not opaque") {
  Layout layout;
  layout.palette = {{1, 1, 1, 255}, {2, 2, 2, 0}, {3, 3, 3, 255}};
  CHECK(layout.alpha_entries() == 2);
  CHECK(layout.side_bytes() == 12 + 9 + 12 + 2);
  layout.palette[1][3] = 255;
  CHECK(layout.alpha_entries() == 0);
  CHECK(layout.side_bytes() == 12 + 9);
}

}  // namespace frugal::codec::png
