#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "metric/ssimulacra2.hpp"
#include "ssimulacra2_fixture.hpp"

namespace frugal::metric {
namespace {

bool covers(const Area& area, std::uint32_t x, std::uint32_t y) {
  return x >= area.x && x < area.x + area.width && y >= area.y && y < area.y + area.height;
}

/// (Left, width) of the regions along a side.
using Along = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

Along along(std::uint32_t side) {
  Along all;
  for (const Area& area : regions_of({side, 8})) all.emplace_back(area.x, area.width);
  return all;
}

TEST_CASE("regions are windows of 128 pixels on a grid of 64, the last up to the edge") {
  CHECK(along(8) == Along{{0, 8}});
  CHECK(along(127) == Along{{0, 127}});
  CHECK(along(128) == Along{{0, 128}});
  CHECK(along(191) == Along{{0, 191}});
  CHECK(along(192) == Along{{0, 128}, {64, 128}});
  CHECK(along(255) == Along{{0, 128}, {64, 191}});
  CHECK(along(256) == Along{{0, 128}, {64, 128}, {128, 128}});
  CHECK(along(400) == Along{{0, 128}, {64, 128}, {128, 128}, {192, 128}, {256, 144}});
}

TEST_CASE("regions follow each other row by row") {
  CHECK(regions_of({200, 300}) == std::vector<Area>{{0, 0, 128, 128},
                                                    {64, 0, 136, 128},
                                                    {0, 64, 128, 128},
                                                    {64, 64, 136, 128},
                                                    {0, 128, 128, 172},
                                                    {64, 128, 136, 172}});
}

TEST_CASE("regions cover every pixel and end within the picture") {
  for (const Size size : {Size{9, 15}, Size{130, 64}, Size{191, 192}, Size{333, 257}}) {
    const auto regions = regions_of(size);
    for (const Area& area : regions) {
      CHECK(area.x % 64 == 0);
      CHECK(area.y % 64 == 0);
      CHECK(area.x + area.width <= size.width);
      CHECK(area.y + area.height <= size.height);
      CHECK(area.width >= std::min(size.width, 128U));
      CHECK(area.height >= std::min(size.height, 128U));
      CHECK(std::max(area.width, area.height) < 192);
    }
    std::size_t bare = 0;
    for (std::uint32_t y = 0; y < size.height; ++y) {
      for (std::uint32_t x = 0; x < size.width; ++x)
        bare += std::ranges::none_of(regions, [&](const Area& area) { return covers(area, x, y); });
    }
    CHECK(bare == 0);
  }
}

TEST_CASE("a similarity has the regions of its size") {
  for (const Size size : {Size{20, 30}, Size{300, 100}, Size{200, 260}}) {
    const Image image = photo(size);
    const Similarity similarity = compared(image, noisy(image, 9));
    const auto expected = regions_of(size);
    CHECK(std::ranges::equal(similarity.regions, expected, {}, &RegionScore::area));
  }
}

TEST_CASE("one region that is the whole picture has the picture's score") {
  for (const Size size : {Size{8, 8}, Size{100, 120}, Size{191, 150}}) {
    const Image image = photo(size);
    const Similarity similarity = compared(image, stepped(image));
    CHECK(similarity.score < 95);
    CHECK(similarity.regions.size() == 1);
    CHECK(similarity.worst().score == similarity.score);
  }
}

/// How far the regions' scores are from those of the crops.
struct Distances {
  double most = 0;
  double mean = 0;
};

Distances from_crops(const Image& image, const Image& damaged) {
  const Similarity similarity = compared(image, damaged);
  REQUIRE(similarity.regions.size() > 1);
  Distances distances;
  for (const RegionScore& region : similarity.regions) {
    const double alone = compared(cropped(image, region.area), cropped(damaged, region.area)).score;
    const double distance = std::abs(region.score - alone);
    distances.most = std::max(distances.most, distance);
    distances.mean += distance / static_cast<double>(similarity.regions.size());
  }
  return distances;
}

TEST_CASE("a region scores what the two pictures cropped to it score") {
  for (const std::size_t content : {0U, 1U, 7U}) {
    for (const std::size_t damage : {0U, 2U, 4U}) {
      CAPTURE(kContents[content].name);
      CAPTURE(kDamages[damage].name);
      const Image image = kContents[content].make({400, 330});
      const Distances distances = from_crops(image, kDamages[damage].apply(image));
      CHECK(distances.most < 1);
      CHECK(distances.mean < 0.3);
    }
  }
}

TEST_CASE("a narrow picture's regions score about what the crops score") {
  for (const Size size : {Size{9, 300}, Size{300, 16}, Size{90, 300}}) {
    for (const std::size_t content : {0U, 1U, 5U, 7U}) {
      for (const Damage& damage : kDamages) {
        CAPTURE(size.width);
        CAPTURE(kContents[content].name);
        CAPTURE(damage.name);
        const Image image = kContents[content].make(size);
        const Distances distances = from_crops(image, damage.apply(image));
        CHECK(distances.most < 2);
        CHECK(distances.mean < 0.8);
      }
    }
  }
}

TEST_CASE("the worst region is where the damage is") {
  const Image image = photo({400, 330});
  for (const auto [x, y] :
       {std::array{0U, 0U}, std::array{200U, 130U}, std::array{368U, 10U}, std::array{380U, 310U}}) {
    CAPTURE(x);
    CAPTURE(y);
    const Image damaged =
        changed(noisy(image, 1), [=](std::uint32_t value, std::uint32_t px, std::uint32_t py, int c) {
          return covers({x, y, 20, 20}, px, py) ? noisy(value, px, py, c, 60) : value;
        });
    const Similarity similarity = compared(image, damaged);
    const RegionScore& worst = similarity.worst();
    CHECK(covers(worst.area, x + 10, y + 10));
    CHECK(worst.score < similarity.score - 5);
    for (const RegionScore& region : similarity.regions) {
      CHECK(region.score >= worst.score);
      const bool is_touched = region.area.x < x + 20 + 8 && x < region.area.x + region.area.width + 8 &&
                              region.area.y < y + 20 + 8 && y < region.area.y + region.area.height + 8;
      if (!is_touched) CHECK(region.score > worst.score + 10);
    }
  }
}

TEST_CASE("of equally bad regions the worst is the first") {
  Similarity similarity{80, {{90, {0, 0, 1, 1}}, {70, {1, 0, 1, 1}}, {70, {2, 0, 1, 1}}}};
  CHECK(similarity.worst().area == Area{1, 0, 1, 1});
}

}  // namespace
}  // namespace frugal::metric
