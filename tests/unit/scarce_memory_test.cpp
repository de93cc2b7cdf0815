// Codecs where memory is scarce: other ways, the same pictures.
#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "adapt/trial.hpp"
#include "codec/codec.hpp"
#include "image/compare.hpp"
#include "image/rows.hpp"
#include "pictures/pictures.hpp"

namespace frugal::codec {
namespace {

Bytes encoded(const Codec& codec, const Image& image, const EncodeParams& params) {
  auto file = codec.encode(image, {}, params);
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  return std::move(*file);
}

Image decoded(const Codec& codec, ByteView file) {
  auto back = codec.decode(file, {}, 1);
  REQUIRE(back.has_value());
  return std::move(back->image);
}

/// Read in strips of a length that fits nothing.
Image by_rows(const Codec& codec, ByteView file, Room room) {
  constexpr std::uint32_t kAtOnce = 37;
  const Limits limits{.room = room};
  auto opened = codec.open_rows(file, limits);
  REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
  auto& rows = *opened->rows;
  auto image = Image::make(rows.size(), rows.channels(), rows.depth());
  REQUIRE(image.has_value());
  for (std::uint32_t y = 0; y < image->height(); y += kAtOnce)
    REQUIRE(rows.read(*image, y, std::min(kAtOnce, image->height() - y)).has_value());
  return std::move(*image);
}

double milliseconds() {
  return 0;
}

}  // namespace

TEST_CASE("rows read one after another are those of the whole picture") {
  for (const auto format : {Format::jpeg, Format::png, Format::webp}) {
    const auto& codec = of(format);
    for (const Size size : {Size{1, 1}, Size{33, 17}, Size{130, 257}, Size{75, 2503}}) {
      CAPTURE(codec.name);
      CAPTURE(size.height);
      const auto image = pictures::make({.size = size, .channels = 3});
      for (const int effort : {1, 5}) {  // of JPEG: sequential, progressive
        const auto file = encoded(codec, image, {.quality = 80, .effort = effort});
        const auto whole = decoded(codec, file);
        for (const auto room : {Room::ample, Room::scarce})
          CHECK(same_pixels(by_rows(codec, file, room), whole));
      }
    }
  }
}

TEST_CASE("files that can only be read whole say so when they are to be read by rows") {
  const auto translucent = pictures::make({.size = {60, 40}, .channels = 4});
  const auto opaque = pictures::make({.size = {60, 40}, .channels = 3});
  const auto& webp = of(Format::webp);
  for (const auto& file :
       {encoded(webp, translucent, {.quality = 80}), encoded(webp, opaque, {.lossless = true})}) {
    const auto opened = webp.open_rows(file, {});
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().kind == ErrorKind::unsupported);
  }
}

TEST_CASE("a JPEG is the same to the byte with little memory, of pixels and of another JPEG") {
  const auto& jpeg = of(Format::jpeg);
  for (const Size size : {Size{9, 5}, Size{131, 203}, Size{640, 70}}) {
    for (const int channels : {1, 3}) {
      for (const int effort : {1, 3}) {
        for (const auto chroma : {Chroma::half, Chroma::full}) {
          CAPTURE(size.width);
          CAPTURE(effort);
          const auto image = pictures::make({.size = size, .channels = channels});
          EncodeParams params{.quality = 85, .effort = effort, .chroma = chroma};
          const auto stored = encoded(jpeg, image, params);
          params.quality = 60;
          for (const bool again : {false, true}) {
            if (again)
              params.origin = Origin{Format::jpeg, stored, Orientation::upright, chroma == Chroma::half};
            const auto picture = again ? decoded(jpeg, stored) : std::move(*image.clone());
            params.room = Room::ample;
            const auto ample = encoded(jpeg, picture, params);
            params.room = Room::scarce;
            CHECK(encoded(jpeg, picture, params) == ample);
          }
        }
      }
    }
  }
}

TEST_CASE("where memory is scarcest a JPEG has chroma of half the resolution, whatever is asked for") {
  const auto& jpeg = of(Format::jpeg);
  const auto image = pictures::make({.size = {160, 120}, .channels = 3});
  EncodeParams params{.quality = 98, .effort = 3, .chroma = Chroma::half};
  const auto half = encoded(jpeg, image, params);
  params.room = Room::scarcest;
  params.chroma = Chroma::full;
  CHECK(encoded(jpeg, image, params) == half);
  CHECK(jpeg.samplings_within(Room::scarcest).size() == 1);
  CHECK(jpeg.samplings_within(Room::scarce).size() == 2);
}

TEST_CASE("a PNG keeps every pixel with little memory, in every shape, and is hardly larger") {
  const auto& png = of(Format::png);
  for (const auto kind : {pictures::Kind::photo, pictures::Kind::text}) {
    for (const int channels : {1, 2, 3, 4}) {
      for (const int depth : {8, 16}) {
        CAPTURE(channels);
        CAPTURE(depth);
        const auto image =
            pictures::make({.kind = kind, .size = {301, 203}, .channels = channels, .depth = depth});
        const auto small = encoded(png, image, {.effort = 3, .room = Room::scarce});
        CHECK(same_pixels(decoded(png, small), image));
        CHECK(same_pixels(by_rows(png, small, Room::scarce), image));
        const auto usual = encoded(png, image, {.effort = 3});
        CHECK(static_cast<double>(small.size()) < 1.25 * static_cast<double>(usual.size()));
      }
    }
  }
}

TEST_CASE("a result judged by its rows has the same score and the same verdict as one read whole") {
  const auto image = pictures::make({.size = {300, 410}, .channels = 3});
  const Metadata metadata;
  const auto prepared = metric::Reference::prepare(image, metadata, 1);
  const auto borrowed = metric::Reference::borrow(image, metadata);
  REQUIRE(prepared.has_value());
  REQUIRE(borrowed.has_value());
  for (const auto format : {Format::jpeg, Format::webp, Format::png}) {
    const auto& codec = of(format);
    adapt::Costs costs;
    EncodeParams params{.quality = 70, .effort = 3, .chroma = Chroma::half};
    params.room = Room::scarce;
    const auto whole = adapt::try_out(image, metadata, codec, params, &*prepared, milliseconds, costs);
    const auto rows = adapt::try_out(image, metadata, codec, params, &*borrowed, milliseconds, costs);
    REQUIRE_MESSAGE(whole.has_value(), whole.error().message);
    REQUIRE_MESSAGE(rows.has_value(), rows.error().message);
    CHECK(rows->bytes == whole->bytes);
    CHECK(rows->similarity->score == whole->similarity->score);
    CHECK(rows->similarity->worst().score == whole->similarity->worst().score);
  }
}

TEST_CASE("a result that cannot be read back is a fault of ours, not of the source, whole and by its rows") {
  const auto image = pictures::make({.size = {300, 410}, .channels = 3});
  const Metadata metadata;
  const auto borrowed = metric::Reference::borrow(image, metadata);
  REQUIRE(borrowed.has_value());
  auto torn = of(Format::jpeg);
  torn.encode = [](const Image& picture, const Metadata& with, const EncodeParams& params) {
    auto file = of(Format::jpeg).encode(picture, with, params);
    if (file) file->resize(file->size() / 2);
    return file;
  };
  for (const auto room : {Room::ample, Room::scarce}) {
    adapt::Costs costs;
    EncodeParams params{.quality = 70, .effort = 3};
    params.room = room;
    const auto tried = adapt::try_out(image, metadata, torn, params, &*borrowed, milliseconds, costs);
    REQUIRE_FALSE(tried.has_value());
    CHECK(tried.error().kind == ErrorKind::internal);
    CHECK(tried.error().message.starts_with("the result cannot be read back: damaged JPEG"));
  }
}

TEST_CASE("rows are held against a picture to the last one") {
  const auto image = pictures::make({.size = {50, 131}, .channels = 3});
  auto other = std::move(*image.clone());
  const auto within = [&](int levels) {
    ImageRows rows(other);
    const auto same = rows_within(rows, image, levels);
    REQUIRE(same.has_value());
    return *same;
  };
  CHECK(within(0));
  auto& last = other.row(130)[149];
  last = static_cast<std::uint8_t>(last ^ 2U);
  CHECK_FALSE(within(0));
  CHECK(within(2));
  CHECK_FALSE(within(1));
}

}  // namespace frugal::codec
