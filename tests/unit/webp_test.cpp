#include <doctest/doctest.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include "codec_fixture.hpp"
#include "exif_fixture.hpp"
#include "image/compare.hpp"
#include "pictures/pictures.hpp"

namespace frugal::codec {
namespace {

struct Free {
  void operator()(std::uint8_t* bytes) const { WebPFree(bytes); }
};

/// A lossless WebP, which frugal reads and does not write.
Bytes lossless(const Image& image) {
  std::uint8_t* output = nullptr;
  const auto width = static_cast<int>(image.width());
  const auto height = static_cast<int>(image.height());
  const auto stride = static_cast<int>(image.row_bytes());
  const std::size_t size = image.alpha()
                               ? WebPEncodeLosslessRGBA(image.row(0), width, height, stride, &output)
                               : WebPEncodeLosslessRGB(image.row(0), width, height, stride, &output);
  const std::unique_ptr<std::uint8_t, Free> owner(output);
  REQUIRE(size > 0);
  return {output, output + size};
}

/// An animation of `frames` frames.
Bytes animation(int frames) {
  WebPAnimEncoderOptions options;
  REQUIRE(WebPAnimEncoderOptionsInit(&options));
  const std::unique_ptr<WebPAnimEncoder, decltype(&WebPAnimEncoderDelete)> encoder(
      WebPAnimEncoderNew(32, 24, &options), &WebPAnimEncoderDelete);
  for (int frame = 0; frame < frames; ++frame) {
    const auto image = pictures::make({.size = {32, 24}, .seed = static_cast<std::uint32_t>(frame + 1)});
    WebPPicture picture;
    REQUIRE(WebPPictureInit(&picture));
    picture.width = 32;
    picture.height = 24;
    picture.use_argb = 1;
    WebPPictureImportRGB(&picture, image.row(0), static_cast<int>(image.row_bytes()));
    CHECK(WebPAnimEncoderAdd(encoder.get(), &picture, frame * 100, nullptr));
    WebPPictureFree(&picture);
  }
  WebPAnimEncoderAdd(encoder.get(), nullptr, frames * 100, nullptr);
  WebPData data{};
  REQUIRE(WebPAnimEncoderAssemble(encoder.get(), &data));
  Bytes file(data.bytes, data.bytes + data.size);
  WebPDataClear(&data);
  return file;
}

TEST_CASE("an animated WebP is left alone") {
  const Error error = error_of(kWebp.decode(animation(3), Limits{}, 1));
  CHECK(error.kind == ErrorKind::left_alone);
  CHECK(mentions(error, "animation"));
}

TEST_CASE("a nearly lossless WebP is smaller than a lossless one, and stays near every sample") {
  const auto image = pictures::make({.kind = pictures::Kind::photo, .size = {160, 120}});
  EncodeParams params;
  params.lossless = true;
  const auto encode = [&] {
    auto file = kWebp.encode(image, {}, params);
    REQUIRE(file.has_value());
    return std::move(*file);
  };
  const auto whole = encode().size();
  params.lossless = false;
  for (int level = 1; level <= kWebp.near_lossless; ++level) {
    params.near_lossless = level;
    const auto file = encode();
    CHECK(file.size() < whole);
    const auto back = decoded(kWebp, file).image;
    const auto a = samples_of(image);
    const auto b = samples_of(back);
    REQUIRE(a.size() == b.size());
    std::int64_t most = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      most = std::max(most, std::abs(std::int64_t{a[i]} - std::int64_t{b[i]}));
    CHECK(most > 0);
    CHECK(most <= 1 << level);
  }
}

TEST_CASE("a lossless WebP is read exactly") {
  const auto rgb = picture({61, 47}, 3, 8);
  CHECK(same_pixels(rgb, decoded(kWebp, lossless(rgb)).image));
  auto rgba = pictures::make({.size = {61, 47}, .channels = 4, .alpha = pictures::Alpha::soft});
  for (std::size_t i = 3; i < rgba.byte_size(); i += 4)
    rgba.row(0)[i] |= 1;  // hidden colours need not survive
  CHECK(same_pixels(rgba, decoded(kWebp, lossless(rgba)).image));
}

TEST_CASE("lossy WebP keeps alpha exactly") {
  for (const auto alpha : {pictures::Alpha::hard, pictures::Alpha::soft}) {
    const auto image = pictures::make({.size = {61, 47}, .channels = 4, .alpha = alpha});
    const Bytes file = encoded(kWebp, image, 60, {}, 1, 5);
    const Image back = decoded(kWebp, file).image;
    REQUIRE(back.channels() == 4);
    CHECK(psnr(image, back, true) > 90);
    CHECK(psnr(on_black(image), on_black(back), false) > 25);
    CHECK(kWebp.read_header(file, Limits{})->channels == 4);
  }
}

TEST_CASE("a WebP's orientation is read from its EXIF block, by header and decoder") {
  for (const bool prefixed : {false, true}) {
    Metadata metadata;
    metadata.exif = exif_fixture::orientation_only(6);
    if (prefixed) metadata.exif = joined(bytes_of(std::string("Exif\0\0", 6)), metadata.exif);
    const Bytes file = encoded(kWebp, picture({40, 30}, 3, 8), 80, metadata);
    const auto header = kWebp.read_header(file, Limits{});
    REQUIRE(header.has_value());
    CHECK(header->orientation == Orientation::turned_90);
    CHECK(header->size == Size{40, 30});
    CHECK(decoded(kWebp, file).metadata.orientation == Orientation::turned_90);
    CHECK(decoded(kWebp, file).metadata.exif == exif_fixture::orientation_only(6));
  }
}

TEST_CASE("metadata and alpha live together in one WebP") {
  Metadata metadata;
  metadata.icc = rgb_profile();
  metadata.xmp = bytes_of("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
  const auto image = picture({61, 47}, 4, 8);
  const Decoded back = decoded(kWebp, encoded(kWebp, image, 80, metadata));
  CHECK(back.image.channels() == 4);
  CHECK(back.metadata.icc == metadata.icc);
  CHECK(back.metadata.xmp == metadata.xmp);
}

TEST_CASE("a WebP cut off anywhere is damaged") {
  Metadata metadata;
  metadata.icc = rgb_profile();
  metadata.exif = exif_fixture::orientation_only(6);
  const Bytes simple = encoded(kWebp, picture({61, 47}, 3, 8), 80);
  const Bytes extended = encoded(kWebp, picture({61, 47}, 4, 8), 80, metadata);
  for (const Bytes& file : {simple, extended, lossless(picture({61, 47}, 3, 8))}) {
    for (std::size_t length = 0; length < file.size(); length += length < 100 ? 1 : 31) {
      CAPTURE(length);
      CHECK(error_of(kWebp.decode(first_bytes(file, length), Limits{}, 1)).kind == ErrorKind::damaged);
    }
    CHECK_FALSE(kWebp.decode(first_bytes(file, file.size() - 1), Limits{}, 1).has_value());
  }
}

TEST_CASE("data after the end of a WebP are reported, zeros are not") {
  const Bytes file = encoded(kWebp, picture({40, 30}, 3, 8), 80);
  CHECK(decoded(kWebp, file).extras.empty());
  CHECK(decoded(kWebp, joined(file, Bytes(16, 0))).extras.empty());
  CHECK(decoded(kWebp, joined(file, bytes_of("a film, say"))).extras.size() == 1);
}

}  // namespace
}  // namespace frugal::codec
