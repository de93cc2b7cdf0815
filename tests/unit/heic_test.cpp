#include "codec/isobmff.hpp"
#include "isobmff_fixture.hpp"

namespace frugal::codec {
namespace {

/// The tables of a picture, item 1, that is derived from `sources`.
Bytes derived_picture(const Bytes& sources) {
  const Bytes no_flags = {0, 0, 0, 0};
  const Bytes reference = box("dimg", {{0, 1, 0, static_cast<std::uint8_t>(sources.size() / 2)}, sources});
  Bytes meta = no_flags;
  for (const Bytes& part : {box("pitm", {no_flags, {0, 1}}), box("iref", {no_flags, reference})}) {
    meta.insert(meta.end(), part.begin(), part.end());
  }
  return meta;
}

TEST_CASE("HEIC is told by its brands, and a file of any codec by its compatible ones") {
  CHECK(kHeic.sniff(file_type("heicmif1heic")));
  CHECK(kHeic.sniff(file_type("heixmif1")));
  CHECK(kHeic.sniff(file_type("hevcmsf1hevc")));
  CHECK(kHeic.sniff(file_type("mif1mif1heic")));
  CHECK_FALSE(kHeic.sniff(file_type("mif1mif1avif")));
  CHECK_FALSE(kHeic.sniff(file_type("mif1mif1")));
  CHECK_FALSE(kHeic.sniff(file_type("isommp42")));
  CHECK_FALSE(kHeic.sniff({}));
}

TEST_CASE("HEIC keeps every shape and depth, and the samples nearly") {
  for (const Size size : {Size{1, 1}, Size{3, 5}, Size{15, 17}, Size{64, 63}, Size{130, 97}}) {
    for (const int channels : {1, 2, 3, 4}) {
      for (const int depth : {8, 10, 12}) check_round_trip(kHeic, size, channels, depth);
    }
  }
}

TEST_CASE("HEIC carries ICC, Exif and XMP") {
  Metadata metadata;
  metadata.icc = bytes_of(std::string(500, 'i'));
  metadata.exif = small_exif();
  metadata.xmp = bytes_of("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
  const Decoded back = decoded(kHeic, encoded(kHeic, picture({41, 30}, 4, 8), 60, metadata));
  CHECK(back.metadata.icc == metadata.icc);
  CHECK(back.metadata.exif == metadata.exif);
  CHECK(back.metadata.xmp == metadata.xmp);
  CHECK_FALSE(back.metadata.cicp);
  CHECK(back.metadata.orientation == Orientation::upright);
}

TEST_CASE("HEIC carries colour code points") {
  Metadata metadata;
  metadata.cicp = Cicp{9, 16, 9};
  const Decoded back = decoded(kHeic, encoded(kHeic, picture({64, 64}, 3, 10), 60, metadata));
  REQUIRE(back.metadata.cicp);
  CHECK(back.metadata.cicp->primaries == 9);
  CHECK(back.metadata.cicp->transfer == 16);
}

TEST_CASE("a higher HEIC quality is larger and nearer to the source") {
  const Image source = picture({200, 150}, 3, 8);
  const Bytes low = encoded(kHeic, source, 30);
  const Bytes high = encoded(kHeic, source, 70);
  CHECK(low.size() < high.size());
  CHECK(psnr(source, decoded(kHeic, low).image, false) < psnr(source, decoded(kHeic, high).image, false));
}

TEST_CASE("the number of threads does not change HEIC's bytes") {
  const Image source = picture({1000, 700}, 3, 8);
  const Bytes one = encoded(kHeic, source, 50, {}, 1, 4);
  CHECK(one == encoded(kHeic, source, 50, {}, 2, 4));
  CHECK(one == encoded(kHeic, source, 50, {}, 4, 4));
}

TEST_CASE("a truncated HEIC file is an error wherever it ends") {
  check_truncation(kHeic, encoded(kHeic, picture({96, 81}, 4, 8), 50));
}

TEST_CASE("a HEIC file over the pixel limit is refused before it is decoded") {
  const Bytes file = encoded(kHeic, picture({64, 64}, 3, 8), 50);
  for (const std::uint64_t most : {4095U, 4096U}) {
    const auto header = kHeic.read_header(file, Limits{most});
    const auto picture = kHeic.decode(file, Limits{most}, 1);
    CHECK(header.has_value() == (most == 4096));
    CHECK(picture.has_value() == (most == 4096));
    if (!header) CHECK(header.error().kind == ErrorKind::limit);
    if (!picture) CHECK(picture.error().kind == ErrorKind::limit);
  }
}

TEST_CASE("what a HEIC file holds beside its picture is reported") {
  Bytes file = encoded(kHeic, picture({64, 64}, 3, 8), 50);
  for (const Bytes& more : {box("mpvd", {}), bytes_of("a tail")})
    file.insert(file.end(), more.begin(), more.end());
  CHECK(decoded(kHeic, file).extras ==
        std::vector<std::string>{"a motion photo's film", "data after the end"});
}

TEST_CASE("a HEIC file of tracks alone is left alone") {
  Bytes file = file_type("hevcmsf1hevc");
  const Bytes movie = box("moov", {});
  file.insert(file.end(), movie.begin(), movie.end());
  const auto result = kHeic.decode(file, Limits{}, 1);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == ErrorKind::left_alone);
}

TEST_CASE("a picture derived from itself is refused, one derived from others is not") {
  CHECK(isobmff::primary_item(derived_picture({0, 2, 0, 3})).has_value());
  const auto circle = isobmff::primary_item(derived_picture({0, 2, 0, 1}));
  REQUIRE_FALSE(circle.has_value());
  CHECK(circle.error().kind == ErrorKind::damaged);
}

TEST_CASE("HEIC names its libraries and their versions") {
  CHECK(kHeic.libraries().starts_with("libheif "));
  CHECK(kHeic.libraries().find("x265") != std::string::npos);
}

}  // namespace
}  // namespace frugal::codec
