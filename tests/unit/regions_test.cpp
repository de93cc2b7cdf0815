#include "adapt/regions.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>

#include "codec_fixture.hpp"
#include "image/image.hpp"

namespace frugal::adapt {
namespace {

using codec::painted;
using Paint = std::function<std::uint32_t(std::uint32_t x, std::uint32_t y, int channel)>;

constexpr Size kOneTile{kTileSide, kTileSide};

RegionMap analysed(const Image& image, int threads = 1) {
  auto map = analyse(image, threads);
  REQUIRE(map.has_value());
  REQUIRE(map->tiles.size() == std::size_t{map->columns} * map->rows);
  return std::move(*map);
}

Tile tile_of(const Paint& paint, int channels = 1) {
  return analysed(painted(kOneTile, channels, 8, paint)).at(0, 0);
}

/// A hash of the place, evenly spread over 32 bits.
std::uint32_t scatter(std::uint32_t x, std::uint32_t y, std::uint32_t salt = 0) {
  std::uint32_t h = x * 0x9e3779b1U ^ y * 0x85ebca77U ^ salt * 0xc2b2ae3dU;
  h = (h ^ (h >> 15U)) * 0x2c1b3c6dU;
  h = (h ^ (h >> 12U)) * 0x297a2d39U;
  return h ^ (h >> 15U);
}

/// Nearly Gaussian noise of this standard deviation: the sum of twelve even ones.
double grain(std::uint32_t x, std::uint32_t y, double deviation) {
  double sum = -6;
  for (std::uint32_t i = 0; i < 12; ++i) sum += scatter(x, y, i + 1) / 4294967296.0;
  return sum * deviation;
}

std::uint32_t to_sample(double value) {
  return static_cast<std::uint32_t>(std::lround(std::clamp(value, 0.0, 255.0)));
}

/// Smooth random hills, some pixels wide, of nearly the whole range: foliage, gravel.
std::uint32_t hills(std::uint32_t x, std::uint32_t y, int) {
  constexpr std::uint32_t kCell = 4;
  const double fx = (x % kCell + 0.5) / kCell;
  const double fy = (y % kCell + 0.5) / kCell;
  const auto corner = [&](std::uint32_t dx, std::uint32_t dy) {
    return scatter(x / kCell + dx, y / kCell + dy) % 200 + 28.0;
  };
  return to_sample((corner(0, 0) * (1 - fx) + corner(1, 0) * fx) * (1 - fy) +
                   (corner(0, 1) * (1 - fx) + corner(1, 1) * fx) * fy + grain(x, y, 2));
}

/// Dark strokes on white, three pixels wide, with one pixel of anti-aliasing: lines of writing.
std::uint32_t strokes(std::uint32_t x, std::uint32_t y, int) {
  if (y % 16 >= 9) return 255;
  const std::uint32_t at = (x + y / 3) % 12;
  return at < 2 ? 20 : at == 2 ? 140 : 255;
}

bool same_features(const TileFeatures& a, const TileFeatures& b) {
  using Values = std::array<float, sizeof(TileFeatures) / sizeof(float)>;
  return std::bit_cast<Values>(a) == std::bit_cast<Values>(b);
}

bool same_map(const RegionMap& a, const RegionMap& b) {
  return a.columns == b.columns && a.rows == b.rows &&
         std::ranges::equal(a.tiles, b.tiles, [](const Tile& left, const Tile& right) {
           return left.kind == right.kind && same_features(left.features, right.features);
         });
}

TEST_CASE("every class has a name of its own") {
  CHECK(name_of(RegionClass::flat) == "flat");
  CHECK(name_of(RegionClass::gradient) == "gradient");
  CHECK(name_of(RegionClass::texture) == "texture");
  CHECK(name_of(RegionClass::edge) == "edge");
  CHECK(name_of(RegionClass::noise) == "noise");
}

TEST_CASE("one colour is flat") {
  const Tile tile = tile_of([](auto, auto, int c) { return 40U + 60U * static_cast<std::uint32_t>(c); }, 3);
  CHECK(tile.kind == RegionClass::flat);
  CHECK(tile.features.luma == doctest::Approx(0.299 * 40 + 0.587 * 100 + 0.114 * 160).epsilon(0.01));
  CHECK(tile.features.gradient == 0);
  CHECK(tile.features.half_gradient == 0);
  CHECK(tile.features.peak_gradient == 0);
  CHECK(tile.features.median_block == 0);
  CHECK(tile.features.curvature == 0);
  CHECK(tile.features.spread == 0);
  CHECK(tile.features.floor == 0);
  CHECK(tile.features.flat_share == 1);
  CHECK(tile.features.edge_share == 0);
  CHECK(tile.features.chroma_gradient == 0);
  CHECK(tile.features.chroma_loss == 0);
  CHECK(tile.features.colours == 1);
}

TEST_CASE("one colour with a faint mark is still flat, with strong marks it is not") {
  const auto with_line = [](std::uint32_t colour) {
    return tile_of([=](auto x, auto, int) { return x == 30 ? colour : 255U; }).kind;
  };
  CHECK(with_line(240) == RegionClass::flat);
  CHECK(with_line(0) == RegionClass::edge);
}

TEST_CASE("smooth shading is a gradient, however slow") {
  CHECK(tile_of([](auto x, auto, int) { return 20 + x * 2; }).kind == RegionClass::gradient);
  CHECK(tile_of([](auto x, auto y, int) { return 20 + x + y; }).kind == RegionClass::gradient);
  CHECK(tile_of([](auto, auto y, int) { return 100 + y / 4; }).kind == RegionClass::gradient);
  const auto sky = [](auto x, auto y, int) { return to_sample(120 + y * 0.5 + grain(x, y, 0.7)); };
  CHECK(tile_of(sky).kind == RegionClass::gradient);
}

TEST_CASE("dense detail is texture") {
  CHECK(tile_of(hills).kind == RegionClass::texture);
  CHECK(tile_of([](auto x, auto y, int) { return scatter(x, y) % 256; }).kind == RegionClass::texture);
}

TEST_CASE("writing and contours are edges") {
  CHECK(tile_of(strokes).kind == RegionClass::edge);
  const auto disc = [](auto x, auto y, int) {
    const double dx = x - 10.0;
    const double dy = y - 70.0;
    const double inside = std::clamp(40.5 - std::sqrt(dx * dx + dy * dy), 0.0, 1.0);
    return to_sample(190 - 150 * inside + grain(x, y, 1));
  };
  CHECK(tile_of(disc).kind == RegionClass::edge);
}

TEST_CASE("grain is noise, on shading as on an even ground") {
  for (const double deviation : {2.5, 4.0, 8.0}) {
    CAPTURE(deviation);
    CHECK(tile_of([=](auto x, auto y, int) { return to_sample(128 + grain(x, y, deviation)); }).kind ==
          RegionClass::noise);
    CHECK(tile_of([=](auto x, auto y, int) { return to_sample(60 + x + grain(x, y, deviation)); }).kind ==
          RegionClass::noise);
  }
}

TEST_CASE("a ramp has its slope as its gradient, twice that at half size, and no curvature") {
  for (const bool down : {false, true}) {
    const TileFeatures ramp = tile_of([=](auto x, auto y, int) { return (down ? y : x) * 2; }).features;
    CHECK(ramp.luma == 63);
    CHECK(ramp.gradient == 2);
    CHECK(ramp.half_gradient == 4);
    CHECK(ramp.peak_gradient == 2);
    CHECK(ramp.median_block == 2);
    CHECK(ramp.curvature == 0);
    CHECK(ramp.spread == 112);  // from 7 to 119
    CHECK(ramp.flat_share == 0);
    CHECK(ramp.edge_share == 0);
    CHECK(ramp.colours == 64);
  }
}

TEST_CASE("gradients of both directions add up") {
  CHECK(tile_of([](auto x, auto y, int) { return x * 2 + y; }).features.gradient == 3);
}

TEST_CASE("the difference to the next tile counts") {
  const auto map = analysed(painted({128, 64}, 1, 8, [](auto x, auto, int) { return x < 64 ? 0U : 64U; }));
  CHECK(map.at(0, 0).features.gradient == 1);  // 64 in one of 64 columns
  CHECK(map.at(1, 0).features.gradient == 0);
  CHECK(map.at(1, 0).features.curvature == 1);
}

TEST_CASE("white noise loses half of its gradient at half size") {
  const TileFeatures noise =
      tile_of([](auto x, auto y, int) { return to_sample(128 + grain(x, y, 10)); }).features;
  CHECK(noise.gradient == doctest::Approx(2 * 10 * 2 / std::sqrt(3.14159)).epsilon(0.05));
  CHECK(noise.half_gradient == doctest::Approx(noise.gradient / 2).epsilon(0.05));
  CHECK(noise.curvature == doctest::Approx(2 * 10 * std::sqrt(6 * 2 / 3.14159)).epsilon(0.05));
  CHECK(noise.floor == doctest::Approx(noise.curvature).epsilon(0.2));
  CHECK(noise.floor < noise.curvature);
}

TEST_CASE("blocks are told apart: the strongest, the median, the flat ones and the quiet ones") {
  // A chessboard of 100 in every block below `noisy`, row by row.
  const auto with_noisy = [](std::uint32_t noisy) {
    return tile_of(
               [=](auto x, auto y, int) { return y / 8 * 8 + x / 8 < noisy && (x + y) % 2 == 1 ? 100U : 0U; })
        .features;
  };
  const TileFeatures one = with_noisy(1);
  CHECK(one.peak_gradient > 180);
  CHECK(one.peak_gradient <= 200);
  CHECK(one.median_block == 0);
  CHECK(one.floor == 0);
  CHECK(one.flat_share == doctest::Approx(63 / 64.0));
  CHECK(one.edge_share == 0);
  const TileFeatures most = with_noisy(40);
  CHECK(most.median_block == 200);
  CHECK(most.floor < 100);
  CHECK(most.flat_share == doctest::Approx(24 / 64.0));
  CHECK(with_noisy(56).floor > 300);
}

TEST_CASE("a block has an edge when it has a strong step between smooth sides") {
  const auto step_of = [](std::uint32_t height) {
    return tile_of([=](auto x, auto, int) { return x < 28 ? 60U : 60U + height; }).features.edge_share;
  };
  CHECK(step_of(100) == 8 / 64.0F);
  CHECK(step_of(20) == 0);
}

TEST_CASE("chroma is lost at half size where it changes within two pixels") {
  const auto stripes = [](std::uint32_t wide) {
    return tile_of([=](auto x, auto, int c) { return c == (x / wide % 2 == 0 ? 0 : 2) ? 255U : 0U; }, 3)
        .features;
  };
  // Red has (Cb, Cr) = (-43, 127.5), blue (127.5, -21).
  CHECK(stripes(1).chroma_loss == doctest::Approx(std::hypot(170.5 / 2, 148.5 / 2)).epsilon(0.02));
  CHECK(stripes(1).chroma_gradient == doctest::Approx(170.5 + 148.5).epsilon(0.02));
  CHECK(stripes(2).chroma_loss == 0);
  CHECK(stripes(2).chroma_gradient == doctest::Approx((170.5 + 148.5) / 2).epsilon(0.05));
}

TEST_CASE("detail in luma alone loses no chroma") {
  const TileFeatures noise = tile_of([](auto x, auto y, int) { return scatter(x, y) % 256; }, 3).features;
  CHECK(noise.gradient > 100);
  CHECK(noise.chroma_gradient == 0);
  CHECK(noise.chroma_loss == 0);
}

TEST_CASE("fine colour in one place counts nearly as much as everywhere") {
  const auto striped = [](std::uint32_t width) {
    return analysed(painted({4 * kTileSide, kTileSide}, 3, 8, [=](std::uint32_t x, std::uint32_t, int c) {
      return c == 0 && x < width && x % 2 == 0 ? 160U : 100U;
    }));
  };
  CHECK(striped(0).fine_colour() == 0);
  const double everywhere = striped(4 * kTileSide).fine_colour();
  CHECK(everywhere > 5);
  CHECK(striped(kTileSide).fine_colour() == doctest::Approx(everywhere * std::pow(0.25, 1.0 / 6)));
}

TEST_CASE("colours are counted: few exactly, many nearly") {
  const auto colours = [](std::uint32_t count) {
    return tile_of([=](auto x, auto y, int c) { return scatter((x + y * 64) % count, 0, c + 1U) % 256; }, 3)
        .features.colours;
  };
  CHECK(colours(1) == 1);
  CHECK(colours(2) == 2);
  CHECK(colours(20) == 20);
  CHECK(colours(250) == doctest::Approx(250).epsilon(0.02));
  CHECK(colours(1000) == doctest::Approx(1000).epsilon(0.05));
  CHECK(colours(4096) > 3400);
  CHECK(colours(4096) <= 4096);
}

TEST_CASE("tiles cover the picture, the last ones partly") {
  const auto map = analysed(painted({65, 200}, 1, 8, [](auto x, auto, int) { return x * 2; }));
  CHECK(map.columns == 2);
  CHECK(map.rows == 4);
  for (const Tile& tile : map.tiles) {
    CHECK(tile.features.gradient == 2);
    CHECK(tile.features.peak_gradient == 2);
    CHECK(tile.features.median_block == 2);
    CHECK(tile.features.curvature == 0);
  }
  CHECK(map.at(0, 3).features.luma == 63);
  CHECK(map.at(1, 0).features.luma == 128);
  CHECK(map.at(1, 3).features.colours == 1);
}

TEST_CASE("what lies beyond a partial tile does not count") {
  const auto noisy_but_corner = [](Size size) {
    return painted(size, 3, 8, [](auto x, auto y, int c) {
      return x >= 64 && y >= 64 ? 90U : scatter(x, y, static_cast<std::uint32_t>(c)) % 256;
    });
  };
  const auto map = analysed(noisy_but_corner({64 + 21, 64 + 13}));
  const TileFeatures corner = map.at(1, 1).features;
  CHECK(corner.luma == 90);
  CHECK(corner.gradient == 0);
  CHECK(corner.half_gradient == 0);
  CHECK(corner.flat_share == 1);
  CHECK(corner.chroma_loss == 0);
  CHECK(corner.colours == 1);
}

TEST_CASE("a picture of one pixel is flat, whatever its kind") {
  for (int channels = 1; channels <= 4; ++channels) {
    for (const int depth : {8, 16}) {
      const auto white = (1U << static_cast<unsigned>(depth)) - 1;
      const auto map = analysed(painted({1, 1}, channels, depth, [=](auto, auto, int) { return white; }), 4);
      REQUIRE(map.tiles.size() == 1);
      CHECK(map.at(0, 0).kind == RegionClass::flat);
      CHECK(map.at(0, 0).features.luma == 255);
      CHECK(map.at(0, 0).features.gradient == 0);
      CHECK(map.at(0, 0).features.colours == 1);
    }
  }
}

TEST_CASE("pictures of one row or column are analysed as they are") {
  for (const Size size : {Size{100, 1}, Size{1, 100}, Size{2, 2}, Size{3, 70}}) {
    const auto map = analysed(painted(size, 1, 8, [](auto x, auto y, int) { return x * 2 + y * 2; }));
    const bool line = size.width == 1 || size.height == 1;
    for (const Tile& tile : map.tiles) CHECK(tile.features.gradient == (line ? 2 : 4));
  }
}

TEST_CASE("a picture of any depth counts as its 8-bit twin") {
  const Size size{150, 100};
  for (int channels = 1; channels <= 4; ++channels) {
    const auto sample = [](auto x, auto y, int c) {
      return scatter(x / 3, y / 2, static_cast<std::uint32_t>(c)) % 256;
    };
    const RegionMap twin = analysed(painted(size, channels, 8, sample));
    for (int depth = 9; depth <= 16; ++depth) {
      const auto max = (1U << static_cast<unsigned>(depth)) - 1;
      const auto deep = painted(size, channels, depth,
                                [&](auto x, auto y, int c) { return rescale(sample(x, y, c), 255, max); });
      CHECK(same_map(analysed(deep), twin));
    }
  }
}

TEST_CASE("a grey picture counts as the same in RGB") {
  const auto grey = [](auto x, auto y, int) { return hills(x, y, 0); };
  CHECK(same_map(analysed(painted({130, 70}, 1, 8, grey)), analysed(painted({130, 70}, 3, 8, grey))));
}

TEST_CASE("translucent pixels count as laid over mid grey") {
  for (const int channels : {2, 4}) {
    const auto under = [=](std::uint32_t alpha) {
      return [=](auto x, auto y, int c) {
        return c == channels - 1 ? alpha : scatter(x, y, static_cast<std::uint32_t>(c)) % 256;
      };
    };
    const Tile hidden = tile_of(under(0), channels);
    CHECK(hidden.kind == RegionClass::flat);
    CHECK(hidden.features.luma == 128);
    CHECK(hidden.features.colours == 1);

    const TileFeatures opaque = tile_of(under(255), channels).features;
    const TileFeatures half = tile_of(under(128), channels).features;
    CHECK(half.gradient == doctest::Approx(opaque.gradient / 2).epsilon(0.02));
    CHECK(half.luma == doctest::Approx((opaque.luma + 128) / 2).epsilon(0.02));
  }
}

TEST_CASE("an opaque alpha channel changes nothing") {
  const auto sample = [](auto x, auto y, int c) {
    return c == 3 ? 255U : scatter(x, y, static_cast<std::uint32_t>(c)) % 256;
  };
  CHECK(same_map(analysed(painted({90, 70}, 4, 8, sample)), analysed(painted({90, 70}, 3, 8, sample))));
}

TEST_CASE("the number of threads changes nothing" * doctest::test_suite("threads")) {
  const auto picture = painted(
      {300, 500}, 3, 8, [](auto x, auto y, int c) { return x < 130 ? hills(x, y, c) : strokes(x, y, c); });
  const RegionMap one = analysed(picture, 1);
  for (const int threads : {0, 2, 3, 8, 100}) CHECK(same_map(analysed(picture, threads), one));
}

TEST_CASE("shares are of the tiles and add up to one") {
  const auto map = analysed(painted({256, 64}, 1, 8, [](auto x, auto y, int c) {
    return x < 128 ? 77U : x < 192 ? x : hills(x, y, c);
  }));
  const auto shares = map.shares();
  CHECK(shares[static_cast<std::size_t>(RegionClass::flat)] == 0.5);
  CHECK(shares[static_cast<std::size_t>(RegionClass::texture)] == 0.25);
  CHECK(std::accumulate(shares.begin(), shares.end(), 0.0) == 1.0);
  CHECK(RegionMap{}.shares()[0] == 0);
  CHECK_FALSE(RegionMap{}.is_graphic());
}

TEST_CASE("a page of writing is a graphic, and so is one with a photograph on it") {
  CHECK(analysed(painted({400, 400}, 3, 8, strokes)).is_graphic());
  const auto illustrated = painted({400, 400}, 3, 8, [](auto x, auto y, int c) {
    return x < 192 && y < 192 ? hills(x, y, c) : strokes(x, y, c);
  });
  CHECK(analysed(illustrated).is_graphic());
}

TEST_CASE("a photograph is none, even of a thing on pure white or in grey") {
  const auto scene = [](auto x, auto y, int c) {
    return y < 150 ? to_sample(150 + y * 0.3 + grain(x, y, 1)) : hills(x, y, c);
  };
  CHECK_FALSE(analysed(painted({400, 400}, 1, 8, scene)).is_graphic());
  CHECK_FALSE(analysed(painted({400, 400}, 3, 8, scene)).is_graphic());
  const auto product = [](auto x, auto y, int c) {
    const double dx = x - 200.0;
    const double dy = y - 200.0;
    return dx * dx + dy * dy < 130.0 * 130.0 ? hills(x, y + 1000 * static_cast<std::uint32_t>(c), c) : 255U;
  };
  CHECK_FALSE(analysed(painted({400, 400}, 3, 8, product)).is_graphic());
}

TEST_CASE("thin last tiles, which have few colours anyway, make no graphic of a photograph") {
  CHECK_FALSE(analysed(painted({65, 65}, 3, 8, hills)).is_graphic());
}

}  // namespace
}  // namespace frugal::adapt
