#include <array>
#include <cmath>
#include <thread>
#include <vector>

#include "codec/heif_items.hpp"
#include "codec/heif_primary.hpp"
#include "codec/isobmff.hpp"
#include "codec_fixture.hpp"
#include "guide_fixture.hpp"
#include "isobmff_fixture.hpp"
#include "pictures/heif.hpp"
#include "pictures/writer.hpp"

namespace frugal::codec {
namespace {

Bytes guided(const Image& source, const Guide* guide, int threads = 1) {
  auto file = kHeic.encode(source, {}, {.quality = 55, .effort = 4, .threads = threads, .guide = guide});
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  return std::move(*file);
}

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

TEST_CASE("the number of threads does not change HEIC's bytes" * doctest::test_suite("threads")) {
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
  CHECK(isobmff::primary_item({}, derived_picture({0, 2, 0, 3}), Limits{}).has_value());
  const auto circle = isobmff::primary_item({}, derived_picture({0, 2, 0, 1}), Limits{});
  REQUIRE_FALSE(circle.has_value());
  CHECK(circle.error().kind == ErrorKind::damaged);
}

TEST_CASE("tables of items that go on past their ends are damaged: a library may make something of them") {
  const auto whole = derived_picture({0, 2, 0, 3});
  CHECK(isobmff::read_items(whole, Limits{}).has_value());
  const auto dimg = as_chars(whole).find("dimg");
  auto filled = whole;
  filled.insert(filled.end(), 4, 0);
  CHECK(isobmff::read_items(filled, Limits{}).has_value());
  filled.back() = 1;
  CHECK(error_of(isobmff::read_items(filled, Limits{})).kind == ErrorKind::damaged);
  auto longer = whole;
  ++longer[dimg - 1];  // the box's length
  CHECK(error_of(isobmff::read_items(longer, Limits{})).kind == ErrorKind::damaged);
  auto more = whole;
  ++more[dimg + 7];  // how many it refers to
  CHECK(error_of(isobmff::read_items(more, Limits{})).kind == ErrorKind::damaged);
}

TEST_CASE("pictures laid over each other are read where they begin within the canvas, and else refused") {
  const auto tile = encoded(kHeic, picture({64, 64}, 3, 8, pictures::Kind::text), 90);
  const auto box_at = [&](std::string_view type) {
    auto rest = ByteView(tile).subspan(as_chars(tile).find(type) - 4);
    return isobmff::take_box(rest)->body;
  };
  const auto overlay = [&](std::uint32_t x, std::uint32_t y) {
    const auto canvas =
        pictures::Writer().u16(0).fill(8, 0xff).u16(100).u16(90).u16(0).u16(0).u16(x).u16(y).bytes;
    const auto data = box_at("mdat");
    const pictures::Item part{"hvc1", {data.begin(), data.end()}, {2, 3}};
    return pictures::heif({"heic",
                           {{"iovl", canvas, {1}, "dimg", {2, 3}}, part, part},
                           {pictures::size_property(100, 90), pictures::size_property(64, 64),
                            pictures::box("hvcC", box_at("hvcC"))}});
  };
  const auto negative = [](int offset) { return static_cast<std::uint32_t>(offset) & 0xffff; };
  CHECK(kHeic.read_header(overlay(36, 26), {}).has_value());
  CHECK(kHeic.read_header(overlay(99, 89), {}).has_value());
  for (const auto& outside : {overlay(negative(-1), 0), overlay(0, negative(-1)),
                              overlay(negative(-70), negative(-16)), overlay(100, 0), overlay(0, 90)}) {
    CHECK(error_of(kHeic.read_header(outside, {})).kind == ErrorKind::unsupported);
    CHECK(error_of(kHeic.decode(outside, {}, 1)).kind == ErrorKind::unsupported);
  }
}

TEST_CASE("HEIC spends its bits where a guide says that they matter") {
  if (!kHeic.heeds_guide) return;
  for (const int depth : {8, 10}) {
    CAPTURE(depth);
    const Image source = picture({256, 130}, 3, depth);
    const auto left = halves(source.size(), 10, 0.1F);
    const auto right = halves(source.size(), 0.1F, 10);
    const auto finer_left = errors_of(kHeic, source, guided(source, &left));
    const auto finer_right = errors_of(kHeic, source, guided(source, &right));
    const auto plain = errors_of(kHeic, source, guided(source, nullptr));
    CHECK(finer_left[0] < 0.9 * plain[0]);
    CHECK(finer_left[1] > 1.1 * plain[1]);
    CHECK(finer_right[1] < 0.9 * plain[1]);
    CHECK(finer_right[0] > 1.1 * plain[0]);
  }
}

TEST_CASE("a guide by which all of a picture matters alike changes nothing in HEIC, nor in a lossless one") {
  const Image source = picture({130, 97}, 4, 8);
  const auto even = halves(source.size(), 3, 3);
  CHECK(guided(source, &even) == guided(source, nullptr));
  const auto uneven = halves(source.size(), 10, 0.1F);
  const auto heeding = kHeic.encode(source, {}, {.lossless = true, .guide = &uneven});
  const auto plain = kHeic.encode(source, {}, {.lossless = true});
  REQUIRE((heeding && plain));
  CHECK(*heeding == *plain);
}

TEST_CASE("HEIC takes a guide of a picture of any size, and threads do not change what it makes of it" *
          doctest::test_suite("threads")) {
  for (const Size size : {Size{1, 1}, Size{15, 70}, Size{63, 64}, Size{65, 66}, Size{400, 290}}) {
    for (const int channels : {1, 3}) {
      CAPTURE(size.width);
      CAPTURE(channels);
      const Image source = picture(size, channels, 8);
      const auto guide = halves(size, 4, 1);
      const Bytes one = guided(source, &guide);
      CHECK(decoded(kHeic, one).image.size() == size);
      CHECK(one == guided(source, &guide, 4));
    }
  }
}

TEST_CASE("several HEIC pictures may be made at once, each by its own guide" *
          doctest::test_suite("threads")) {
  const Image source = picture({200, 150}, 3, 8);
  const auto left = halves(source.size(), 10, 0.1F);
  const auto right = halves(source.size(), 0.1F, 10);
  const std::array<const Guide*, 3> guides{&left, &right, nullptr};
  std::array<Bytes, 6> together;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < together.size(); ++i)
      threads.emplace_back([&, i] { together[i] = guided(source, guides[i % guides.size()]); });
  }
  for (std::size_t i = 0; i < together.size(); ++i)
    CHECK(together[i] == guided(source, guides[i % guides.size()]));
}

TEST_CASE("HEIC names its libraries and their versions") {
  CHECK(kHeic.libraries().starts_with("libheif "));
  CHECK(kHeic.libraries().find("x265") != std::string::npos);
  CHECK((kHeic.libraries().find(", x265 ") != std::string::npos) == (kHeic.heeds_guide != nullptr));
}

}  // namespace
}  // namespace frugal::codec
