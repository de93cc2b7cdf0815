#include "batch/transcode.hpp"

#include <doctest/doctest.h>

#include "adapt/quality.hpp"
#include "image/compare.hpp"
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

Result<Made> made(Picture picture, Format format, const Settings& settings = {}) {
  Timings ms;
  return encode(std::move(picture), codec::of(format), settings, 1, frozen_clock, ms);
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
    CHECK(once->figures.encodes == 1);
  }
}

TEST_CASE("the score asked for picks the codec's quality, and --encoder-quality goes straight through") {
  const auto file = file_of(photo(), Format::png);
  auto by_score = made(opened(file, Format::png), Format::webp, {65, std::nullopt});
  REQUIRE(by_score);
  CHECK(by_score->figures.encoder_quality == adapt::quality_for_score(codec::of(Format::webp), 65));
  const auto straight = made(opened(file, Format::png), Format::webp, {65, 12});
  REQUIRE(straight);
  CHECK(straight->figures.encoder_quality == 12);
  CHECK(straight->bytes.size() < by_score->bytes.size());
}

TEST_CASE("a lossless format has no quality to tell and keeps every pixel") {
  const auto image = photo();
  const auto result = made(opened(file_of(image, Format::png), Format::png), Format::png);
  REQUIRE(result);
  CHECK_FALSE(result->figures.encoder_quality);
  CHECK(same_pixels(opened(result->bytes, Format::png).image, image));
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
  REQUIRE(encode(std::move(*picture), codec::of(Format::jpeg), {}, 1, ticking_clock, ms));
  CHECK(ms.encode == 1);
  CHECK(ms.score == 1);
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
