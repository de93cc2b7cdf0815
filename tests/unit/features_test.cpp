#include "adapt/features.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "pictures/pictures.hpp"

namespace frugal::adapt {
namespace {

constexpr std::size_t kOwn = kFeatures - kDifferences;  ///< those of the picture itself
constexpr Size kSize{512, 512};
constexpr std::size_t kHalf = 32;  ///< of kSize's 64 tiles

/// A tile with something of everything.
Tile plain_tile(float detail = 8) {
  Tile tile;
  tile.kind = RegionClass::texture;
  tile.features = {.luma = 100,
                   .gradient = detail,
                   .half_gradient = detail * 0.7F,
                   .peak_gradient = detail * 2,
                   .median_block = detail * 0.9F,
                   .curvature = detail * 0.5F,
                   .spread = 20,
                   .floor = 1,
                   .flat_share = 0.1F,
                   .edge_share = 0.2F,
                   .chroma_gradient = detail * 0.3F,
                   .chroma_loss = detail * 0.2F,
                   .colours = 500};
  return tile;
}

/// The first half of the tiles of one kind, the rest of another.
RegionMap map_of(const Tile& first, const Tile& second) {
  RegionMap map{8, 8, std::vector<Tile>(64, first)};
  std::fill(map.tiles.begin() + kHalf, map.tiles.end(), second);
  return map;
}

std::vector<std::uint32_t> indices(std::uint32_t from, std::uint32_t to, std::uint32_t step = 1) {
  std::vector<std::uint32_t> list;
  for (std::uint32_t i = from; i < to; i += step) list.push_back(i);
  return list;
}

bool same(const Features& a, const Features& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return std::abs(x - y) < 1e-9; });
}

RegionMap analysed(const Image& image) {
  auto map = analyse(image, 1);
  REQUIRE(map.has_value());
  return std::move(*map);
}

TEST_CASE("what is measured of the tiles and predicts is told on by the features") {
  using T = TileFeatures;
  const std::array members{&T::luma,         &T::gradient,        &T::half_gradient, &T::peak_gradient,
                           &T::median_block, &T::curvature,       &T::floor,         &T::flat_share,
                           &T::edge_share,   &T::chroma_gradient, &T::chroma_loss};
  const auto before = features_of(map_of(plain_tile(), plain_tile()), kSize, {});
  for (std::size_t i = 0; i < members.size(); ++i) {
    CAPTURE(i);
    auto changed = plain_tile();
    changed.features.*members[i] *= 1.5F;
    CHECK_FALSE(same(before, features_of(map_of(changed, changed), kSize, {})));
  }
  for (const auto kind : {RegionClass::flat, RegionClass::gradient}) {
    auto changed = plain_tile();
    changed.kind = kind;
    CHECK_FALSE(same(before, features_of(map_of(changed, changed), kSize, {})));
  }
}

TEST_CASE("a few tiles of strong detail count, not the mean alone") {
  const auto even = features_of(map_of(plain_tile(10), plain_tile(10)), kSize, {});
  auto map = map_of(plain_tile(8), plain_tile(8));
  for (std::size_t i = 0; i < 4; ++i) map.tiles[i] = plain_tile(40);  // the mean is 10 again
  const auto uneven = features_of(map, kSize, {});
  CHECK(std::abs(even[0] - uneven[0]) < 1e-6);
  CHECK_FALSE(same(even, uneven));
}

TEST_CASE("the order of the tiles does not count") {
  const auto one = map_of(plain_tile(2), plain_tile(20));
  const auto other = map_of(plain_tile(20), plain_tile(2));
  CHECK(same(features_of(one, kSize, {}), features_of(other, kSize, {})));
}

TEST_CASE("of the size, the number of pixels counts, and nothing else of it") {
  const auto map = map_of(plain_tile(2), plain_tile(20));
  const auto here = features_of(map, kSize, {});
  CHECK(same(here, features_of(map, {256, 1024}, {})));
  const auto larger = features_of(map, {1024, 1024}, {});
  std::size_t changed = 0;
  for (std::size_t i = 0; i < kFeatures; ++i) {
    if (here[i] == larger[i]) continue;
    ++changed;
    CHECK(larger[i] - here[i] == doctest::Approx(std::log(4)));
  }
  CHECK(changed == 1);
}

TEST_CASE("without a mosaic, and with one just like the whole, the differences are 0") {
  const auto map = map_of(plain_tile(2), plain_tile(20));
  const auto alone = features_of(map, kSize, {});
  CHECK(std::all_of(alone.begin() + kOwn, alone.end(), [](double value) { return value == 0; }));
  CHECK(same(alone, features_of(map, kSize, indices(0, 64, 2))));
}

TEST_CASE("a mosaic of more detail than the whole shows as such, and changes nothing else") {
  const auto map = map_of(plain_tile(2), plain_tile(20));
  const auto alone = features_of(map, kSize, {});
  const auto rich = features_of(map, kSize, indices(kHalf, 64));
  const auto poor = features_of(map, kSize, indices(0, kHalf));
  CHECK(std::equal(alone.begin(), alone.begin() + kOwn, rich.begin()));
  CHECK(rich[kOwn] < -0.3);  // whole less mosaic
  CHECK(poor[kOwn] > 0.3);
  for (std::size_t i = kOwn; i + 1 < kFeatures; ++i) {  // the last is of edges, alike in both
    CAPTURE(i);
    CHECK(rich[i] < 0);
    CHECK(poor[i] > 0);
  }
}

TEST_CASE("features are finite, whatever the picture") {
  for (const Size size : {Size{1, 1}, Size{7, 3}, Size{64, 64}, Size{65, 200}}) {
    for (const auto kind : {pictures::Kind::photo, pictures::Kind::flat, pictures::Kind::noise}) {
      for (const int channels : {1, 4}) {
        const auto image = pictures::make(
            {.kind = kind, .size = size, .channels = channels, .depth = channels == 1 ? 16 : 8});
        const auto map = analysed(image);
        const std::vector<std::uint32_t> mosaic{0};
        for (const double value : features_of(map, size, mosaic)) CHECK(std::isfinite(value));
      }
    }
  }
}

TEST_CASE("two landscapes are more alike than a landscape and a page of writing") {
  const Size size{384, 256};
  const auto photo = features_of(analysed(pictures::make({.size = size})), size, {});
  const auto other = features_of(analysed(pictures::make({.size = size, .seed = 2})), size, {});
  const auto text =
      features_of(analysed(pictures::make({.kind = pictures::Kind::text, .size = size})), size, {});
  const auto distance = [](const Features& a, const Features& b) {
    double sum = 0;
    for (std::size_t i = 0; i < kFeatures; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(sum);
  };
  CHECK(distance(photo, text) > 2 * distance(photo, other));
}

}  // namespace
}  // namespace frugal::adapt
