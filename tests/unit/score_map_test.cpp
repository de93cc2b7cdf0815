#include "cli/score_map.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/score_colour.hpp"
#include "image/compare.hpp"
#include "pictures/pictures.hpp"

using namespace frugal;
using cli::Rgb;

namespace {

double lightness(Rgb colour) {
  return 0.2126 * colour.red + 0.7152 * colour.green + 0.0722 * colour.blue;
}

Rgb pixel(const Image& image, std::uint32_t x, std::uint32_t y) {
  const auto* at = image.row(y) + std::size_t{x} * 3;
  return {at[0], at[1], at[2]};
}

/// Every region of a picture of that size with the score 85, but for one.
metric::Similarity similarity(Size size, std::size_t worst, double score) {
  metric::Similarity result{84, {}};
  for (const auto& area : metric::regions_of(size)) result.regions.push_back({85, area});
  result.regions.at(worst).score = score;
  return result;
}

Image map_of(const Image& picture, const metric::Similarity& scores) {
  auto map = cli::score_map(picture, scores);
  REQUIRE(map.has_value());
  return std::move(*map);
}

/// A grey picture, so that all that has a hue is the map's.
Image grey(Size size) {
  return pictures::make({.kind = pictures::Kind::photo, .size = size, .channels = 1});
}

}  // namespace

TEST_CASE("a worse score has a lighter colour, between the ends of the scale") {
  for (double score = 50; score < 90; score += 0.5) {
    CHECK(lightness(cli::score_colour(score)) > lightness(cli::score_colour(score + 0.5)));
  }
  CHECK(cli::score_colour(-300) == cli::score_colour(50));
  CHECK(cli::score_colour(100) == cli::score_colour(90));
  const auto good = cli::score_colour(90);
  CHECK(good.blue > 2 * good.red);  // dark blue
  const auto bad = cli::score_colour(50);
  CHECK(bad.red > 200);  // yellow
  CHECK(bad.green > 200);
  CHECK(bad.blue < 150);
}

TEST_CASE("a tile has the mean score of the regions that cover it") {
  // Two windows beside each other share the tile in the middle; the last tile takes what is left of the row.
  const auto tiles = cli::tile_scores({{80, {0, 0, 128, 100}}, {60, {64, 0, 136, 100}}}, {200, 100});
  CHECK(tiles.columns == 3);
  CHECK(tiles.rows == 1);
  CHECK(tiles.scores == std::vector<double>{80, 70, 60});
}

TEST_CASE("every tile of any size of picture is covered") {
  for (const std::uint32_t width : {8U, 63U, 64U, 127U, 128U, 129U, 191U, 192U, 255U, 1000U}) {
    for (const std::uint32_t height : {8U, 130U, 200U}) {
      const Size size{width, height};
      const auto tiles = cli::tile_scores(similarity(size, 0, 85).regions, size);
      CAPTURE(width);
      CAPTURE(height);
      REQUIRE(tiles.scores.size() == std::size_t{tiles.columns} * tiles.rows);
      for (const double score : tiles.scores) CHECK(score == 85);
    }
  }
}

TEST_CASE("the map stands where the picture does, with the legend below it") {
  const auto map = map_of(grey({768, 512}), similarity({768, 512}, 0, 60));
  CHECK(map.channels() == 3);
  CHECK(map.depth() == 8);
  CHECK(map.width() == 768);
  CHECK(map.height() > 512);
  CHECK(map.height() < 600);
}

TEST_CASE("a picture in a score's colour is lit by its own brightness, and keeps the order of scores") {
  const auto fine = cli::score_colour(90);
  const auto poor = cli::score_colour(50);
  CHECK(lightness(cli::lit(1, fine)) > lightness(cli::lit(0, fine)));
  CHECK(lightness(cli::lit(0, poor)) > lightness(cli::lit(1, fine)));
}

TEST_CASE("small pictures are magnified and large ones reduced, by whole factors") {
  CHECK(map_of(grey({100, 80}), similarity({100, 80}, 0, 60)).width() == 600);
  CHECK(map_of(grey({512, 100}), similarity({512, 100}, 0, 60)).width() == 512);
  CHECK(map_of(grey({2048, 100}), similarity({2048, 100}, 0, 60)).width() == 2048);
  CHECK(map_of(grey({2049, 100}), similarity({2049, 100}, 0, 60)).width() == 1025);
  CHECK(map_of(grey({9, 300}), similarity({9, 300}, 0, 60)).height() > 600);
}

TEST_CASE("the worst region is framed in white, and is the only one that is") {
  const Size size{640, 512};
  const auto regions = metric::regions_of(size);
  const auto worst = regions.size() / 2;
  const auto map = map_of(grey(size), similarity(size, worst, 40));
  const auto area = regions[worst];
  constexpr Rgb kWhite{255, 255, 255};
  for (std::uint32_t step = 2; step + 2 < area.width; ++step) {
    CHECK(pixel(map, area.x + step, area.y + 1) == kWhite);
    CHECK(pixel(map, area.x + area.width - 2, area.y + step) == kWhite);
  }
  CHECK(pixel(map, area.x + 10, area.y + 10) != kWhite);
  CHECK(pixel(map, 1, 1) != kWhite);
}

TEST_CASE("the tiles of a bad region stand out by hue from those of good ones") {
  const Size size{640, 512};
  const auto map = map_of(grey(size), similarity(size, 0, -50));
  const auto bad = pixel(map, 10, 10);
  const auto good = pixel(map, 600, 10);
  CHECK(bad.green > bad.blue);
  CHECK(good.blue > good.green);
}

TEST_CASE("what the tiles say changes with their scores, and the legend with the picture's") {
  const Size size{512, 512};
  auto scores = similarity(size, 0, 60);
  const auto first = map_of(grey(size), scores);
  CHECK(same_pixels(first, map_of(grey(size), scores)));
  scores.score = 83;
  const auto second = map_of(grey(size), scores);
  CHECK_FALSE(same_pixels(first, second));
  CHECK(std::equal(first.row(0), first.row(512), second.row(0)));  // above the legend nothing changed
}

TEST_CASE("every kind of picture can be drawn over") {
  for (const int channels : {1, 2, 3, 4}) {
    for (const int depth : {8, 10, 16}) {
      const auto picture = pictures::make({.size = {300, 200}, .channels = channels, .depth = depth});
      const auto map = map_of(picture, similarity({300, 200}, 0, 12.5));
      CHECK(map.width() == 600);
    }
  }
}

TEST_CASE("the smallest picture that has a score has a map") {
  const auto map = map_of(grey({8, 8}), similarity({8, 8}, 0, -1234.5));
  CHECK(map.width() == 512);
}
