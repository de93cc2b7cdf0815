// Whatever the way to a score, its digits are the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "metric/kernels.hpp"
#include "metric/ssimulacra2.hpp"
#include "metric_fixture.hpp"
#include "ssimulacra2_fixture.hpp"

namespace frugal::metric {
namespace {

/// Of one to six scales, with one and with many regions, with full and partial tiles.
constexpr std::array kSizes{Size{8, 8},     Size{9, 140},   Size{65, 64},
                            Size{100, 300}, Size{191, 127}, Size{330, 210}};

/// Some damage everywhere, to alpha as well.
Image damaged(const Image& image) {
  return stepped(noisy(image, 9));
}

TEST_CASE("a prepared reference gives the digits of a direct comparison") {
  for (const Size size : kSizes) {
    for (const Content& content : kContents) {
      CAPTURE(size.width);
      CAPTURE(content.name);
      const Image image = content.make(size);
      const Image other = damaged(image);
      CHECK(same(scored(prepared(image), other).similarity(), compared(image, other)));
    }
  }
}

TEST_CASE("one reference serves several candidates") {
  const Image image = photo({200, 140});
  const Reference reference = prepared(image);
  const Image first = noisy(image, 9);
  const Image second = blurred(image);
  const Scored one = scored(reference, first);
  const Scored other = scored(reference, second);
  CHECK(same(one.similarity(), compared(image, first)));
  CHECK(same(other.similarity(), compared(image, second)));
  CHECK_FALSE(same(one.similarity(), other.similarity()));
}

TEST_CASE("threads change no digit of SSIMULACRA2" * doctest::test_suite("threads")) {
  for (const auto make : {photo, translucent_photo}) {
    for (const Size size : {Size{70, 60}, Size{330, 210}}) {
      const Image image = make(size);
      const Image other = damaged(image);
      const Similarity one = compared(image, other);
      for (const int threads : {2, 3, 8}) {
        CAPTURE(threads);
        CHECK(same(compared(image, other, threads), one));
        CHECK(same(scored(prepared(image, threads), other, threads).similarity(), one));
      }
    }
  }
}

TEST_CASE("every build of the kernels gives the same digits") {
  for (const Size size : kSizes) {
    for (const std::size_t number : {0U, 1U, 7U}) {
      const Content& content = kContents[number];
      const Image image = content.make(size);
      const Image other = damaged(image);
      const Similarity best = compared(image, other);
      for (const KernelSet& kernels : kernel_sets()) {
        CAPTURE(size.width);
        CAPTURE(content.name);
        CAPTURE(kernels.name);
        CHECK(same(compared(image, other, 1, kernels), best));
        CHECK(same(scored(prepared(image, 1, kernels), other).similarity(), best));
      }
    }
  }
}

/// Changes all samples within `area` for the `round`th time.
void spoil(Image& image, const Area& area, std::uint32_t round) {
  for (std::uint32_t y = area.y; y < area.y + area.height; ++y) {
    const auto row = image.samples<std::uint8_t>(y);
    for (std::uint32_t x = area.x; x < area.x + area.width; ++x) {
      for (int c = 0; c < image.channels(); ++c) {
        std::uint8_t& value =
            row[x * static_cast<std::size_t>(image.channels()) + static_cast<std::size_t>(c)];
        value = static_cast<std::uint8_t>(noisy(value ^ 32U, x + 1000 * round, y, c, 20));
      }
    }
  }
}

/// Spoils and updates one area after the other; each time the digits are to be those of a new comparison.
void check_updates(const Image& image, const std::vector<Area>& areas) {
  const Reference reference = prepared(image);
  Image candidate = damaged(image);
  Scored score = scored(reference, candidate);
  Similarity before = score.similarity();
  std::uint32_t round = 0;
  for (const Area& area : areas) {
    CAPTURE(area.x);
    CAPTURE(area.y);
    CAPTURE(area.width);
    CAPTURE(area.height);
    spoil(candidate, area, ++round);
    REQUIRE(score.update(area));
    CHECK(same(score.similarity(), compared(image, candidate)));
    CHECK_FALSE(same(score.similarity(), before));
    before = score.similarity();
  }
}

TEST_CASE("an update gives the digits of a new score, wherever the change was") {
  constexpr Size kSize{330, 210};
  const std::vector<Area> areas{
      {64, 64, 64, 64},    // a tile
      {0, 0, 64, 64},      // the first tile
      {50, 37, 101, 92},   // across tiles, at odd places
      {120, 55, 9, 10},    // across the corner of four tiles
      {320, 64, 10, 64},   // the last, partial tile of a row
      {64, 192, 64, 18},   // and of a column
      {320, 192, 10, 18},  // and of both
      {300, 190, 30, 20},  // across these
      {0, 0, 1, 1},        // the corners
      {329, 0, 1, 1},     {0, 209, 1, 1},
      {329, 209, 1, 1},   {127, 135, 1, 1},  // outside a region, within the blur's reach of it
      {136, 128, 1, 1},   {120, 50, 1, 1},
      {135, 50, 1, 1},    {0, 100, 330, 1},  // a line
      {0, 0, 330, 210},                      // all
  };
  check_updates(photo(kSize), areas);
  check_updates(translucent_photo(kSize), areas);
}

TEST_CASE("an update of a small picture gives the digits of a new score") {
  const std::vector<Area> areas{{0, 0, 3, 3}, {7, 7, 1, 1}, {2, 1, 5, 6}};
  for (const Size size :
       {Size{8, 8}, Size{9, 15}, Size{31, 33}, Size{100, 70}, Size{112, 140}, Size{129, 127}}) {
    CAPTURE(size.width);
    check_updates(photo(size), areas);
    check_updates(translucent_photo(size), {{0, 0, size.width, size.height}, {4, 4, 1, 1}});
    check_updates(photo(size), {{size.width - 1, size.height - 1, 1, 1}, {size.width - 5, 0, 5, 7}});
  }
}

TEST_CASE("a line of regions with few scales is kept up to date") {
  for (const Size size : {Size{9, 300}, Size{300, 16}, Size{400, 40}}) {
    CAPTURE(size.width);
    check_updates(photo(size), {{3, 5, 1, 1}, {size.width / 2, size.height / 2, 4, 4}});
    check_updates(photo(size), {{size.width - 1, size.height - 1, 1, 1}});
  }
}

TEST_CASE("an update takes in more than what was changed") {
  const Image image = photo({330, 210});
  Image candidate = damaged(image);
  const Reference reference = prepared(image);
  Scored score = scored(reference, candidate);
  spoil(candidate, {100, 100, 5, 5}, 1);
  spoil(candidate, {150, 120, 5, 5}, 2);
  REQUIRE(score.update({90, 90, 80, 60}));
  CHECK(same(score.similarity(), compared(image, candidate)));
}

TEST_CASE("an undone change leaves the first score") {
  const Image image = photo({200, 150});
  Image candidate = damaged(image);
  const Reference reference = prepared(image);
  Scored score = scored(reference, candidate);
  const Similarity before = score.similarity();
  const Area area{60, 60, 40, 40};
  spoil(candidate, area, 1);
  REQUIRE(score.update(area));
  CHECK(score.similarity().score < before.score);
  const Image again = damaged(image);
  for (std::uint32_t y = area.y; y < area.y + area.height; ++y)
    std::ranges::copy(again.samples<std::uint8_t>(y), candidate.samples<std::uint8_t>(y).begin());
  REQUIRE(score.update(area));
  CHECK(same(score.similarity(), before));
}

TEST_CASE("pictures of 16 bits are updated as well") {
  const Image image = photo({200, 150});
  const Reference reference = prepared(image);
  Image narrow = damaged(image);
  Image candidate = widened(narrow);
  Scored score = scored(reference, candidate);
  const Area area{100, 60, 70, 40};
  spoil(narrow, area, 1);
  const Image wide = widened(narrow);
  for (std::uint32_t y = area.y; y < area.y + area.height; ++y)
    std::ranges::copy(wide.samples<std::uint16_t>(y), candidate.samples<std::uint16_t>(y).begin());
  REQUIRE(score.update(area));
  CHECK(same(score.similarity(), compared(image, narrow)));
}

TEST_CASE("an update is refused where the picture became translucent, rather than left wrong") {
  const Image image = photo({200, 150});
  Image candidate = *Image::make(image.size(), 4, 8);
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const auto from = image.samples<std::uint8_t>(y);
    const auto to = candidate.samples<std::uint8_t>(y);
    for (std::size_t x = 0; x < image.width(); ++x) {
      std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(3 * x), 3,
                  to.begin() + static_cast<std::ptrdiff_t>(4 * x));
      to[4 * x + 3] = 255;
    }
  }
  const Reference reference = prepared(image);
  Scored score = scored(reference, candidate);
  candidate.samples<std::uint8_t>(20)[4 * 30 + 3] = 0;
  const auto refused = score.update({30, 20, 1, 1});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::unsupported);
}

}  // namespace
}  // namespace frugal::metric
