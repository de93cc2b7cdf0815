#include "image/compare.hpp"
#include "isobmff_fixture.hpp"

namespace frugal::codec {
namespace {

TEST_CASE("AVIF is told by its brands, major or compatible") {
  CHECK(kAvif.sniff(file_type("avifavifmif1miaf")));
  CHECK(kAvif.sniff(file_type("avismsf1avis")));
  CHECK(kAvif.sniff(file_type("mif1mif1avifmiaf")));
  CHECK_FALSE(kAvif.sniff(file_type("mif1mif1heic")));
  CHECK_FALSE(kAvif.sniff(file_type("heicmif1heic")));
  CHECK_FALSE(kAvif.sniff(as_bytes("avif")));
  CHECK_FALSE(kAvif.sniff({}));
}

TEST_CASE("a file type box that goes on past the sniffed bytes is no hindrance") {
  Bytes head = file_type("mif1avif" + std::string(200, 'x'));
  head.resize(kSniffBytes);
  CHECK(kAvif.sniff(head));
}

TEST_CASE("AVIF keeps every shape and depth, and the samples nearly") {
  for (const Size size : {Size{1, 1}, Size{3, 5}, Size{15, 17}, Size{64, 63}, Size{130, 97}}) {
    for (const int channels : {1, 2, 3, 4}) {
      for (const int depth : {8, 10, 12}) check_round_trip(kAvif, size, channels, depth);
    }
  }
}

/// The depth that the coded samples have, by the configuration of AV1 in the file (high_bitdepth,
/// twelve_bit).
int coded_depth(const Bytes& file) {
  const auto at = as_chars(file).find("av1C");
  REQUIRE(at != std::string_view::npos);
  const auto flags = file.at(at + 6);
  return (flags & 0x40) == 0 ? 8 : (flags & 0x20) == 0 ? 10 : 12;
}

TEST_CASE("AVIF codes a photograph in ten bits, what is drawn in eight, and gives back eight of both") {
  const Image source = picture({64, 48}, 3, 8);
  for (const bool drawn : {false, true}) {
    CAPTURE(drawn);
    const auto file = kAvif.encode(source, {}, {.quality = 80, .drawn = drawn});
    REQUIRE(file.has_value());
    CHECK(coded_depth(*file) == (drawn ? 8 : 10));
    const auto header = kAvif.read_header(*file, Limits{});
    REQUIRE(header.has_value());
    CHECK(header->depth == 8);
    const auto back = decoded(kAvif, *file);
    CHECK(back.image.depth() == 8);
    CHECK(back.extras.empty());
  }
}

TEST_CASE("a deeper AVIF whose box of its own depth is gone is a deep picture") {
  auto file = encoded(kAvif, picture({64, 48}, 3, 8), 80);
  const auto box = as_chars(file).rfind("uuid");
  REQUIRE(box != std::string_view::npos);
  auto cut = file;
  cut.resize(box - 4);
  CHECK(decoded(kAvif, cut).image.depth() == 10);
  file.back() = 200;  // no depth
  CHECK(decoded(kAvif, file).image.depth() == 10);
}

TEST_CASE("an AVIF that is cut off within its last box is damaged") {
  const auto file = encoded(kAvif, picture({64, 48}, 3, 8), 80);
  const auto box = as_chars(file).rfind("uuid") - 4;
  for (auto end = box + 4; end < file.size(); ++end) {
    CAPTURE(file.size() - end);
    const auto back = kAvif.decode(ByteView(file).first(end), Limits{}, 1);
    REQUIRE_FALSE(back.has_value());
    CHECK(back.error().kind == ErrorKind::damaged);
  }
}

TEST_CASE("AVIF without loss is coded as deep as it is") {
  const Image source = picture({64, 48}, 3, 8);
  const auto file = kAvif.encode(source, {}, {.lossless = true});
  REQUIRE(file.has_value());
  CHECK(coded_depth(*file) == 8);
  CHECK(same_pixels(source, decoded(kAvif, *file).image));
}

TEST_CASE("AVIF carries ICC, Exif and XMP") {
  Metadata metadata;
  metadata.icc = bytes_of(std::string(500, 'i'));
  metadata.exif = small_exif();
  metadata.xmp = bytes_of("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
  const Decoded back = decoded(kAvif, encoded(kAvif, picture({40, 30}, 3, 8), 80, metadata));
  CHECK(back.metadata.icc == metadata.icc);
  CHECK(back.metadata.exif == metadata.exif);
  CHECK(back.metadata.xmp == metadata.xmp);
  CHECK_FALSE(back.metadata.cicp);
  CHECK(back.metadata.orientation == Orientation::upright);  // whatever the Exif says
}

TEST_CASE("AVIF carries colour code points") {
  Metadata metadata;
  metadata.cicp = Cicp{9, 16, 9};
  const Decoded back = decoded(kAvif, encoded(kAvif, picture({40, 30}, 3, 10), 80, metadata));
  REQUIRE(back.metadata.cicp);
  CHECK(back.metadata.cicp->primaries == 9);
  CHECK(back.metadata.cicp->transfer == 16);
}

TEST_CASE("a higher AVIF quality is larger and nearer to the source") {
  const Image source = picture({200, 150}, 3, 8);
  const Bytes low = encoded(kAvif, source, 40);
  const Bytes high = encoded(kAvif, source, 85);
  CHECK(low.size() < high.size());
  CHECK(psnr(source, decoded(kAvif, low).image, false) < psnr(source, decoded(kAvif, high).image, false));
}

TEST_CASE("the number of threads does not change AVIF's bytes" * doctest::test_suite("threads")) {
  const Image source = picture({2600, 1700}, 3, 8);  // large enough for two tiles
  const Bytes one = encoded(kAvif, source, 50, {}, 1, 4);
  CHECK(one == encoded(kAvif, source, 50, {}, 2, 4));
  CHECK(one == encoded(kAvif, source, 50, {}, 4, 4));
}

TEST_CASE("a truncated AVIF file is an error wherever it ends") {
  check_truncation(kAvif, encoded(kAvif, picture({96, 80}, 4, 8), 70));
}

TEST_CASE("an AVIF file over the pixel limit is refused before it is decoded") {
  const Bytes file = encoded(kAvif, picture({64, 64}, 3, 8), 50);
  for (const std::uint64_t most : {4095U, 4096U}) {
    const auto header = kAvif.read_header(file, Limits{most});
    const auto picture = kAvif.decode(file, Limits{most}, 1);
    CHECK(header.has_value() == (most == 4096));
    CHECK(picture.has_value() == (most == 4096));
    if (!header) CHECK(header.error().kind == ErrorKind::limit);
    if (!picture) CHECK(picture.error().kind == ErrorKind::limit);
  }
}

TEST_CASE("data after the end of an AVIF file is reported") {
  Bytes file = encoded(kAvif, picture({32, 32}, 3, 8), 50);
  for (const char c : std::string_view("a tail")) file.push_back(static_cast<std::uint8_t>(c));
  CHECK(decoded(kAvif, file).extras == std::vector<std::string>{"data after the end"});
}

TEST_CASE("an AVIF file with tracks is left alone") {
  Bytes file = encoded(kAvif, picture({32, 32}, 3, 8), 50);
  const Bytes movie = box("moov", {});
  file.insert(file.end(), movie.begin(), movie.end());
  const auto result = kAvif.decode(file, Limits{}, 1);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == ErrorKind::left_alone);
}

TEST_CASE("AVIF names its libraries and their versions") {
  CHECK(kAvif.libraries().starts_with("libavif "));
  CHECK(kAvif.libraries().find("aom") != std::string::npos);
}

}  // namespace
}  // namespace frugal::codec
