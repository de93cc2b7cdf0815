#include "adapt/mosaic.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <set>
#include <utility>
#include <vector>

#include "codec_fixture.hpp"
#include "pictures/pictures.hpp"

namespace frugal::adapt {
namespace {

/// Tiles of one class and detail each, as `kind_of(index)` says.
template <class KindOf>
RegionMap map_of(Size size, const KindOf& kind_of) {
  RegionMap map{(size.width + kTileSide - 1) / kTileSide, (size.height + kTileSide - 1) / kTileSide, {}};
  for (std::uint32_t i = 0; i < map.columns * map.rows; ++i) {
    Tile tile;
    tile.kind = kind_of(i);
    map.tiles.push_back(tile);
  }
  return map;
}

RegionMap even_map(Size size) {
  return map_of(size, [](std::uint32_t) { return RegionClass::texture; });
}

std::optional<Mosaic> drawn(const Image& image, const RegionMap& regions, Part part = Part::half) {
  auto mosaic = draw_mosaic(image, {}, regions, part, 1);
  REQUIRE(mosaic.has_value());
  return std::move(*mosaic);
}

/// How many tiles go into a picture's mosaic; 0: there is none.
std::size_t tiles_of(Size size, Part part = Part::half) {
  const auto image = pictures::make({.kind = pictures::Kind::flat, .size = size, .channels = 1});
  const auto mosaic = drawn(image, even_map(size), part);
  return mosaic ? mosaic->tiles.size() : 0;
}

/// True when the mosaic's tile `i` is the picture's, row by row.
bool is_copy(const Mosaic& mosaic, std::uint32_t i, const Image& image, std::uint32_t columns) {
  const std::size_t tile_bytes = image.row_bytes() / image.width() * kTileSide;
  const std::uint32_t across = mosaic.image.width() / kTileSide;
  const std::uint32_t tile = mosaic.tiles[i];
  for (std::uint32_t y = 0; y < kTileSide; ++y) {
    const auto* here = mosaic.image.row(i / across * kTileSide + y) + i % across * tile_bytes;
    const auto* there = image.row(tile / columns * kTileSide + y) + tile % columns * tile_bytes;
    if (std::memcmp(here, there, tile_bytes) != 0) return false;
  }
  return true;
}

TEST_CASE("a mosaic's tiles are the picture's, pixel for pixel, of any shape and depth") {
  for (const auto& [channels, depth] :
       {std::pair{3, 8}, std::pair{4, 8}, std::pair{1, 8}, std::pair{3, 16}}) {
    CAPTURE(channels);
    CAPTURE(depth);
    const Size size{500, 400};
    const auto image = pictures::make({.size = size, .channels = channels, .depth = depth});
    const auto regions = analyse(image, 1);
    REQUIRE(regions.has_value());
    const auto mosaic = drawn(image, *regions);
    REQUIRE(mosaic.has_value());
    CHECK(mosaic->image.channels() == channels);
    CHECK(mosaic->image.depth() == depth);
    CHECK(mosaic->image.pixels() == mosaic->tiles.size() * kTileSide * kTileSide);
    for (std::uint32_t i = 0; i < mosaic->tiles.size(); ++i) {
      CAPTURE(i);
      CHECK(is_copy(*mosaic, i, image, regions->columns));
    }
  }
}

TEST_CASE("no tile is drawn twice, and none that the picture's edge cuts off") {
  const Size size{630, 470};  // the last column and row are partial
  const auto image = pictures::make({.kind = pictures::Kind::flat, .size = size});
  const auto regions = even_map(size);
  const auto mosaic = drawn(image, regions);
  REQUIRE(mosaic.has_value());
  CHECK(std::ranges::is_sorted(mosaic->tiles));
  CHECK(std::set(mosaic->tiles.begin(), mosaic->tiles.end()).size() == mosaic->tiles.size());
  for (const auto tile : mosaic->tiles) {
    CHECK(tile % regions.columns < size.width / kTileSide);
    CHECK(tile / regions.columns < size.height / kTileSide);
  }
}

TEST_CASE("every class has the share in the mosaic that it has in the picture") {
  const Size size{1024, 1024};
  const auto image = pictures::make({.kind = pictures::Kind::flat, .size = size, .channels = 1});
  // In stripes, which tiles drawn at even distances would hit or miss.
  const auto regions = map_of(size, [](std::uint32_t i) {
    return std::array{RegionClass::flat, RegionClass::flat, RegionClass::edge, RegionClass::noise}[i % 4];
  });
  for (const auto part : {Part::half, Part::quarter}) {
    const auto mosaic = drawn(image, regions, part);
    REQUIRE(mosaic.has_value());
    std::array<double, kRegionClasses> shares{};
    for (const auto tile : mosaic->tiles) {
      shares[static_cast<std::size_t>(regions.tiles[tile].kind)] +=
          1.0 / static_cast<double>(mosaic->tiles.size());
    }
    for (std::size_t i = 0; i < kRegionClasses; ++i) {
      CAPTURE(i);
      CHECK(shares[i] == doctest::Approx(regions.shares()[i]).epsilon(0.05));
    }
  }
}

TEST_CASE("within a class, tiles of all degrees of detail are drawn") {
  const Size size{640, 640};
  const auto image = pictures::make({.kind = pictures::Kind::flat, .size = size, .channels = 1});
  auto regions = even_map(size);
  double mean = 0;
  for (std::size_t i = 0; i < regions.tiles.size(); ++i) {
    auto& gradient = regions.tiles[i].features.gradient;
    gradient = static_cast<float>(i * 37 % 100);
    mean += double{gradient} / static_cast<double>(regions.tiles.size());
  }
  const auto mosaic = drawn(image, regions, Part::quarter);
  REQUIRE(mosaic.has_value());
  double drawn_mean = 0;
  for (const auto tile : mosaic->tiles) {
    drawn_mean += double{regions.tiles[tile].features.gradient} / static_cast<double>(mosaic->tiles.size());
  }
  CHECK(drawn_mean == doctest::Approx(mean).epsilon(0.03));
}

TEST_CASE("a picture of few whole tiles has no mosaic") {
  CHECK(tiles_of({64, 64}) == 0);
  CHECK(tiles_of({320, 256}) == 0);
  CHECK(tiles_of({383, 319}) == 0);  // 24 whole tiles take a pixel more each way
  CHECK(tiles_of({384, 256}) >= 12);
  CHECK(tiles_of({7, 3}) == 0);
}

TEST_CASE("half is more than a quarter, and either is about what it says") {
  const Size size{640, 640};  // 100 tiles
  const auto half = tiles_of(size, Part::half);
  const auto quarter = tiles_of(size, Part::quarter);
  CHECK(half > quarter);
  CHECK(half <= 50);
  CHECK(half >= 42);
  CHECK(quarter <= 25);
  CHECK(quarter >= 20);
}

TEST_CASE("a large picture's mosaic is no larger than is needed") {
  const auto most = tiles_of({1600, 1600});
  CHECK(most <= 120);
  CHECK(most >= 100);
  CHECK(tiles_of({1920, 1920}) == most);
  CHECK(tiles_of({1920, 1920}, Part::quarter) == most);
}

TEST_CASE("a mosaic is nearly square, and its own reference") {
  const Size size{1600, 128};  // a panorama of 25 × 2 tiles
  const auto image = pictures::make({.size = size});
  const auto mosaic = drawn(image, even_map(size));
  REQUIRE(mosaic.has_value());
  CHECK(mosaic->image.width() <= 2 * mosaic->image.height());
  CHECK(mosaic->image.height() <= 2 * mosaic->image.width());
  const auto scored = mosaic->reference.score(mosaic->image, {}, 1);
  REQUIRE(scored.has_value());
  CHECK(scored->similarity().score == doctest::Approx(100));
}

}  // namespace
}  // namespace frugal::adapt
