// JPEG files turned and packed more tightly without loss.
#include <algorithm>
#include <array>
#include <string>

#include "codec/jpeg/lossless.hpp"
#include "codec/jpeg/stream.hpp"
#include "codec_fixture.hpp"
#include "image/compare.hpp"
#include "image/orient.hpp"
#include "jpeg_stream_fixture.hpp"

namespace frugal::codec::jpeg {
namespace {

constexpr std::array kOrientations{Orientation::upright,     Orientation::mirrored,   Orientation::turned_180,
                                   Orientation::flipped,     Orientation::transposed, Orientation::turned_90,
                                   Orientation::transversed, Orientation::turned_270};

Coefficients read(ByteView file) {
  auto coefficients = read_coefficients(file);
  REQUIRE(coefficients.has_value());
  return std::move(*coefficients);
}

Bytes recompressed(ByteView file, Orientation orientation = Orientation::upright) {
  auto result = recompress(file, {}, orientation, 5, 2);
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  return std::move(*result);
}

Image upright(ByteView file, Orientation orientation) {
  auto image = make_upright(decoded_jpeg(file).image, orientation);
  REQUIRE(image.has_value());
  return std::move(*image);
}

bool is_left_alone(const Result<void>& turned) {
  return !turned && turned.error().kind == ErrorKind::left_alone;
}

}  // namespace

TEST_CASE("a JPEG packed more tightly shows the very same pixels and is never larger than jpegtran's" *
          doctest::test_suite("threads")) {
  for (const auto& kind : all_kinds()) {
    CAPTURE(kind.size.width);
    CAPTURE(kind.horizontal);
    CAPTURE(kind.vertical);
    const auto file = jpeg_by_libjpeg(kind);
    const auto tight = recompressed(file);
    CHECK(same_pixels(decoded_jpeg(tight).image, decoded_jpeg(file).image));
    CHECK(tight.size() < file.size());
    auto optimized = kind;
    optimized.optimized = true;
    CHECK(tight.size() <= jpeg_by_libjpeg(optimized).size());
  }
}

TEST_CASE("packing twice changes nothing more" * doctest::test_suite("threads")) {
  const auto once = recompressed(jpeg_by_libjpeg({{96, 64}, 3, 2, 2}));
  CHECK(recompressed(once) == once);
}

TEST_CASE("a JPEG in whole MCUs is turned upright in its coefficients" * doctest::test_suite("threads")) {
  for (const Sampled& kind : {Sampled{{64, 32}, 1}, Sampled{{48, 64}, 3, 1, 1}, Sampled{{64, 32}, 3, 2, 1},
                              Sampled{{32, 64}, 3, 1, 2}, Sampled{{64, 32}, 3, 2, 2}}) {
    CAPTURE(kind.horizontal);
    CAPTURE(kind.vertical);
    const auto file = jpeg_by_libjpeg(kind);
    for (const auto orientation : kOrientations) {
      CAPTURE(static_cast<int>(orientation));
      const auto turned = decoded_jpeg(recompressed(file, orientation)).image;
      CHECK(turned.size() == upright_size(kind.size, orientation));
      CHECK(pixels_within(turned, upright(file, orientation), 6));
    }
  }
}

TEST_CASE("turning there and back gives the same coefficients") {
  const auto before = read(jpeg_by_libjpeg({{64, 32}, 3, 2, 1}));
  auto after = before;
  REQUIRE(turn(after, Orientation::turned_90));
  CHECK(after.components[0].vertical == 2);
  CHECK(after.components[0].horizontal == 1);
  CHECK(after.components[0].table[1] == before.components[0].table[8]);
  CHECK(after.components[0].blocks != before.components[0].blocks);
  REQUIRE(turn(after, Orientation::turned_270));
  CHECK(after.size == before.size);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(after.components[i].blocks == before.components[i].blocks);
    CHECK(after.components[i].table == before.components[i].table);
  }
}

TEST_CASE("a side that is flipped must be whole MCUs, one that is not need not") {
  auto wide = read(jpeg_by_libjpeg({{60, 32}, 3, 2, 2}));
  CHECK(is_left_alone(turn(wide, Orientation::mirrored)));
  CHECK(is_left_alone(turn(wide, Orientation::turned_180)));
  CHECK(is_left_alone(turn(wide, Orientation::turned_270)));
  CHECK(turn(wide, Orientation::flipped).has_value());
  CHECK(turn(wide, Orientation::turned_90).has_value());
  auto odd = read(jpeg_by_libjpeg({{57, 35}, 3, 2, 2}));
  CHECK(turn(odd, Orientation::transposed).has_value());
  auto gray = read(jpeg_by_libjpeg({{24, 40}, 1}));
  CHECK(turn(gray, Orientation::transversed).has_value());
  auto half = read(jpeg_by_libjpeg({{24, 40}, 3, 2, 2}));
  const auto refused = turn(half, Orientation::turned_180);
  REQUIRE(is_left_alone(refused));
  CHECK(refused.error().message.find("8 columns") != std::string::npos);
}

TEST_CASE("what is stored otherwise than as YCbCr is left alone by name, what is damaged is an error") {
  const auto rgb = jpeg_by_libjpeg({.size = {24, 16}, .stored = JCS_RGB});
  const auto refused = error_of(recompress(rgb, {}, Orientation::upright, 5, 1));
  CHECK(refused.kind == ErrorKind::left_alone);
  CHECK(mentions(refused, "YCbCr"));
  CHECK(error_of(recompress(first_bytes(rgb, 50), {}, Orientation::upright, 5, 1)).kind ==
        ErrorKind::damaged);
}

TEST_CASE("the codec keeps every pixel of a JPEG's own picture, and of no other") {
  const auto& codec = of(Format::jpeg);
  const auto file = jpeg_by_libjpeg({{64, 48}, 3, 2, 2});
  const auto image = decoded_jpeg(file).image;
  const Origin origin{Format::jpeg, file, Orientation::upright};
  CHECK(codec.can_keep_pixels(origin));
  CHECK_FALSE(codec.can_keep_pixels({}));
  CHECK_FALSE(codec.can_keep_pixels(Origin{Format::png, file, Orientation::upright}));
  const auto kept = codec.encode(image, {}, {.lossless = true, .origin = origin});
  REQUIRE(kept.has_value());
  CHECK(same_pixels(decoded_jpeg(*kept).image, image));
  CHECK(error_of(codec.encode(image, {}, {.lossless = true})).kind == ErrorKind::left_alone);
}

}  // namespace frugal::codec::jpeg
