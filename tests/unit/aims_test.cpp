// What is asked of a result, and the way to it, by pictures whose curves are made up.
#include "adapt/aims.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <span>

#include "codec/codec.hpp"
#include "pictures/pictures.hpp"

namespace frugal::adapt {
namespace {

constexpr Size kPicture{1000, 800};

Step full(double quality, double score, double worst, std::uint64_t bytes) {
  Step step;
  step.params.quality = quality;
  step.params.chroma = codec::Chroma::half;
  step.score = score;
  step.worst = worst;
  step.bytes = bytes;
  return step;
}

Wanted wanted(const Goal& goal, int effort = 5, bool graphic = false) {
  return {goal, codec::of(codec::Format::jpeg), effort, graphic};
}

/// A picture that is so many points harder than the model thinks, and takes so many times the bytes.
struct Picture {
  Prediction usual;
  double harder = 0;
  double larger = 1;

  Step coded(double quality) const {
    const double score = 100 - std::exp(usual.at(Curve::loss, quality).mean) - harder;
    const double worst = 100 - std::exp(usual.at(Curve::worst_loss, quality).mean) - harder;
    const double bits = std::exp(usual.at(Curve::size, quality).mean) * larger;
    return full(quality, score, worst,
                static_cast<std::uint64_t>(bits * kPicture.width * kPicture.height / 8));
  }
};

const Features& features() {
  static const auto told = [] {
    const Size size{384, 256};
    const auto regions = analyse(pictures::make({.size = size}), 1);
    REQUIRE(regions.has_value());
    return features_of(*regions, size, {});
  }();
  return told;
}

Prediction usual(codec::Chroma chroma = codec::Chroma::half) {
  return {*model_of(codec::Format::jpeg, chroma, false), features()};
}

Aims aims(const Wanted& wanted, bool drafted = false) {
  Aims aims(wanted, codec::of(codec::Format::jpeg), kPicture, false, 0, drafted);
  aims.add(codec::Chroma::half, usual());
  return aims;
}

TEST_CASE("a result meets what is asked by its score and its worst region, and by losing nothing") {
  const auto goal = wanted({.score = 80, .region_floor = 75});
  CHECK(goal.meets(full(50, 80, 75, 1)));
  CHECK_FALSE(goal.meets(full(50, 79.9, 79, 1)));
  CHECK_FALSE(goal.meets(full(50, 85, 74.9, 1)));
  auto step = full(50, 0, 0, 1);
  step.kind = Step::Kind::lossless;
  CHECK(goal.meets(step));
}

TEST_CASE("what was only a try meets nothing") {
  const auto goal = wanted({.score = 80, .region_floor = 75});
  for (const auto kind : {Step::Kind::probe, Step::Kind::draft}) {
    auto step = full(50, 99, 99, 1);
    step.kind = kind;
    CHECK_FALSE(goal.meets(step));
  }
}

TEST_CASE("where decoders differ, that much more is asked for") {
  const auto& avif = codec::of(codec::Format::avif);
  REQUIRE(avif.decoder_spread > 0);
  const Wanted goal({.score = 80, .region_floor = 75}, avif, 5, false);
  CHECK_FALSE(goal.meets(full(50, 80, 80, 1)));
  CHECK(goal.meets(full(50, 80 + avif.decoder_spread, 80, 1)));
}

TEST_CASE("close enough is nearer with more effort, and farther for what is drawn") {
  const Goal goal{.score = 80, .region_floor = 75};
  const auto step = full(50, 81, 79, 1);
  CHECK(wanted(goal).is_met_closely(step));
  CHECK_FALSE(wanted(goal, 9).is_met_closely(step));
  const auto farther = full(50, 82.5, 79, 1);
  CHECK_FALSE(wanted(goal).is_met_closely(farther));
  CHECK(wanted(goal, 5, true).is_met_closely(farther));
  CHECK(wanted(goal).is_met_closely(full(50, 90, 75.5, 1)));  // the worst region decides
}

TEST_CASE("where a size is given, a file that nearly uses it up is close enough, and the better score wins") {
  const auto goal = wanted({.score = {}, .region_floor = 0, .max_bytes = 1000});
  CHECK(goal.for_size);
  CHECK(goal.is_met_closely(full(50, 60, 50, 990)));
  CHECK_FALSE(goal.is_met_closely(full(50, 60, 50, 900)));
  CHECK_FALSE(goal.is_met_closely(full(50, 60, 50, 1001)));
  CHECK(goal.is_better(full(50, 61, 50, 990), full(50, 60, 50, 10)));
  CHECK(wanted({.score = 80}).is_better(full(50, 61, 50, 10), full(50, 99, 99, 11)));
}

TEST_CASE("aims come to a close result in few encodes, whatever the model did not know") {
  for (const double harder : {-6.0, -2.0, 0.0, 3.0, 8.0}) {
    for (const bool drafted : {false, true}) {
      CAPTURE(harder);
      CAPTURE(drafted);
      const auto goal = wanted({.score = 80, .region_floor = 60});
      auto way = aims(goal, drafted);
      const Picture picture{usual(), harder, 1.3};
      int encodes = 0;
      for (; encodes < kMostEncodes; ++encodes) {
        const auto* mode = way.likely();
        REQUIRE(mode != nullptr);
        const auto step = picture.coded(way.at(*mode).quality);
        way.learn(step);
        if (goal.is_met_closely(step)) break;
      }
      CHECK(encodes < kMostEncodes - 1);
    }
  }
}

TEST_CASE("aims lie between what was too little and what was enough, until nothing is left between them") {
  const auto goal = wanted({.score = 80, .region_floor = 0});
  auto way = aims(goal);
  way.learn(full(40, 70, 60, 50'000));
  way.learn(full(60, 90, 80, 90'000));
  const auto* mode = way.likely();
  REQUIRE(mode != nullptr);
  const double between = way.at(*mode).quality;
  CHECK(between > 40);
  CHECK(between < 60);
  CHECK_FALSE(way.is_settled(*mode));
  way.learn(full(59.75, 79, 70, 89'000));
  CHECK(way.is_settled(way.modes().front()));
  CHECK(way.at(way.modes().front()).chance < 0);
}

TEST_CASE("where a size is given instead, the bounds are set anew by what fits") {
  auto goal = wanted({.score = 80, .region_floor = 0, .max_bytes = 60'000});
  auto way = aims(goal);
  const std::array done{full(40, 82, 80, 50'000), full(60, 90, 85, 90'000)};
  for (const auto& step : done) way.learn(step);
  CHECK(way.at(way.modes().front()).quality < 40);
  goal.for_size = true;
  way.bound_again(done);
  const double quality = way.at(way.modes().front()).quality;
  CHECK(quality > 40);
  CHECK(quality < 60);
}

TEST_CASE("a sampling that cannot reach the score is given up for one that can") {
  const auto goal = wanted({.score = 80, .region_floor = 0});
  auto way = aims(goal);
  way.add(codec::Chroma::full, usual(codec::Chroma::full));
  const auto* first = way.likely();
  REQUIRE(first != nullptr);
  const auto& range = codec::of(codec::Format::jpeg).quality;
  auto step = full(range.max, 60, 50, 500'000);
  step.params.chroma = first->chroma;
  const auto given_up = first->chroma;
  way.learn(step);
  const auto* next = way.likely();
  REQUIRE(next != nullptr);
  CHECK(next->chroma != given_up);
}

TEST_CASE(
    "a part of the picture that is harder than expected says so of every sampling that is named alike") {
  const auto goal = wanted({.score = 80, .region_floor = 0});
  const std::array alike{codec::Chroma::full};
  double alone = 0;
  for (const bool told : {false, true}) {
    auto way = aims(goal);
    way.add(codec::Chroma::full, usual(codec::Chroma::full));
    const auto& half = way.modes()[0];
    const auto& other = way.modes()[1];
    const double before = Aims::expected_score(half, 50);
    auto step = full(50, before - 10, before - 20, 1);
    step.kind = Step::Kind::draft;
    way.learn_part(step, 0, told ? std::span<const codec::Chroma>(alike) : std::span<const codec::Chroma>());
    CHECK(Aims::expected_score(half, 50) < before);
    if (!told) alone = Aims::expected_score(other, 50);
    if (told) CHECK(Aims::expected_score(other, 50) < alone);
    way.start_anew(codec::Chroma::half, features());
    CHECK(Aims::expected_score(half, 50) == doctest::Approx(before));
  }
}

TEST_CASE("a file that is sure to be useless or too large is not made") {
  const auto with = [](const Goal& goal) { return wanted(goal); };
  auto useless = with({.score = 80, .region_floor = 0, .useless_from = 1000});
  auto way = aims(useless);
  way.learn(full(40, 70, 60, 50'000));
  CHECK(way.cannot_pay(way.modes().front(), way.at(way.modes().front())));
  CHECK_FALSE(way.cannot_fit(way.modes().front(), way.at(way.modes().front())));
  auto small = with({.score = 80, .region_floor = 0, .max_bytes = 1000});
  auto other = aims(small);
  other.learn(full(40, 70, 60, 50'000));
  CHECK(other.cannot_fit(other.modes().front(), other.at(other.modes().front())));
  CHECK_FALSE(other.cannot_pay(other.modes().front(), other.at(other.modes().front())));
}

}  // namespace
}  // namespace frugal::adapt
