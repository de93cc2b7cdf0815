// What EncodeParams and QualityRange promise, of every format that is written.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec_fixture.hpp"
#include "image/compare.hpp"

namespace frugal::codec {
namespace {

Bytes file_of(const Codec& codec, const Image& image, const EncodeParams& params) {
  auto file = codec.encode(image, {}, params);
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  return std::move(*file);
}

EncodeParams quickly(double quality, Chroma chroma = Chroma::half) {
  return {.quality = quality, .effort = 1, .chroma = chroma};
}

/// Red and blue in turns, three pixels each: what half the resolution of chroma cannot hold.
Image colour_detail() {
  return painted({96, 64}, 3, 8, [](std::uint32_t x, std::uint32_t y, int c) -> std::uint32_t {
    const bool red = (x / 3 + y / 3) % 2 == 0;
    if (c == 1) return 40;
    return (c == 0) == red ? 220 : 30;
  });
}

/// Files at the qualities from 55 to 96, on the grid that begins at the codec's best, from there down.
std::vector<Bytes> files_down(const Codec& codec, const Image& image) {
  std::vector<Bytes> files;
  for (double quality = codec.quality.max; quality >= 55; quality -= codec.quality.step) {
    if (quality <= 96) files.push_back(file_of(codec, image, quickly(quality)));
  }
  return files;
}

/// Checks that a step changes the file, but for `idle` of them, and that four down nearly always make it
/// smaller.
void check_steps(const Codec& codec, double idle = 0) {
  const auto files = files_down(codec, picture({128, 96}, 3, 8));
  REQUIRE(files.size() > 8);
  const auto share = [&](std::size_t distance, const auto& holds) {
    std::size_t count = 0;
    for (std::size_t i = distance; i < files.size(); ++i)
      count += holds(files[i - distance], files[i]) ? 1 : 0;
    return static_cast<double>(count) / static_cast<double>(files.size() - distance);
  };
  CHECK(share(1, [](const Bytes& above, const Bytes& here) { return here == above; }) <= idle);
  CHECK(share(4, [](const Bytes& above, const Bytes& here) { return here.size() < above.size(); }) >= 0.85);
  CHECK(files.back().size() < files.front().size() / 2);
}

TEST_CASE("every step of JPEG's quality tells, and a few down are fewer bytes") {
  check_steps(kJpeg);
}

TEST_CASE("most steps of WebP's quality tell, and a few down are fewer bytes") {
  check_steps(kWebp, 0.35);  // its own quantizer has 128 levels, of uneven distance
}

TEST_CASE("nearly every step of AVIF's quality tells, and a few down are fewer bytes") {
  check_steps(kAvif, 0.05);  // to libavif 1.4 two neighbours are the same
}

TEST_CASE("every step of HEIC's quality tells, and a few down are fewer bytes") {
  check_steps(kHeic);
}

TEST_CASE("every way of sampling chroma that a codec names is another file") {
  const auto image = colour_detail();
  for (const auto& codec : all()) {
    if (codec.lossless()) continue;
    CAPTURE(codec.name);
    CHECK(codec.samplings.size() == 2);
    for (const double quality : {50.0, 95.0}) {
      const auto one = file_of(codec, image, quickly(quality, codec.samplings[0]));
      const auto other = file_of(codec, image, quickly(quality, codec.samplings[1]));
      CHECK(one != other);
    }
  }
}

TEST_CASE("full chroma keeps colour detail that half loses") {
  const auto image = colour_detail();
  for (const auto* codec : {&kJpeg, &kAvif, &kHeic}) {
    CAPTURE(codec->name);
    REQUIRE(std::ranges::find(codec->samplings, Chroma::full) != codec->samplings.end());
    const auto half = file_of(*codec, image, quickly(95, Chroma::half));
    const auto full = file_of(*codec, image, quickly(95, Chroma::full));
    CHECK(psnr(image, decoded(*codec, full).image, false) >
          psnr(image, decoded(*codec, half).image, false) + 3);
  }
}

TEST_CASE("sharp chroma is nearer to coloured detail than plain half") {
  const auto image = colour_detail();
  const auto half = file_of(kWebp, image, quickly(90, Chroma::half));
  const auto sharp = file_of(kWebp, image, quickly(90, Chroma::sharp));
  CHECK(psnr(image, decoded(kWebp, sharp).image, false) > psnr(image, decoded(kWebp, half).image, false));
}

TEST_CASE("unless it is named, chroma is sampled by quality: half below, full above where that exists") {
  const auto image = colour_detail();
  for (const auto* codec : {&kJpeg, &kAvif, &kHeic}) {
    CAPTURE(codec->name);
    CHECK(file_of(*codec, image, quickly(60, Chroma::by_quality)) ==
          file_of(*codec, image, quickly(60, Chroma::half)));
    CHECK(file_of(*codec, image, quickly(96, Chroma::by_quality)) ==
          file_of(*codec, image, quickly(96, Chroma::full)));
  }
}

TEST_CASE("a grey picture has no chroma to sample") {
  const auto image = picture({61, 47}, 1, 8);
  for (const auto* codec : {&kJpeg, &kAvif}) {
    CAPTURE(codec->name);
    CHECK(file_of(*codec, image, quickly(80, Chroma::half)) ==
          file_of(*codec, image, quickly(80, Chroma::full)));
  }
}

TEST_CASE("a lossless encode keeps every pixel, whatever its quality and sampling say") {
  for (const auto& codec : all()) {
    if (!codec.encode || !codec.has_lossless) continue;
    CAPTURE(codec.name);
    for (const int channels : {1, 2, 3, 4}) {
      if (channels <= 2 && !codec.gray) continue;
      for (const Size size : {Size{1, 1}, Size{45, 32}}) {
        CAPTURE(channels);
        CAPTURE(size.width);
        // With hidden colours below what is cut out.
        const auto image =
            pictures::make({.size = size, .channels = channels, .alpha = pictures::Alpha::hard});
        for (const auto chroma : {Chroma::by_quality, Chroma::half}) {
          const auto file =
              file_of(codec, image, {.quality = 10, .effort = 3, .chroma = chroma, .lossless = true});
          CHECK(same_pixels(decoded(codec, file).image, image));
        }
      }
    }
  }
}

TEST_CASE("the number of threads does not change a lossless encode") {
  const auto image = picture({200, 150}, 3, 8);
  for (const auto& codec : all()) {
    if (!codec.encode || !codec.has_lossless) continue;
    CAPTURE(codec.name);
    const auto bytes = [&](int threads) {
      return file_of(codec, image, {.quality = 90, .effort = 3, .threads = threads, .lossless = true});
    };
    CHECK(bytes(1) == bytes(4));
  }
}

TEST_CASE("a codec that keeps the pixels of its own pictures alone is JPEG") {
  for (const auto& codec : all()) {
    CAPTURE(codec.name);
    CHECK(codec.has_lossless == (codec.format != Format::jpeg));
    CHECK(codec.recompresses == (codec.format == Format::jpeg));
    CHECK((codec.quality.max == 0 || codec.quality.step > 0));
  }
}

}  // namespace
}  // namespace frugal::codec
