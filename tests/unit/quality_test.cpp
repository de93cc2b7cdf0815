#include "adapt/quality.hpp"

#include <doctest/doctest.h>

namespace frugal::adapt {
namespace {

TEST_CASE("a higher score asks for a higher quality, of every lossy codec") {
  for (const auto& codec : codec::all()) {
    if (codec.lossless()) continue;
    CAPTURE(codec.name);
    double last = quality_for_score(codec, 0);
    for (double score = 1; score <= 100; score += 0.5) {
      const double quality = quality_for_score(codec, score);
      CAPTURE(score);
      CHECK(quality >= last);
      last = quality;
    }
    CHECK(quality_for_score(codec, 50) < quality_for_score(codec, 80));
    CHECK(quality_for_score(codec, 80) < quality_for_score(codec, 90));
  }
}

TEST_CASE("the quality stays within the codec's range, whatever the score") {
  for (const auto& codec : codec::all()) {
    CAPTURE(codec.name);
    for (const double score : {-50.0, 0.0, 10.0, 50.0, 99.9, 100.0, 120.0}) {
      CHECK(quality_for_score(codec, score) >= codec.quality.min);
      CHECK(quality_for_score(codec, score) <= codec.quality.max);
    }
    CHECK(quality_for_score(codec, 100) == codec.quality.max);
  }
}

TEST_CASE("small steps in the score are small steps in the quality") {
  for (const auto& codec : codec::all()) {
    CAPTURE(codec.name);
    for (double score = 0; score < 100; score += 0.1) {
      CAPTURE(score);
      CHECK(quality_for_score(codec, score + 0.1) - quality_for_score(codec, score) < 1);
    }
  }
}

}  // namespace
}  // namespace frugal::adapt
