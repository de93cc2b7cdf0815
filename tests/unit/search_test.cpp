#include "adapt/search.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec_fixture.hpp"
#include "image/compare.hpp"
#include "metric/ssimulacra2.hpp"
#include "pictures/pictures.hpp"

namespace frugal::adapt {
namespace {

using codec::Format;
using pictures::Kind;

constexpr Size kSize{384, 256};  ///< the smallest of whose tiles a mosaic is made

double frozen_clock() {
  return 0;
}

/// A picture and what its searches share.
struct Case {
  explicit Case(const pictures::Spec& spec) : image(pictures::make(spec)), subject(make_subject()) {}
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;

  /// To be called when `image` was replaced.
  void search_anew() { subject = make_subject(); }

  Image image;
  Metadata metadata;
  Subject subject;

 private:
  Subject make_subject() {
    auto made = Subject::of(image, metadata, 1, frozen_clock);
    REQUIRE(made.has_value());
    return std::move(*made);
  }
};

Goal goal_at(double score, double region_floor) {
  return {.score = score, .region_floor = region_floor, .max_bytes = {}, .useless_from = {}};
}

Goal goal_at(double score) {
  return goal_at(score, score - 5);
}

Goal goal_within(std::uint64_t bytes) {
  return {.score = {}, .region_floor = -1000, .max_bytes = bytes, .useless_from = {}};
}

Means lossless() {
  Means means;
  means.lossless = true;
  return means;
}

Means by_knob(double quality) {
  Means means;
  means.encoder_quality = quality;
  return means;
}

Means on_threads(int threads) {
  Means means;
  means.threads = threads;
  return means;
}

Result<Choice> search_in(Case& of, Format format, const Goal& goal, const Means& means = {}) {
  return search(of.subject, codec::of(format), goal, means);
}

Choice found(Case& of, Format format, const Goal& goal, const Means& means = {}) {
  auto choice = search_in(of, format, goal, means);
  REQUIRE_MESSAGE(choice.has_value(), choice.error().message);
  return std::move(*choice);
}

codec::Decoded decoded(const Choice& choice) {
  auto back = choice.codec->decode(choice.bytes, codec::Limits{}, 1);
  REQUIRE(back.has_value());
  return std::move(*back);
}

/// Checks that what a choice says of itself holds.
void check_claims(const Choice& choice, const Case& of) {
  REQUIRE_FALSE(choice.bytes.empty());
  CHECK(codec::sniff(choice.bytes) == choice.codec);
  const auto back = decoded(choice);
  const auto scored = metric::ssimulacra2(of.image, of.metadata, back.image, back.metadata, 1);
  REQUIRE(scored.has_value());
  REQUIRE(choice.similarity.has_value());
  CHECK(choice.similarity->score == doctest::Approx(scored->score));
  CHECK(choice.similarity->worst().score == doctest::Approx(scored->worst().score));
  CHECK(choice.similarity->worst().area == scored->worst().area);
  CHECK_FALSE(choice.why.empty());

  const auto whole = std::ranges::count_if(choice.steps, [](const Step& step) {
    return step.kind == Step::Kind::full || step.kind == Step::Kind::lossless;
  });
  CHECK(choice.encodes == whole);
  CHECK(choice.encodes <= 5);
  CHECK(std::ranges::count(choice.steps, true, &Step::taken) == 1);
  const auto taken = std::ranges::find(choice.steps, true, &Step::taken);
  REQUIRE(taken != choice.steps.end());
  CHECK(taken->bytes == choice.bytes.size());
  CHECK(taken->score == choice.similarity->score);
  CHECK(taken->worst == choice.similarity->worst().score);
}

/// Searches for each of the scores and checks that the result is what was asked for.
void check_reaches(Format format, Kind kind, std::initializer_list<double> scores, Size size = kSize) {
  Case of({.kind = kind, .size = size});
  std::size_t last = 0;
  for (const double score : scores) {
    CAPTURE(score);
    const auto choice = found(of, format, goal_at(score));
    check_claims(choice, of);
    CHECK(choice.codec->format == format);
    CHECK(choice.similarity->score >= score);
    CHECK(choice.similarity->worst().score >= score - 5);
    CHECK(choice.bytes.size() >= last);
    last = choice.bytes.size();
  }
}

TEST_CASE("JPEG reaches what is asked") {
  check_reaches(Format::jpeg, Kind::photo, {30, 60, 80, 90});
  check_reaches(Format::jpeg, Kind::text, {60, 80});
}

TEST_CASE("WebP reaches what is asked") {
  check_reaches(Format::webp, Kind::photo, {60, 80});
  check_reaches(Format::webp, Kind::text, {70, 90});
}

TEST_CASE("AVIF reaches what is asked of a photograph") {
  check_reaches(Format::avif, Kind::photo, {60, 85});
}

TEST_CASE("AVIF reaches what is asked of a drawing") {
  check_reaches(Format::avif, Kind::text, {75}, {256, 192});
}

TEST_CASE("HEIC reaches what is asked of a photograph") {
  check_reaches(Format::heic, Kind::photo, {60, 85});
}

TEST_CASE("HEIC reaches what is asked of a drawing") {
  check_reaches(Format::heic, Kind::text, {75}, {256, 192});
}

TEST_CASE("pictures of any kind and shape come through the search") {
  for (const auto kind : {Kind::flat, Kind::gradient, Kind::noise}) {
    for (const int channels : {1, 3}) {
      for (const Size size : {Size{8, 8}, Size{97, 65}}) {
        Case of({.kind = kind, .size = size, .channels = channels});
        for (const auto format : {Format::jpeg, Format::webp}) {
          const auto choice = search_in(of, format, goal_at(70));
          if (!choice) CHECK(choice.error().kind == ErrorKind::left_alone);
          if (choice) check_claims(*choice, of);
          if (choice) CHECK(choice->similarity->score >= 70);
        }
      }
    }
  }
}

TEST_CASE("a translucent picture keeps its transparency, and is scored with it") {
  Case of({.size = {160, 120}, .channels = 4, .alpha = pictures::Alpha::soft});
  for (const auto format : {Format::webp, Format::avif}) {
    const auto choice = found(of, format, goal_at(75));
    check_claims(choice, of);
    CHECK(choice.similarity->score >= 75);
    CHECK(decoded(choice).image.alpha());
  }
}

TEST_CASE("the result lies close above the score, not far") {
  Case of({.size = kSize});
  const Goal goal = goal_at(75, 0);  // the whole picture's score alone decides
  for (const auto format : {Format::jpeg, Format::webp}) {
    const auto choice = found(of, format, goal);
    CHECK(choice.similarity->score >= 75);
    CHECK(choice.similarity->score <= 76.6);
  }
}

TEST_CASE("a floor above the score is met in every region, and takes more bytes") {
  Case of({.size = kSize});
  for (const auto format : {Format::jpeg, Format::webp}) {
    const auto plain = found(of, format, goal_at(60));
    const auto floored = found(of, format, goal_at(60, 75));
    check_claims(floored, of);
    CHECK(floored.similarity->worst().score >= 75);
    CHECK(floored.bytes.size() > plain.bytes.size());
  }
}

TEST_CASE("before a picture is encoded whole, some of its tiles are tried") {
  Case of({.size = kSize});
  const auto choice = found(of, Format::webp, goal_at(80));
  REQUIRE(choice.steps.size() >= 2);
  CHECK(choice.steps.front().kind == Step::Kind::probe);
  CHECK(choice.steps.front().bytes < choice.steps.back().bytes);
  for (const auto& step : choice.steps) {
    REQUIRE(step.predicted.has_value());
    CHECK(*step.predicted == doctest::Approx(step.kind == Step::Kind::probe ? 80 : step.score).epsilon(0.2));
  }
}

TEST_CASE("before a JPEG is written, a draft of it tells what it will score and where bits should go") {
  Case of({.size = kSize});
  const auto choice = found(of, Format::jpeg, goal_at(80));
  REQUIRE(choice.steps.size() >= 2);
  const auto& drafted = choice.steps.front();
  CHECK(drafted.kind == Step::Kind::draft);
  const auto& first = *std::ranges::find(choice.steps, Step::Kind::full, &Step::kind);
  CHECK(*first.predicted == doctest::Approx(first.score).epsilon(0.02));
  Means fast;
  fast.effort = 3;
  const auto without = found(of, Format::jpeg, goal_at(80), fast);
  CHECK(std::ranges::count(without.steps, Step::Kind::draft, &Step::kind) == 0);
}

TEST_CASE("no way of sampling chroma is encoded that was not drafted first") {
  for (const auto kind : {Kind::photo, Kind::noise, Kind::text}) {
    Case of({.kind = kind, .size = {192, 160}});
    for (const double score : {60, 80, 90}) {
      const auto choice = found(of, Format::jpeg, goal_at(score));
      for (auto step = choice.steps.begin(); step != choice.steps.end(); ++step) {
        if (step->kind != Step::Kind::full) continue;
        const auto drafts_it = [&](const Step& before) {
          return before.kind == Step::Kind::draft && before.params.chroma == step->params.chroma;
        };
        CHECK(std::any_of(choice.steps.begin(), step, drafts_it));
      }
    }
  }
}

TEST_CASE("what a draft tells of importance saves bytes at the same score") {
  Case of({.size = {512, 384}});
  Means fast;
  fast.effort = 3;
  const auto bytes_a_point = [](const Choice& choice) {
    return std::log(static_cast<double>(choice.bytes.size())) - 0.03 * choice.similarity->score;
  };
  CHECK(bytes_a_point(found(of, Format::jpeg, goal_at(70))) <
        bytes_a_point(found(of, Format::jpeg, goal_at(70), fast)));
}

TEST_CASE("lossless keeps every pixel of every shape, in every format that can") {
  for (const auto format : {Format::png, Format::webp, Format::avif, Format::heic}) {
    CAPTURE(codec::of(format).name);
    REQUIRE(codec::of(format).has_lossless);
    for (const int channels : {1, 2, 3, 4}) {
      CAPTURE(channels);
      Case of({.kind = channels == 3 ? Kind::noise : Kind::photo, .size = {47, 35}, .channels = channels});
      const auto choice = found(of, format, goal_at(50), lossless());
      CHECK(choice.encodes == 1);
      CHECK(choice.similarity->score == 100);
      CHECK(choice.steps.back().kind == Step::Kind::lossless);
      CHECK(same_pixels(decoded(choice).image, of.image));
    }
  }
}

TEST_CASE("lossless keeps deep samples, where the format holds them") {
  for (const auto& [format, depth] :
       {std::pair{Format::png, 16}, std::pair{Format::avif, 10}, std::pair{Format::avif, 12},
        std::pair{Format::heic, 10}, std::pair{Format::heic, 12}}) {
    CAPTURE(codec::of(format).name);
    CAPTURE(depth);
    for (const int channels : {1, 3, 4}) {
      CAPTURE(channels);
      Case of({.size = {47, 35}, .channels = channels, .depth = depth});
      const auto choice = found(of, format, goal_at(50), lossless());
      CHECK(same_pixels(decoded(choice).image, of.image));
    }
  }
}

TEST_CASE("where lossless is asked for and the format has none, the picture is left alone") {
  Case of({.size = {64, 64}});
  const auto choice = search_in(of, Format::jpeg, goal_at(80), lossless());
  REQUIRE_FALSE(choice.has_value());
  CHECK(choice.error().kind == ErrorKind::left_alone);
  CHECK(choice.error().message.find("-f") != std::string::npos);
}

TEST_CASE("a picture that was a JPEG keeps every pixel in a JPEG, whatever is asked for") {
  const auto& jpeg = codec::of(Format::jpeg);
  const auto photo = pictures::make({.size = {256, 192}});
  const auto file = jpeg.encode(photo, {}, {.quality = 88, .effort = 1});
  REQUIRE(file.has_value());
  Case of({.size = {256, 192}});
  of.image = std::move(jpeg.decode(*file, codec::Limits{}, 1)->image);
  of.search_anew();
  const auto size = file->size();
  Means means;
  means.origin = codec::Origin{Format::jpeg, *file, Orientation::upright};
  const auto check_kept = [&](const Choice& choice) {
    CHECK(choice.params.lossless);
    CHECK_FALSE(choice.params.origin.has_value());
    CHECK(choice.bytes.size() < size);
    CHECK(same_pixels(decoded(choice).image, of.image));
  };

  SUBCASE("where lossless is asked for") {
    means.lossless = true;
    check_kept(found(of, Format::jpeg, goal_at(50), means));
    const std::array codecs{&codec::of(Format::png), &jpeg};
    const auto choice = search_formats(of.subject, codecs, goal_at(50), means);
    REQUIRE(choice.has_value());
    CHECK(choice->codec == &jpeg);
  }
  SUBCASE("where nothing lossy reaches the score") {
    check_kept(found(of, Format::jpeg, goal_at(99.9, 99.9), means));
  }
  SUBCASE("where what reaches the score is of no use") {
    Goal goal = goal_at(97, 95);
    goal.useless_from = size;
    check_kept(found(of, Format::jpeg, goal, means));
  }
  SUBCASE("where it fits a size that is asked for") {
    check_kept(found(of, Format::jpeg, goal_within(size - 1), means));
  }
  SUBCASE("but not where something smaller is good enough") {
    const auto choice = found(of, Format::jpeg, goal_at(50), means);
    CHECK_FALSE(choice.params.lossless);
    CHECK(choice.bytes.size() < size);
  }
}

TEST_CASE("what a JPEG stores at half the resolution is not searched for at the full") {
  const auto& jpeg = codec::of(Format::jpeg);
  const auto photo = pictures::make({.size = {256, 192}});
  const auto file = jpeg.encode(photo, {}, {.quality = 97, .effort = 1, .chroma = codec::Chroma::half});
  REQUIRE(file.has_value());
  auto stored = jpeg.decode(*file, codec::Limits{}, 1);
  REQUIRE(stored.has_value());
  CHECK(stored->reduced_chroma);
  Case of({.size = {256, 192}});
  of.image = std::move(stored->image);
  of.search_anew();
  Means means;
  means.origin = codec::Origin{Format::jpeg, *file, Orientation::upright, true};
  for (const double score : {60.0, 90.0, 95.0}) {
    const auto choice = found(of, Format::jpeg, goal_at(score), means);
    for (const auto& step : choice.steps) {
      if (step.kind != Step::Kind::lossless) CHECK(step.params.chroma == codec::Chroma::half);
    }
  }
}

TEST_CASE("a turned picture in a format that keeps pixels is held to every one of them") {
  Case of({.size = {64, 48}, .channels = 3});
  for (std::uint32_t y = 0; y < 48; ++y) {  // grey, which PNG stores as such
    auto* row = of.image.row(y);
    for (std::size_t x = 0; x < 192; x += 3) row[x + 1] = row[x + 2] = row[x];
  }
  of.search_anew();
  Means means;
  means.lossless = true;
  means.origin = codec::Origin{Format::png, {}, Orientation::turned_90};
  const auto choice = found(of, Format::png, goal_at(80), means);
  CHECK(same_pixels(decoded(choice).image, of.image));
  CHECK(choice.similarity->score == 100);
}

TEST_CASE("lossless stays lossless when it does not fit a size") {
  Case of({.size = {128, 96}});
  Goal goal = goal_at(50);
  goal.max_bytes = 3000;
  const auto choice = search_in(of, Format::webp, goal, lossless());
  REQUIRE_FALSE(choice.has_value());
  CHECK(choice.error().kind == ErrorKind::left_alone);
  CHECK(choice.error().message.find("3000 bytes") != std::string::npos);
}

TEST_CASE("the encoder's own quality is taken as given") {
  Case of({.size = {256, 192}});
  for (const auto format : {Format::jpeg, Format::webp, Format::avif, Format::heic}) {
    CAPTURE(codec::of(format).name);
    const auto choice = found(of, format, goal_at(95), by_knob(40));
    CHECK(choice.encodes == 1);
    CHECK(choice.params.quality == 40);
    const auto plain = codec::of(format).encode(of.image, {}, {.quality = 40});
    REQUIRE(plain.has_value());
    const bool heeds_guides = codec::of(format).draft != nullptr || codec::of(format).heeds_guide != nullptr;
    CHECK((choice.bytes == *plain) != heeds_guides);
    check_claims(choice, of);
    CHECK(choice.similarity->score < 95);
  }
}

/// Checks what is made of a size between those of two scores.
void check_fills(Format format, Size size = kSize) {
  Case of({.size = size});
  const auto good = found(of, format, goal_at(85));
  const auto plain = found(of, format, goal_at(50));
  const auto limit = (good.bytes.size() + plain.bytes.size()) / 2;
  const auto choice = found(of, format, goal_within(limit));
  check_claims(choice, of);
  CHECK(choice.bytes.size() <= limit);
  CHECK(static_cast<double>(choice.bytes.size()) >= 0.9 * static_cast<double>(limit));
  CHECK(choice.similarity->score > plain.similarity->score);
}

TEST_CASE("a size is honoured and well used by JPEG and WebP") {
  check_fills(Format::jpeg);
  check_fills(Format::webp);
}

TEST_CASE("a size is honoured and well used by AVIF") {
  check_fills(Format::avif);
}

TEST_CASE("a size is honoured and well used by HEIC") {
  check_fills(Format::heic, {256, 192});
}

TEST_CASE("where a score does not fit a size, as high a score as fits is the result") {
  Case of({.size = kSize});
  const auto limit = found(of, Format::jpeg, goal_at(70)).bytes.size();
  Goal goal = goal_at(90);
  goal.max_bytes = limit;
  const auto choice = found(of, Format::jpeg, goal);
  check_claims(choice, of);
  CHECK(choice.bytes.size() <= limit);
  CHECK(static_cast<double>(choice.bytes.size()) >= 0.9 * static_cast<double>(limit));
  CHECK(choice.similarity->score < 90);
}

TEST_CASE("where a score takes less than the size allows, the score decides") {
  Case of({.size = kSize});
  const auto plain = found(of, Format::jpeg, goal_at(70));
  Goal goal = goal_at(70);
  goal.max_bytes = 10 * plain.bytes.size();
  CHECK(found(of, Format::jpeg, goal).bytes == plain.bytes);
}

TEST_CASE("a size that nothing fits leaves the picture alone and names it") {
  Case of({.size = kSize});
  const auto choice = search_in(of, Format::jpeg, goal_within(300));
  REQUIRE_FALSE(choice.has_value());
  CHECK(choice.error().kind == ErrorKind::left_alone);
  CHECK(choice.error().message.find("300 bytes") != std::string::npos);
}

TEST_CASE("a score that nothing lossy reaches becomes lossless") {
  Case of({.size = {160, 120}});
  for (const auto format : {Format::webp, Format::avif, Format::heic}) {
    CAPTURE(codec::of(format).name);
    const auto choice = found(of, format, goal_at(99.9, 99.9));
    check_claims(choice, of);
    CHECK(choice.params.lossless);
    CHECK(same_pixels(decoded(choice).image, of.image));
  }
}

TEST_CASE("a score that lossy WebP does not reach becomes nearly lossless, where that does and is smaller") {
  Case of({.size = {256, 192}});
  const auto choice = found(of, Format::webp, goal_at(93, 88));
  check_claims(choice, of);
  CHECK_FALSE(choice.params.lossless);
  CHECK(choice.params.near_lossless > 0);
  CHECK(choice.similarity->score >= 93);
  CHECK(choice.bytes.size() < found(of, Format::webp, goal_at(93, 88), lossless()).bytes.size());
}

TEST_CASE(
    "lossy PNG is not given up before its best setting was tried, and fits a size without loss if it can") {
  const auto* lossy = codec::lossy_coder_of(codec::of(Format::png));
  if (lossy == nullptr) return;
  Case of({.size = {96, 96}});
  auto goal = goal_at(80);
  const auto choice = search(of.subject, *lossy, goal, {});
  REQUIRE(choice.has_value());
  CHECK_FALSE(choice->params.lossless);
  CHECK(choice->similarity->score >= 80);

  const auto whole = search(of.subject, *lossy, goal, lossless());
  REQUIRE(whole.has_value());
  goal.max_bytes = whole->bytes.size() + 100;
  goal.score = {};
  const auto fitted = search(of.subject, *lossy, goal, {});
  REQUIRE(fitted.has_value());
  CHECK(fitted->params.lossless);
}

TEST_CASE("a score that JPEG cannot reach leaves the picture alone and says how far it came") {
  Case of({.size = {160, 120}});
  const auto choice = search_in(of, Format::jpeg, goal_at(99.5, 50));
  REQUIRE_FALSE(choice.has_value());
  CHECK(choice.error().kind == ErrorKind::left_alone);
  CHECK(choice.error().message.find("99.5") != std::string::npos);
}

TEST_CASE("a picture too small for a score becomes lossless where that can be, else is left alone") {
  for (const Size size : {Size{7, 20}, Size{20, 7}, Size{1, 1}}) {
    Case of({.size = size});
    for (const auto format : {Format::webp, Format::avif, Format::heic, Format::png}) {
      CAPTURE(codec::of(format).name);
      const auto choice = found(of, format, goal_at(80));
      CHECK(same_pixels(decoded(choice).image, of.image));
    }
    const auto jpeg = search_in(of, Format::jpeg, goal_at(80));
    REQUIRE_FALSE(jpeg.has_value());
    CHECK(jpeg.error().kind == ErrorKind::left_alone);
    CHECK(jpeg.error().message.find("--encoder-quality") != std::string::npos);
    CHECK(search_in(of, Format::jpeg, goal_at(80), by_knob(80)).has_value());
  }
}

TEST_CASE("where nothing that reaches the score can be of use, the search ends with no file") {
  Case of({.size = kSize});
  for (const auto format : {Format::jpeg, Format::webp, Format::avif, Format::heic}) {
    CAPTURE(codec::of(format).name);
    Goal goal = goal_at(85);
    goal.useless_from = 500;
    const auto choice = found(of, format, goal);
    CHECK(choice.bytes.empty());
    CHECK(choice.encodes <= 1);
    CHECK_FALSE(choice.why.empty());
    CHECK(std::ranges::none_of(choice.steps, &Step::taken));
  }
}

TEST_CASE("a limit of use far above the result changes nothing") {
  Case of({.size = kSize});
  const auto plain = found(of, Format::jpeg, goal_at(75));
  Goal goal = goal_at(75);
  goal.useless_from = 10 * plain.bytes.size();
  CHECK(found(of, Format::jpeg, goal).bytes == plain.bytes);
}

TEST_CASE("the number of threads changes neither the bytes nor the steps" * doctest::test_suite("threads")) {
  const auto image = pictures::make({.size = kSize});
  for (const auto format : {Format::jpeg, Format::webp, Format::avif, Format::heic}) {
    CAPTURE(codec::of(format).name);
    std::vector<Choice> choices;
    for (const int threads : {1, 4}) {
      const Metadata metadata;
      auto subject = Subject::of(image, metadata, threads, frozen_clock);
      REQUIRE(subject.has_value());
      auto choice = search(*subject, codec::of(format), goal_at(70), on_threads(threads));
      REQUIRE(choice.has_value());
      choices.push_back(std::move(*choice));
    }
    CHECK(choices[0].bytes == choices[1].bytes);
    CHECK(choices[0].similarity->score == choices[1].similarity->score);
    REQUIRE(choices[0].steps.size() == choices[1].steps.size());
    for (std::size_t i = 0; i < choices[0].steps.size(); ++i) {
      CHECK(choices[0].steps[i].params.quality == choices[1].steps[i].params.quality);
      CHECK(choices[0].steps[i].bytes == choices[1].steps[i].bytes);
    }
  }
}

// ---- several formats ----

/// Checks that the formats together give what the best of them gives alone, or nearly so: two of much the
/// same size are not both made whole.
void check_smallest_of_all(Kind kind, double score, std::initializer_list<Format> formats) {
  Case of({.kind = kind, .size = kSize});
  std::vector<const codec::Codec*> codecs;
  std::size_t least = SIZE_MAX;
  for (const auto format : formats) {
    codecs.push_back(&codec::of(format));
    if (const auto single = search_in(of, format, goal_at(score)))
      least = std::min(least, single->bytes.size());
  }
  const auto choice = search_formats(of.subject, codecs, goal_at(score), {});
  REQUIRE(choice.has_value());
  CHECK(std::ranges::find(codecs, choice->codec) != codecs.end());
  CHECK(static_cast<double>(choice->bytes.size()) <= 1.02 * static_cast<double>(least));
  CHECK(choice->similarity->score >= score);
  CHECK(choice->similarity->worst().score >= score - 5);
  CHECK(std::ranges::count(choice->steps, true, &Step::taken) == 1);
  CHECK(codec::sniff(choice->bytes) == choice->codec);
}

TEST_CASE("of several formats, the smallest file of a photograph is found") {
  check_smallest_of_all(Kind::photo, 80, {Format::jpeg, Format::png, Format::webp, Format::avif});
}

TEST_CASE("of several formats, the smallest file of a drawing is found") {
  check_smallest_of_all(Kind::text, 60, {Format::jpeg, Format::png, Format::webp});
  check_smallest_of_all(Kind::text, 80, {Format::jpeg, Format::png, Format::webp});
}

TEST_CASE("of several formats, the smallest of those that every browser shows is found") {
  check_smallest_of_all(Kind::photo, 65, {Format::jpeg, Format::png, Format::webp});
  check_smallest_of_all(Kind::text, 90, {Format::jpeg, Format::png, Format::webp});
  check_smallest_of_all(Kind::gradient, 70, {Format::jpeg, Format::png, Format::webp});
}

TEST_CASE("formats that cannot win are not tried whole") {
  Case of({.size = kSize});
  const std::array codecs{&codec::of(Format::jpeg), &codec::of(Format::png), &codec::of(Format::avif)};
  const auto choice = search_formats(of.subject, codecs, goal_at(70), {});
  REQUIRE(choice.has_value());
  CHECK(choice->codec->format == Format::avif);
  CHECK(choice->encodes <= 3);
  CHECK(std::ranges::count(choice->steps, Step::Kind::lossless, &Step::kind) == 0);
}

TEST_CASE("formats that cannot hold the picture are passed over") {
  Case of({.size = {96, 64}, .channels = 4, .alpha = pictures::Alpha::hard});
  const std::array codecs{&codec::of(Format::jpeg), &codec::of(Format::webp)};
  const auto choice = search_formats(of.subject, codecs, goal_at(80), {});
  REQUIRE(choice.has_value());
  CHECK(choice->codec->format == Format::webp);
  const auto none = search_formats(of.subject, std::span(codecs).first(1), goal_at(80), {});
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().kind == ErrorKind::left_alone);
}

TEST_CASE("lossless among several formats keeps every pixel in the smallest of them") {
  for (const auto kind : {Kind::photo, Kind::text}) {
    Case of({.kind = kind, .size = {160, 120}});
    const std::array codecs{&codec::of(Format::jpeg), &codec::of(Format::png), &codec::of(Format::webp)};
    const auto choice = search_formats(of.subject, codecs, goal_at(50), lossless());
    REQUIRE(choice.has_value());
    CHECK(same_pixels(decoded(*choice).image, of.image));
    for (const auto format : {Format::png, Format::webp}) {
      CHECK(choice->bytes.size() <= found(of, format, goal_at(50), lossless()).bytes.size());
    }
  }
}

}  // namespace
}  // namespace frugal::adapt
