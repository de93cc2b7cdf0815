#include "batch/transcode.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "image/compare.hpp"
#include "image/orient.hpp"
#include "pictures/pictures.hpp"

using namespace frugal;
using namespace frugal::batch;
using codec::Format;

namespace {

constexpr codec::Limits kLimits;

double frozen_clock() {
  return 0;
}

/// Advances by 1 ms a look.
double ticking_clock() {
  static double now = 0;
  return now += 1;
}

Bytes file_of(const Image& image, Format format, const Metadata& metadata = {}) {
  const auto bytes = codec::of(format).encode(image, metadata, {.quality = 90});
  REQUIRE(bytes);
  return *bytes;
}

Picture opened(const Bytes& file, Format format, MetadataPolicy policy = MetadataPolicy::safe) {
  Timings ms;
  auto picture = decode(file, codec::of(format), policy, kLimits, 1, frozen_clock, ms);
  REQUIRE(picture);
  return std::move(*picture);
}

Result<Made> made(Picture picture, Format format, const Settings& settings = {},
                  std::optional<std::uint64_t> useless_from = {}) {
  Timings ms;
  const std::array targets{&codec::of(format)};
  return encode(picture, targets, settings, useless_from, 1, frozen_clock, ms);
}

Settings at_score(double score, std::optional<double> region_floor = {}) {
  Settings settings;
  settings.quality = score;
  settings.region_floor = region_floor;
  return settings;
}

Settings within(std::uint64_t bytes) {
  Settings settings;
  settings.quality = {};
  settings.max_bytes = bytes;
  return settings;
}

Settings by_knob(double quality) {
  Settings settings;
  settings.encoder_quality = quality;
  return settings;
}

Settings lossless() {
  Settings settings;
  settings.lossless = true;
  return settings;
}

Settings source_goes() {
  Settings settings;
  settings.source_goes = true;
  return settings;
}

Image photo(Size size = {96, 64}) {
  return pictures::make({.kind = pictures::Kind::photo, .size = size});
}

}  // namespace

TEST_CASE("the same bytes and settings give the same bytes and figures") {
  const auto file = file_of(photo(), Format::png);
  for (const auto format : {Format::jpeg, Format::png, Format::webp, Format::avif, Format::heic}) {
    CAPTURE(codec::of(format).name);
    const auto once = made(opened(file, Format::png), format);
    const auto again = made(opened(file, Format::png), format);
    REQUIRE(once);
    REQUIRE(again);
    CHECK(once->bytes == again->bytes);
    CHECK(once->figures.size == Size{96, 64});
    CHECK(once->figures.encodes >= 1);
    CHECK(once->figures.encodes == again->figures.encodes);
    CHECK(once->figures.score == again->figures.score);
    CHECK(once->codec == &codec::of(format));
  }
}

TEST_CASE("the score asked for is reached, and --encoder-quality goes straight through") {
  const auto file = file_of(photo(), Format::png);
  const auto by_score = made(opened(file, Format::png), Format::webp, at_score(65));
  REQUIRE(by_score);
  REQUIRE(by_score->figures.score);
  CHECK(*by_score->figures.score >= 65);
  CHECK(by_score->figures.encoder_quality);
  const auto straight = made(opened(file, Format::png), Format::webp, by_knob(12));
  REQUIRE(straight);
  CHECK(straight->figures.encoder_quality == 12);
  CHECK(straight->figures.encodes == 1);
  CHECK(*straight->figures.score < 65);
  CHECK(straight->bytes.size() < by_score->bytes.size());
}

TEST_CASE("the figures are those of the file that came out") {
  const auto image = photo();
  const auto result = made(opened(file_of(image, Format::png), Format::png), Format::jpeg);
  REQUIRE(result);
  const auto back = opened(result->bytes, Format::jpeg);
  const auto scored = metric::ssimulacra2(image, {}, back.image, back.metadata, 1);
  REQUIRE(scored);
  CHECK(result->figures.score == scored->score);
  REQUIRE(result->figures.worst_region);
  CHECK(result->figures.worst_region->score == scored->worst().score);
  CHECK(result->figures.worst_region->x == scored->worst().area.x);
}

TEST_CASE("no region may lie more than 5 points below the score unless another floor is named") {
  const auto file = file_of(photo({256, 192}), Format::png);
  const auto worst = [&](const Settings& settings) {
    const auto result = made(opened(file, Format::png), Format::jpeg, settings);
    REQUIRE(result);
    return result->figures.worst_region->score;
  };
  CHECK(worst(at_score(60)) >= 55);
  CHECK(worst(at_score(60, 75)) >= 75);
}

TEST_CASE("a lossless format has no quality to tell and keeps every pixel") {
  const auto image = photo();
  const auto result = made(opened(file_of(image, Format::png), Format::png), Format::png);
  REQUIRE(result);
  CHECK_FALSE(result->figures.encoder_quality);
  CHECK(same_pixels(opened(result->bytes, Format::png).image, image));
}

TEST_CASE("--lossless keeps every pixel in a format that usually does not") {
  const auto image = photo();
  const auto result = made(opened(file_of(image, Format::png), Format::png), Format::webp, lossless());
  REQUIRE(result);
  CHECK_FALSE(result->figures.encoder_quality);
  CHECK(result->figures.score == 100);
  CHECK(same_pixels(opened(result->bytes, Format::webp).image, image));
}

TEST_CASE("--lossless keeps every pixel of a JPEG in a smaller JPEG, with metadata by policy") {
  Metadata metadata;
  metadata.xmp = {'<', 'x', '/', '>'};
  metadata.density = Density{11811, 11811};
  const auto file = codec::of(Format::jpeg).encode(photo(), metadata, {.quality = 80, .effort = 1});
  REQUIRE(file);
  auto picture = opened(*file, Format::jpeg);
  const auto before = picture.image.clone();
  picture.file = *file;
  const auto result = made(std::move(picture), Format::jpeg, lossless());
  REQUIRE(result);
  CHECK(result->bytes.size() < file->size());
  CHECK(result->figures.score == 100);
  CHECK_FALSE(result->figures.encoder_quality);
  const auto back = opened(result->bytes, Format::jpeg, MetadataPolicy::all);
  CHECK(same_pixels(back.image, *before));
  CHECK(back.metadata.xmp.empty());
  CHECK(back.metadata.density);
}

TEST_CASE("--lossless turns a JPEG upright where its blocks allow it, and else leaves it alone") {
  Metadata sideways;
  sideways.exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0};
  const auto turned = [&](Size size) {
    const auto file = file_of(photo(size), Format::jpeg, sideways);
    auto picture = opened(file, Format::jpeg);
    picture.file = file;
    return made(std::move(picture), Format::jpeg, lossless());
  };
  const auto whole = turned({96, 64});
  REQUIRE(whole);
  const auto back = opened(whole->bytes, Format::jpeg, MetadataPolicy::all);
  CHECK(back.image.size() == Size{64, 96});
  const auto expected =
      make_upright(opened(file_of(photo(), Format::jpeg), Format::jpeg).image, Orientation::turned_90);
  REQUIRE(expected);
  CHECK(pixels_within(back.image, *expected, 6));
  const auto cut = turned({96, 60});
  REQUIRE_FALSE(cut.has_value());
  CHECK(cut.error().kind == ErrorKind::left_alone);
  CHECK(cut.error().message.find("would cut") != std::string::npos);
}

TEST_CASE("a JPEG that coding again would hardly make smaller is packed more tightly") {
  const auto file = codec::of(Format::jpeg).encode(photo({256, 192}), {}, {.quality = 40, .effort = 1});
  REQUIRE(file);
  auto picture = opened(*file, Format::jpeg);
  const auto before = picture.image.clone();
  const auto without = made(opened(*file, Format::jpeg), Format::jpeg, at_score(80), file->size());
  REQUIRE(without);
  CHECK(without->bytes.empty());
  picture.file = *file;
  const auto result = made(std::move(picture), Format::jpeg, at_score(80), file->size());
  REQUIRE(result);
  REQUIRE_FALSE(result->bytes.empty());
  CHECK(result->bytes.size() < file->size());
  CHECK(same_pixels(opened(result->bytes, Format::jpeg).image, *before));
}

TEST_CASE("a size is honoured") {
  const auto file = file_of(photo(), Format::png);
  const auto result = made(opened(file, Format::png), Format::jpeg, within(2000));
  REQUIRE(result);
  CHECK(result->bytes.size() <= 2000);
}

TEST_CASE("what would be of no use is not made") {
  const auto result = made(opened(file_of(photo(), Format::png), Format::png), Format::jpeg, {}, 50);
  REQUIRE(result);
  CHECK(result->bytes.empty());
  CHECK_FALSE(result->why.empty());
}

TEST_CASE("of several formats the smallest file is made, and it says which") {
  const auto file = file_of(photo(), Format::png);
  auto picture = opened(file, Format::png);
  Timings ms;
  const std::array targets{&codec::of(Format::png), &codec::of(Format::jpeg)};
  const auto result = encode(picture, targets, {}, {}, 1, frozen_clock, ms);
  REQUIRE(result);
  CHECK(result->codec->format == Format::jpeg);
  CHECK(codec::sniff(result->bytes) == result->codec);
}

TEST_CASE("a picture that is encoded again is not analysed again") {
  auto picture = opened(file_of(photo(), Format::png), Format::png);
  Timings first;
  const std::array targets{&codec::of(Format::jpeg)};
  const auto once = encode(picture, targets, {}, {}, 1, ticking_clock, first);
  REQUIRE(once);
  const auto* subject = picture.subject.get();
  REQUIRE(subject != nullptr);
  Timings second;
  const auto again = encode(picture, targets, at_score(82), {}, 1, ticking_clock, second);
  REQUIRE(again);
  CHECK(picture.subject.get() == subject);
  CHECK(second.analyse < first.analyse);
}

TEST_CASE("what keeps every pixel is not scored, until another format asks for that") {
  auto picture = opened(file_of(photo(), Format::png), Format::png);
  Timings ms;
  const auto made_as = [&](Format format, const Settings& settings) {
    const std::array targets{&codec::of(format)};
    const auto result = encode(picture, targets, settings, {}, 1, frozen_clock, ms);
    REQUIRE(result);
    return result->figures.score;
  };
  Settings lossless;
  lossless.lossless = true;
  CHECK(made_as(Format::png, {}) == 100);
  CHECK(made_as(Format::webp, lossless) == 100);
  CHECK(picture.subject->reference() == nullptr);
  CHECK(made_as(Format::webp, at_score(70)) < 100);
  CHECK(picture.subject->reference() != nullptr);
}

TEST_CASE("a picture is turned upright and says so no more") {
  Metadata sideways;
  // A TIFF structure with one entry: orientation 6.
  sideways.exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0};
  const auto picture = opened(file_of(photo(), Format::jpeg, sideways), Format::jpeg);
  CHECK(picture.image.size() == Size{64, 96});
  CHECK(picture.metadata.orientation == Orientation::upright);
  CHECK(picture.metadata.exif.empty());
}

TEST_CASE("what would be lost by writing the same format again is left alone, another format is converted") {
  auto file = file_of(photo(), Format::jpeg);
  for (const char c : {'e', 'x', 't', 'r', 'a'}) file.push_back(static_cast<std::uint8_t>(c));
  const auto same = made(opened(file, Format::jpeg), Format::jpeg);
  REQUIRE_FALSE(same.has_value());
  CHECK(same.error().kind == ErrorKind::left_alone);
  CHECK(same.error().message.find("would be lost") != std::string::npos);
  CHECK(made(opened(file, Format::jpeg), Format::webp).has_value());
  // Where the source is to go, no other format holds it either.
  CHECK_FALSE(made(opened(file, Format::jpeg), Format::webp, source_goes()).has_value());
}

TEST_CASE("a format that is only read is left alone, with the way out") {
  auto picture = opened(file_of(photo(), Format::png), Format::png);
  picture.format = Format::tiff;
  const auto result = made(std::move(picture), Format::tiff);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == ErrorKind::left_alone);
  CHECK(result.error().message.find("-f") != std::string::npos);
}

TEST_CASE("metadata travels by policy: dates stay under safe, everything under all, nothing under none") {
  Metadata metadata;
  metadata.xmp = {'<', 'x', '/', '>'};
  metadata.density = Density{11811, 11811};
  const auto file = file_of(photo(), Format::png, metadata);
  CHECK(opened(file, Format::png, MetadataPolicy::all).metadata.xmp == metadata.xmp);
  const auto safe = opened(file, Format::png, MetadataPolicy::safe);
  CHECK(safe.metadata.xmp.empty());
  CHECK(safe.metadata.density.has_value());
  CHECK_FALSE(opened(file, Format::png, MetadataPolicy::none).metadata.density.has_value());
}

TEST_CASE("times are those of the clock that is handed in") {
  Timings ms;
  const auto file = file_of(photo(), Format::png);
  auto picture = decode(file, codec::of(Format::png), MetadataPolicy::safe, kLimits, 1, ticking_clock, ms);
  REQUIRE(picture);
  CHECK(ms.decode == 1);
  const std::array targets{&codec::of(Format::jpeg)};
  const auto result = encode(*picture, targets, {}, {}, 1, ticking_clock, ms);
  REQUIRE(result);
  const auto encodes = static_cast<double>(result->steps.size());
  CHECK(ms.analyse >= 1);
  CHECK(ms.encode == encodes);
  CHECK(ms.score == encodes + 1);  // and the source's own preparation
  CHECK(ms.decode == 1);
}

TEST_CASE("a picture beyond the limit is refused by its header, naming the option") {
  Timings ms;
  const auto file = file_of(photo(), Format::png);
  const auto refused =
      decode(file, codec::of(Format::png), MetadataPolicy::safe, {.max_pixels = 6143}, 1, frozen_clock, ms);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::limit);
  CHECK(refused.error().message.find("--max-pixels") != std::string::npos);
}
