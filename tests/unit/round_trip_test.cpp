// One matrix over every format that is written: what goes in comes out again, or is left alone beforehand.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "codec/fit.hpp"
#include "codec_fixture.hpp"
#include "exif_fixture.hpp"
#include "image/compare.hpp"

namespace frugal::codec {
namespace {

constexpr std::array kSizes{Size{1, 1}, Size{3, 5}, Size{16, 16}, Size{61, 47}, Size{257, 130}};

struct Shape {
  Size size;
  int channels;
  int depth;
};

/// Calls `visit(codec, shape)` for all combinations.
template <class Visit>
void for_each_shape(Visit visit) {
  for (const auto& codec : all()) {
    if (!codec.encode) continue;
    for (const int depth : {8, 10, 12, 16}) {
      for (const int channels : {1, 2, 3, 4}) {
        for (const Size size : kSizes) {
          CAPTURE(codec.name);
          CAPTURE(depth);
          CAPTURE(channels);
          CAPTURE(size.width);
          visit(codec, Shape{size, channels, depth});
        }
      }
    }
  }
}

/// A picture none of whose qualities can be dropped: translucent somewhere, and with a sample that no smaller
/// depth holds.
Image demanding(const Shape& shape) {
  auto image = picture(shape.size, shape.channels, shape.depth, pictures::Kind::gradient);
  if (image.alpha()) make_translucent(image);
  if (image.depth() > 8) image.samples<std::uint16_t>(shape.size.height - 1)[0] = 1;
  return image;
}

/// What fit makes of it; nothing where it is left alone, which is checked to be so exactly when a trait of
/// the format says so.
std::optional<Image> fitted_or_left_alone(const Codec& codec, const Shape& shape) {
  Metadata metadata;
  auto image = fit(demanding(shape), metadata, codec);
  const bool alpha = shape.channels == 2 || shape.channels == 4;
  const bool loses = shape.depth > codec.max_depth || (alpha && !codec.alpha);
  CHECK(image.has_value() != loses);
  if (!image) {
    CHECK(image.error().kind == ErrorKind::left_alone);
    return std::nullopt;
  }
  CHECK(image->image().depth() == shape.depth);
  CHECK(image->image().alpha() == alpha);
  CHECK(same_pixels(image->image(), demanding(shape)));
  return image->image().clone().value();
}

/// Near the best that the format has.
double high_quality(const Codec& codec) {
  return codec.lossless() ? 0 : 95;
}

/// What 4:2:0, or large steps for chroma, leave of a picture of a few pixels is not much.
double least_psnr(const Codec& codec, Size size) {
  if (codec.format == Format::jpeg) return size.width < 16 ? 34 : 37;
  if (codec.format != Format::webp) return 37;
  return size.width < 16 ? 20 : 33;
}

void check_pixels(const Codec& codec, const Image& before, const Image& after) {
  if (codec.lossless()) {
    CHECK(same_pixels(before, after));
    return;
  }
  REQUIRE(after.channels() == before.channels());
  REQUIRE(after.depth() == before.depth());
  CHECK(psnr(on_black(before), on_black(after), false) > least_psnr(codec, before.size()));
  if (before.alpha()) CHECK(psnr(before, after, true) > 40);
}

TEST_CASE("every format gives back what it was given: shape, alpha, depth and pixels") {
  for_each_shape([](const Codec& codec, const Shape& shape) {
    const auto image = fitted_or_left_alone(codec, shape);
    if (!image) return;
    const Bytes file = encoded(codec, *image, high_quality(codec));
    CHECK(sniff(file) == &codec);
    const Decoded back = decoded(codec, file);
    REQUIRE(back.image.size() == shape.size);
    CHECK(back.image.alpha() == image->alpha());
    CHECK(back.image.depth() >= shape.depth);
    CHECK(back.metadata.orientation == Orientation::upright);
    CHECK(back.metadata.icc.empty());
    CHECK_FALSE(back.metadata.cicp);
    CHECK(back.extras.empty());
    check_pixels(codec, *image, back.image);
    const auto header = codec.read_header(file, Limits{});
    REQUIRE(header.has_value());
    CHECK(header->size == back.image.size());
    CHECK(header->channels == back.image.channels());
    CHECK(header->depth == back.image.depth());
    CHECK(header->orientation == Orientation::upright);
  });
}

TEST_CASE("the same picture gives the same bytes, on one thread or on two" * doctest::test_suite("threads")) {
  for_each_shape([](const Codec& codec, const Shape& shape) {
    Metadata metadata;
    const auto image = fit(demanding(shape), metadata, codec);
    if (!image) return;
    const Bytes first = encoded(codec, image->image(), 80, metadata, 1, 3);
    CHECK(first == encoded(codec, image->image(), 80, metadata, 1, 3));
    CHECK(first == encoded(codec, image->image(), 80, metadata, 2, 3));
  });
}

TEST_CASE("every effort gives a file that decodes to the picture") {
  for (const auto& codec : all()) {
    if (!codec.encode) continue;
    const auto image = picture({61, 47}, 3, 8);
    for (int effort = 1; effort <= 9; ++effort) {
      CAPTURE(codec.name);
      CAPTURE(effort);
      const Decoded back = decoded(codec, encoded(codec, image, 90, {}, 1, effort));
      REQUIRE(back.image.size() == image.size());
      CHECK(psnr(image, back.image, false) > 25);
    }
  }
}

TEST_CASE("a higher quality is more bytes and nearer to the source, of every lossy format") {
  for (const auto& codec : all()) {
    if (codec.lossless()) continue;
    CAPTURE(codec.name);
    const auto image = picture({257, 130}, 3, 8);
    const Bytes low = encoded(codec, image, 40);
    const Bytes high = encoded(codec, image, 90);
    CHECK(low.size() < high.size());
    CHECK(psnr(image, decoded(codec, low).image, false) < psnr(image, decoded(codec, high).image, false));
  }
}

TEST_CASE("qualities at both ends of the range are taken") {
  for (const auto& codec : all()) {
    if (codec.lossless()) continue;
    for (const double quality : {codec.quality.min, codec.quality.max}) {
      CAPTURE(codec.name);
      CAPTURE(quality);
      CHECK(decoded(codec, encoded(codec, picture({61, 47}, 3, 8), quality)).image.size() == Size{61, 47});
    }
  }
}

/// A picture with this metadata, made to fit, written and read again.
Decoded through(const Codec& codec, int channels, Metadata metadata) {
  auto image = fit(picture({32, 24}, channels, 8), metadata, codec);
  REQUIRE(image.has_value());
  return decoded(codec, encoded(codec, image->image(), 80, metadata));
}

/// Calls `visit` for every format that is written.
template <class Visit>
void for_each_writer(Visit visit) {
  for (const auto& codec : all()) {
    CAPTURE(codec.name);
    if (codec.encode) visit(codec);
  }
}

TEST_CASE("an ICC profile comes through byte for byte, RGB on RGB and grey on grey") {
  for_each_writer([](const Codec& codec) {
    Metadata metadata;
    metadata.icc = rgb_profile();
    CHECK(through(codec, 3, metadata).metadata.icc == rgb_profile());
    metadata.icc = gray_gamma_profile(1.8);
    const Decoded gray = through(codec, 1, metadata);
    CHECK(gray.image.gray() == codec.gray);
    CHECK(gray.metadata.icc == (codec.gray ? gray_gamma_profile(1.8) : Bytes{}));
  });
}

TEST_CASE("EXIF and XMP come through byte for byte") {
  using namespace exif_fixture;
  for_each_writer([](const Codec& codec) {
    Metadata metadata;
    metadata.exif =
        exif({.image = {text(kDescription, "A heron at the weir"), text(kCopyright, "(c) Ada 2024")},
              .photo = {text(kDateTimeOriginal, "2023:01:02 03:04:05")}});
    metadata.xmp = bytes_of("<x:xmpmeta xmlns:x='adobe:ns:meta/'>caf\u00e9</x:xmpmeta>");
    const Decoded back = through(codec, 3, metadata);
    CHECK(back.metadata.exif == metadata.exif);
    CHECK(back.metadata.xmp == metadata.xmp);
    CHECK(back.extras.empty());
  });
}

TEST_CASE("JPEG and PNG keep the printing resolution") {
  Metadata metadata;
  metadata.density = Density{300 / 0.0254, 150 / 0.0254};
  for (const Codec* codec : {&kJpeg, &kPng}) {
    CAPTURE(codec->name);
    const auto density = through(*codec, 3, metadata).metadata.density;
    REQUIRE(density);
    CHECK(density->x == doctest::Approx(metadata.density->x).epsilon(0.0001));
    CHECK(density->y == doctest::Approx(metadata.density->y).epsilon(0.0001));
    CHECK_FALSE(through(*codec, 3, {}).metadata.density);
  }
}

TEST_CASE("colour code points come through as such or as the profile that says the same") {
  for_each_writer([](const Codec& codec) {
    Metadata metadata;
    metadata.cicp = Cicp{12, 13, 6};
    const Metadata back = through(codec, 3, metadata).metadata;
    CHECK(back.cicp.has_value() == codec.cicp);
    if (back.cicp) {
      CHECK(back.cicp->primaries == 12);
      CHECK(back.cicp->transfer == 13);
    }
    CHECK(back.icc == (codec.cicp ? Bytes{} : profile_for(*metadata.cicp)));
  });
}

TEST_CASE("a picture of more pixels than the limit is refused from its header") {
  for_each_writer([](const Codec& codec) {
    const Bytes file = encoded(codec, picture({40, 30}, 3, 8), 50);
    for (const std::uint64_t most : {1199U, 1200U}) {
      const auto header = codec.read_header(file, Limits{most});
      const auto whole = codec.decode(file, Limits{most}, 1);
      CHECK(header.has_value() == (most == 1200));
      CHECK(whole.has_value() == (most == 1200));
      if (most == 1200) continue;
      CHECK(error_of(header).kind == ErrorKind::limit);
      CHECK(error_of(whole).kind == ErrorKind::limit);
      CHECK(mentions(error_of(whole), "--max-pixels"));
    }
  });
}

TEST_CASE("a file of one format is damaged to every other") {
  for_each_writer([](const Codec& writer) {
    const Bytes file = encoded(writer, picture({40, 30}, 3, 8), 50);
    for (const auto& reader : all()) {
      if (&reader == &writer) continue;
      if (writer.format == Format::avif && reader.format == Format::heic) continue;  // libheif knows both
      CAPTURE(reader.name);
      CHECK_FALSE(reader.read_header(file, Limits{}).has_value());
      CHECK_FALSE(reader.decode(file, Limits{}, 1).has_value());
    }
  });
}

TEST_CASE("a file with changed bytes does no harm") {
  for_each_writer([](const Codec& codec) {
    Metadata metadata;
    metadata.icc = rgb_profile();
    metadata.exif = exif_fixture::orientation_only(6);
    check_changed_bytes_are_harmless(codec, encoded(codec, picture({61, 47}, 3, 8), 60, metadata), 300);
    if (codec.alpha)
      check_changed_bytes_are_harmless(codec, encoded(codec, picture({61, 47}, 4, 8), 60), 300);
  });
}

TEST_CASE("no format reads an empty file") {
  for (const auto& codec : all()) {
    CAPTURE(codec.name);
    CHECK(error_of(codec.read_header({}, Limits{})).kind == ErrorKind::damaged);
    CHECK(error_of(codec.decode({}, Limits{}, 1)).kind == ErrorKind::damaged);
  }
}

}  // namespace
}  // namespace frugal::codec
