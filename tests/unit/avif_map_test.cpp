// AVIF of photographs by libaom itself, with a map of where errors matter. Where this build cannot, a guide
// changes nothing, and the rest holds all the same.
#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include "codec/avif/aom_stream.hpp"
#include "codec/avif/container.hpp"
#include "codec/avif/quant_map.hpp"
#include "guide_fixture.hpp"
#include "isobmff_fixture.hpp"

namespace frugal::codec {
namespace {

Bytes guided(const Image& source, const Guide* guide, EncodeParams params = {.quality = 50, .effort = 4},
             const Metadata& metadata = {}) {
  params.guide = guide;
  auto file = kAvif.encode(source, metadata, params);
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  return std::move(*file);
}

bool maps() {
  return kAvif.heeds_guide != nullptr && avif::takes_map();
}

TEST_CASE("AVIF spends its bits where a guide says that they matter") {
  if (!maps()) return;
  for (const int effort : {4, 5, 9}) {
    CAPTURE(effort);
    const Image source = picture({256, 130}, 3, 8);
    const EncodeParams params{.quality = 50, .effort = effort};
    const auto left = halves(source.size(), 10, 0.1F);
    const auto right = halves(source.size(), 0.1F, 10);
    const auto even = halves(source.size(), 1, 1);
    const auto finer_left = errors_of(kAvif, source, guided(source, &left, params));
    const auto finer_right = errors_of(kAvif, source, guided(source, &right, params));
    const auto alike = errors_of(kAvif, source, guided(source, &even, params));
    CHECK(finer_left[0] < 0.9 * alike[0]);
    CHECK(finer_left[1] > 1.1 * alike[1]);
    CHECK(finer_right[1] < 0.9 * alike[1]);
    CHECK(finer_right[0] > 1.1 * alike[0]);
  }
}

TEST_CASE("a guide changes nothing in an AVIF that has no use for it") {
  const Image source = picture({150, 97}, 3, 8);
  const Image translucent = picture({150, 97}, 4, 8);
  const Image small = picture({64, 40}, 3, 8);
  const auto guide = halves(source.size(), 10, 0.1F);
  const auto small_guide = halves(small.size(), 10, 0.1F);
  const EncodeParams lossless{.lossless = true};
  const EncodeParams best{.quality = 100};
  const EncodeParams drawn{.quality = 50, .drawn = true};
  CHECK(guided(source, &guide, lossless) == guided(source, nullptr, lossless));
  CHECK(guided(source, &guide, best) == guided(source, nullptr, best));
  CHECK(guided(source, &guide, drawn) == guided(source, nullptr, drawn));
  CHECK(guided(translucent, &guide) == guided(translucent, nullptr));
  CHECK(guided(small, &small_guide) == guided(small, nullptr));
  CHECK(guided(source, &small_guide) == guided(source, nullptr));  // another picture's
  if (maps()) CHECK(guided(source, &guide) != guided(source, nullptr));
}

TEST_CASE("AVIF takes a guide of a picture of any shape, and threads do not change what it makes of it" *
          doctest::test_suite("threads")) {
  for (const Size size :
       {Size{1, 1}, Size{1, 200}, Size{200, 1}, Size{15, 70}, Size{65, 66}, Size{130, 129}, Size{401, 293}}) {
    for (const int channels : {1, 2, 3, 4}) {
      for (const int depth : {8, 10, 12}) {
        CAPTURE(size.width);
        CAPTURE(size.height);
        CAPTURE(channels);
        CAPTURE(depth);
        const Image source = picture(size, channels, depth, pictures::Kind::gradient);
        const auto guide = halves(size, 2, 1);
        EncodeParams params{.quality = 92, .effort = 4};
        const Bytes one = guided(source, &guide, params);
        const auto header = kAvif.read_header(one, Limits{});
        REQUIRE(header.has_value());
        CHECK(header->size == size);
        CHECK(header->depth == depth);
        const auto back = decoded(kAvif, one);
        REQUIRE(back.image.size() == size);
        REQUIRE(back.image.depth() == depth);
        CHECK(back.extras.empty());
        CHECK_FALSE(back.metadata.cicp);
        if (back.image.channels() == channels) CHECK(psnr(source, back.image, false) > 37);
        params.threads = 4;
        CHECK(one == guided(source, &guide, params));
      }
    }
  }
}

TEST_CASE("threads do not change what AVIF makes of a guide, whatever the effort and the tiles" *
          doctest::test_suite("threads")) {
  struct Case {
    Size size;
    int effort;
  };
  // The last two are large enough for two tiles; one of them is too narrow.
  for (const auto& [size, effort] :
       {Case{{384, 256}, 5}, Case{{200, 200}, 7}, Case{{2600, 1700}, 5}, Case{{64, 63000}, 5}}) {
    CAPTURE(size.width);
    const Image source = picture(size, 3, 8, pictures::Kind::gradient);
    const auto guide = halves(size, 4, 1);
    EncodeParams params{.quality = 40, .effort = effort, .chroma = Chroma::half};
    const Bytes one = guided(source, &guide, params);
    params.threads = 4;
    CHECK(one == guided(source, &guide, params));
  }
}

TEST_CASE("several AVIF pictures may be made at once, each by its own guide" *
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

TEST_CASE("AVIF with a guide carries ICC, Exif and XMP, or colour code points") {
  const Image source = picture({140, 100}, 3, 8);
  const auto guide = halves(source.size(), 4, 1);
  Metadata metadata;
  metadata.icc = bytes_of(std::string(500, 'i'));
  metadata.exif = small_exif();
  metadata.xmp = bytes_of("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
  const auto file = guided(source, &guide, {.quality = 70}, metadata);
  const auto back = decoded(kAvif, file).metadata;
  CHECK(back.icc == metadata.icc);
  CHECK(back.exif == metadata.exif);
  CHECK(back.xmp == metadata.xmp);
  CHECK_FALSE(back.cicp);
  CHECK(back.orientation == Orientation::upright);
  check_truncation(kAvif, file);

  Metadata wide;
  wide.cicp = Cicp{9, 16, 9};
  const Image deep = picture({140, 100}, 3, 10);
  const auto wide_back = decoded(kAvif, guided(deep, &guide, {.quality = 70}, wide)).metadata;
  REQUIRE(wide_back.cicp);
  CHECK(wide_back.cicp->primaries == 9);
  CHECK(wide_back.cicp->transfer == 16);
}

TEST_CASE("a higher AVIF quality is larger and nearer to the source with a guide too, in small steps") {
  const Image source = picture({300, 200}, 3, 8);
  const auto guide = halves(source.size(), 3, 1);
  double nearness = 0;
  std::size_t size = 0;
  for (const double quality : {10.0, 30.0, 55.0, 56.0, 70.0, 90.0, 97.0}) {
    CAPTURE(quality);
    const Bytes file = guided(source, &guide, {.quality = quality, .chroma = Chroma::full});
    const double now = psnr(source, decoded(kAvif, file).image, false);
    CHECK(file.size() > size);
    CHECK(now > nearness);
    size = file.size();
    nearness = now;
  }
}

TEST_CASE("AVIF names libaom where it codes by it") {
  CHECK((kAvif.libraries().find(", libaom v") != std::string::npos) == (kAvif.heeds_guide != nullptr));
}

// ---- the map ----

TEST_CASE("where all of a picture matters alike, each of its superblocks has the quantizer of the whole") {
  const auto even = halves({300, 130}, 5, 5);
  const auto map = avif::quantizers(even.importance, {300, 130}, 100);
  CHECK(map.size() == 5 * 3);
  CHECK(std::ranges::all_of(map, [](int quantizer) { return quantizer == 100; }));
  const auto nothing = halves({300, 130}, 0, 0);
  CHECK(avif::quantizers(nothing.importance, {300, 130}, 100) == map);
}

TEST_CASE("a superblock's quantizer falls with its importance, and stays within AV1's bounds") {
  const auto uneven = halves({512, 64}, 8, 1);
  const auto map = avif::quantizers(uneven.importance, {512, 64}, 100);
  REQUIRE(map.size() == 8);
  CHECK(map.front() < 100);
  CHECK(map.back() > 100);
  CHECK(map.front() + map.back() == doctest::Approx(200).epsilon(0.01));
  for (const int base : {1, 255}) {
    const auto extreme = halves({512, 64}, 1e9F, 1e-9F);
    for (const int quantizer : avif::quantizers(extreme.importance, {512, 64}, base)) {
      CHECK(quantizer >= 1);
      CHECK(quantizer <= 255);
    }
  }
}

TEST_CASE("a quantizer falls with the quality, in small steps") {
  int last = avif::base_quantizer(0);
  CHECK(last <= 255);
  for (double quality = 0; quality <= 100; quality += 0.5) {
    const int now = avif::base_quantizer(quality);
    CHECK(now <= last);
    CHECK(last - now <= 3);
    last = now;
  }
  CHECK(last >= 1);
}

// ---- the file ----

TEST_CASE("what is no still picture of AV1 gets no file around it") {
  const avif::Described described{{64, 64}, Sampling::half, 10, {1, 13, 6}};
  // A delimiter, then a sequence header: profile 0, and the bits "still" and "reduced", level 8.
  const Bytes still = {0x12, 0, 0x0a, 2, 0x1a, 0x00, 0x32, 0};
  Bytes film = still;
  film[4] = 0;
  CHECK(avif::contain(still, described, {}).has_value());
  CHECK_FALSE(avif::contain(film, described, {}).has_value());
  for (std::size_t length = 0; length < 6; ++length)
    CHECK_FALSE(avif::contain(ByteView(still).first(length), described, {}).has_value());
}

}  // namespace
}  // namespace frugal::codec
