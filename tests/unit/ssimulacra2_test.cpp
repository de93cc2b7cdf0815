#include "metric/ssimulacra2.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "image/colour.hpp"
#include "metric/weights.hpp"
#include "metric_fixture.hpp"
#include "ssimulacra2_definition.hpp"
#include "ssimulacra2_fixture.hpp"

namespace frugal::metric {
namespace {

using codec::error_of;
using codec::mentions;

constexpr std::array kSizes{Size{8, 8},     Size{9, 15},    Size{16, 300},  Size{31, 33},   Size{64, 64},
                            Size{100, 100}, Size{112, 112}, Size{113, 113}, Size{120, 200}, Size{128, 128},
                            Size{129, 127}, Size{191, 193}, Size{255, 257}, Size{300, 513}};

bool near(double value, double expected, double tolerance = 0.005) {
  return std::abs(value - expected) <= tolerance;
}

double score_of(const Image& reference, const Image& distorted) {
  return compared(reference, distorted).score;
}

TEST_CASE("the definition these tests hold the score against agrees with another implementation of it") {
  const auto agrees = [](const Image& image, const Image& other, double expected) {
    return near(defined_score(image, other), expected, 1e-7);
  };
  CHECK(agrees(scene(), stepped_scene(), 73.65514215));
  CHECK(agrees(scene(), noisy_scene(), 77.90591296));
  CHECK(agrees(scene(), moved_scene(), 5.89492417));
  CHECK(agrees(made_translucent(scene()), made_translucent(stepped_scene()), 79.50855484));
  CHECK(agrees(made_translucent(scene()), scene(), -61.07486861));
  const Area three_scales{0, 0, 16, 150};
  CHECK(agrees(cropped(scene(), three_scales), cropped(moved_scene(), three_scales), 50.42051215));
  const Area four_scales{0, 0, 50, 60};
  CHECK(agrees(cropped(scene(), four_scales), cropped(stepped_scene(), four_scales), -39.61188459));
}

TEST_CASE("the score is the defined one at every size") {
  std::size_t which = 0;
  for (const Size size : kSizes) {
    for (int i = 0; i < 2; ++i, ++which) {
      const Content& content = kContents[which % kContents.size()];
      const Damage& damage = kDamages[which % kDamages.size()];
      CAPTURE(size.width);
      CAPTURE(size.height);
      CAPTURE(content.name);
      CAPTURE(damage.name);
      const Image image = content.make(size);
      const Image damaged = damage.apply(image);
      CHECK(near(score_of(image, damaged), defined_score(image, damaged)));
    }
  }
}

TEST_CASE("the score is the defined one whatever is shown and done to it") {
  for (const Size size : {Size{70, 60}, Size{131, 118}}) {  // five and six scales
    for (const Content& content : kContents) {
      for (const Damage& damage : kDamages) {
        CAPTURE(size.width);
        CAPTURE(content.name);
        CAPTURE(damage.name);
        const Image image = content.make(size);
        const Image damaged = damage.apply(image);
        CHECK(near(score_of(image, damaged), defined_score(image, damaged)));
      }
    }
  }
}

TEST_CASE("pictures with nothing in common score far below 0, as defined") {
  for (const Image& other :
       {negative_scene(), pictures::make({.kind = pictures::Kind::noise, .size = kSceneSize})}) {
    const double expected = defined_score(scene(), other);
    CHECK(expected < -100);
    CHECK(near(score_of(scene(), other), expected, std::abs(expected) * 1e-5));
  }
}

/// The score from the norms, with one weight for each.
double weighted(const std::vector<double>& norms, std::span<const double> weights) {
  return defined_score_of_sum(std::inner_product(norms.begin(), norms.end(), weights.begin(), 0.0));
}

TEST_CASE("the weights that are left out change no score by a thousandth") {
  std::vector<double> kept;
  for (int channel = 0; channel < kChannels; ++channel) {
    for (int scale = 0; scale < kMaxScales; ++scale) {
      const CellWeights weights = cell_weights(kMaxScales, channel, scale);
      kept.insert(kept.end(), weights.begin(), weights.end());
    }
  }
  for (const Content& content : kContents) {
    for (const Damage& damage : kDamages) {
      CAPTURE(content.name);
      CAPTURE(damage.name);
      const Image image = content.make({113, 113});
      const auto norms = defined_norms(image, damage.apply(image), 0.9);
      REQUIRE(norms.size() == all_weights().size());
      CHECK(near(weighted(norms, kept), weighted(norms, all_weights()), 0.001));
    }
  }
}

TEST_CASE("a borrowed reference gives the digits of a prepared one, and nothing but the score") {
  for (const bool translucent : {false, true}) {
    const Image reference = translucent ? made_translucent(scene()) : scene();
    const Image candidate = translucent ? made_translucent(noisy_scene()) : noisy_scene();
    auto prepared = Reference::prepare(reference, {}, 1);
    const Metadata metadata;
    auto borrowed = Reference::borrow(reference, metadata);
    REQUIRE(prepared.has_value());
    REQUIRE(borrowed.has_value());
    const auto expected = prepared->score(candidate, {}, 1);
    auto scored = borrowed->score(candidate, {}, 1);
    REQUIRE(expected.has_value());
    REQUIRE(scored.has_value());
    CHECK(scored->similarity().score == expected->similarity().score);
    const auto& regions = scored->similarity().regions;
    CHECK(std::ranges::equal(regions, expected->similarity().regions, {}, &RegionScore::score,
                             &RegionScore::score));
    CHECK(error_of(scored->update({0, 0, 8, 8})).kind == ErrorKind::unsupported);
    CHECK(error_of(scored->sensitivity(1)).kind == ErrorKind::unsupported);
    CHECK(error_of(scored->gradient(1)).kind == ErrorKind::unsupported);
  }
}

TEST_CASE("pictures gone through by rows have the digits of those kept whole, at every length") {
  for (const Size size : {Size{200, 2300}, Size{300, 127}, Size{131, 128}, Size{260, 129}, Size{257, 771},
                          Size{90, 500}, Size{700, 40}}) {
    CAPTURE(size.width);
    CAPTURE(size.height);
    const Image reference = photo(size);
    const Image candidate = kDamages.front().apply(reference);
    const auto expected = scored(prepared(reference), candidate).similarity();
    for (const int threads : {1, 3}) {
      CHECK(same(compared(reference, candidate, threads), expected));
      const Metadata metadata;
      const auto borrowed = Reference::borrow(reference, metadata);
      REQUIRE(borrowed.has_value());
      ImageRows rows(candidate);
      const auto by_rows = borrowed->score(rows, {}, threads);
      REQUIRE(by_rows.has_value());
      CHECK(same(*by_rows, expected));
    }
  }
}

TEST_CASE("rows that cannot be read end a comparison with their error") {
  const Image reference = photo({200, 400});
  const Metadata metadata;
  const auto borrowed = Reference::borrow(reference, metadata);
  REQUIRE(borrowed.has_value());
  class Torn : public ImageRows {
   public:
    using ImageRows::ImageRows;
    Result<void> read(Image& image, std::uint32_t first, std::uint32_t count) override {
      read_ += count;
      if (read_ > 300) return fail(ErrorKind::damaged, "torn");
      return ImageRows::read(image, first, count);
    }

   private:
    std::uint32_t read_ = 0;
  };
  Torn rows(reference);
  CHECK(error_of(borrowed->score(rows, {}, 1)).message == "torn");
  ImageRows whole(reference);
  CHECK(error_of(prepared(reference).score(whole, {}, 1)).kind == ErrorKind::unsupported);
  const Image other = photo({200, 401});
  ImageRows longer(other);
  CHECK(error_of(borrowed->score(longer, {}, 1)).kind == ErrorKind::usage);
}

TEST_CASE("identical pictures score exactly 100 in every region") {
  for (const Content& content : kContents) {
    for (const Size size : {Size{8, 8}, Size{90, 300}, Size{200, 131}}) {
      const Image image = content.make(size);
      const Similarity similarity = compared(image, image);
      CHECK(similarity.score == 100);
      CHECK(similarity.regions.size() == regions_of(size).size());
      for (const RegionScore& region : similarity.regions) CHECK(region.score == 100);
      CHECK(same(scored(prepared(image), image).similarity(), similarity));
    }
  }
}

TEST_CASE("pictures with a side under 8 pixels have no score") {
  for (const Size size : {Size{7, 200}, Size{200, 7}, Size{1, 1}}) {
    const Image image = photo(size);
    const Error error = error_of(ssimulacra2(image, {}, image, {}, 1));
    CHECK(error.kind == ErrorKind::usage);
    CHECK(mentions(error, std::to_string(size.width) + "x" + std::to_string(size.height)));
    CHECK(error_of(Reference::prepare(image, {}, 1)).kind == ErrorKind::usage);
  }
}

TEST_CASE("pictures of different sizes have no score") {
  const Image image = photo({40, 50});
  for (const Size size : {Size{50, 40}, Size{40, 51}, Size{39, 50}}) {
    const Image other = photo(size);
    const Error error = error_of(ssimulacra2(image, {}, other, {}, 1));
    CHECK(error.kind == ErrorKind::usage);
    CHECK(mentions(error, "40x50"));
    CHECK(mentions(error, std::to_string(size.width) + "x" + std::to_string(size.height)));
    CHECK(error_of(prepared(image).score(other, {}, 1)).kind == ErrorKind::usage);
  }
}

TEST_CASE("colours that have no meaning have no score") {
  const Image image = photo({40, 50});
  const Metadata hdr = with_code_points({9, 16, 9});
  CHECK(error_of(ssimulacra2(image, hdr, image, {}, 1)).kind == ErrorKind::unsupported);
  CHECK(error_of(ssimulacra2(image, {}, image, hdr, 1)).kind == ErrorKind::unsupported);
  CHECK(error_of(Reference::prepare(image, hdr, 1)).kind == ErrorKind::unsupported);
  CHECK(error_of(prepared(image).score(image, hdr, 1)).kind == ErrorKind::unsupported);
}

TEST_CASE("how the same picture is stored makes no difference") {
  const Size size{150, 140};
  const Image image = photo(size);
  CHECK(compared(image, widened(image)).score == 100);
  CHECK(compared(with_channels(image, 4), image).score == 100);
  const Image gray = kContents[6].make(size);
  for (const int channels : {2, 3, 4}) CHECK(compared(gray, with_channels(gray, channels)).score == 100);
  const Image damaged = noisy(image, 9);
  CHECK(same(compared(image, damaged), compared(widened(image), with_channels(damaged, 4))));
}

/// A picture of one colour and alpha.
Image sheet(std::uint32_t color, std::uint32_t alpha) {
  return codec::painted({120, 120}, 4, 8,
                        [=](std::uint32_t, std::uint32_t, int c) { return c == 3 ? alpha : color; });
}

TEST_CASE("the lower of two backgrounds' scores counts") {
  // Black and white that hardly cover show best on the ground of the other's kind.
  for (const std::uint32_t color : {0U, 255U}) {
    const Image clear = sheet(color, 0);
    const Image veil =
        changed(sheet(color, 60), [](std::uint32_t value, std::uint32_t x, std::uint32_t y, int c) {
          return c == 3 && (x / 8 + y / 8) % 2 == 0 ? 0 : value;
        });
    const auto on = [&](double background) {
      return weighted(defined_norms(clear, veil, background), all_weights());
    };
    CHECK((on(0.1) < on(0.9)) == (color == 255));
    CHECK(std::abs(on(0.1) - on(0.9)) > 5);
    const Similarity similarity = compared(clear, veil);
    CHECK(near(similarity.score, std::min(on(0.1), on(0.9))));
    CHECK(similarity.regions.front().score == similarity.score);
    CHECK(same(scored(prepared(clear), veil).similarity(), similarity));
  }
}

TEST_CASE("a translucent picture is compared with an opaque one on both backgrounds") {
  const Image clear = translucent_photo({70, 60});
  const Image opaque = photo({70, 60});
  const double expected = defined_score(clear, opaque);
  CHECK(expected < 50);
  CHECK(near(compared(clear, opaque).score, expected));
  CHECK(near(scored(prepared(clear), opaque).similarity().score, expected));
  const double other_way = defined_score(opaque, clear);
  CHECK(near(compared(opaque, clear).score, other_way));
  CHECK(near(scored(prepared(opaque), clear).similarity().score, other_way));
}

TEST_CASE("what transparency hides does not count") {
  const Image image = kContents[8].make({130, 120});  // cut out, nothing half transparent
  const Image other = changed(image, [&](std::uint32_t value, std::uint32_t x, std::uint32_t y, int c) {
    return c == 0 && sample(image, x, y, 1) == 0 ? 255 - value : value;
  });
  CHECK(compared(image, other).score == 100);
}

/// The sRGB picture's colours, with 16 bits, under Display P3's primaries and a plain power curve.
Image as_wide_gamut(const Image& image, double gamma) {
  // The matrix in CSS Color 4, section 18, all of whose results lie in [0, 1].
  constexpr std::array<std::array<double, 3>, 3> kToP3{{{0.8224619688, 0.1775380313, 0},
                                                        {0.0331941989, 0.9668058012, 0},
                                                        {0.0170826307, 0.0723974407, 0.9105199287}}};
  return codec::painted(image.size(), 3, 16, [&](std::uint32_t x, std::uint32_t y, int c) {
    double light = 0;
    for (int from = 0; from < 3; ++from) {
      const double coded = sample(image, x, y, from) / 255.;
      const double own = coded <= 0.04045 ? coded / 12.92 : std::pow((coded + 0.055) / 1.055, 2.4);
      light += kToP3[static_cast<std::size_t>(c)][static_cast<std::size_t>(from)] * own;
    }
    return static_cast<std::uint32_t>(std::lround(65535 * std::pow(std::clamp(light, 0.0, 1.0), 1 / gamma)));
  });
}

TEST_CASE("the same colours under another profile look the same") {
  constexpr Chromaticities kP3{{0.3127, 0.3290}, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
  for (const double gamma : {1.8, 2.2}) {
    const Metadata described = with_profile(gamma_profile(kP3, gamma));
    for (const auto& content : {kContents[0], kContents[5]}) {
      CAPTURE(gamma);
      CAPTURE(content.name);
      const Image image = content.make({150, 140});
      const Image wide = as_wide_gamut(image, gamma);
      const auto right = ssimulacra2(image, {}, wide, described, 1);
      REQUIRE(right.has_value());
      CHECK(right->score > 99);
      const auto swapped = ssimulacra2(wide, described, image, {}, 1);
      REQUIRE(swapped.has_value());
      CHECK(swapped->score > 99);
      CHECK(compared(image, wide).score < 90);
      CHECK(prepared(image).score(wide, described, 1)->similarity().score == right->score);
    }
  }
}

}  // namespace
}  // namespace frugal::metric
