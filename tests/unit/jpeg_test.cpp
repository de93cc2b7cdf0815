#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "codec/fit.hpp"
#include "codec_fixture.hpp"
#include "exif_fixture.hpp"

// jpeglib.h wants size_t and FILE declared before it.
#include <jpeglib.h>

namespace frugal::codec {
namespace {

using Compress = jpeg_compress_struct;

/// A JPEG written by libjpeg itself: rows of `components` samples each, changed as `set_up` says.
Bytes jpeg_file(Size size, int components, J_COLOR_SPACE space,
                const std::function<void(Compress&)>& set_up) {
  Compress info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* output = nullptr;
  unsigned long length = 0;
  jpeg_mem_dest(&info, &output, &length);
  info.image_width = size.width;
  info.image_height = size.height;
  info.input_components = components;
  info.in_color_space = space;
  jpeg_set_defaults(&info);
  set_up(info);
  jpeg_start_compress(&info, TRUE);
  std::vector<JSAMPLE> line(std::size_t{size.width} * static_cast<std::size_t>(components));
  for (std::uint32_t y = 0; y < size.height; ++y) {
    for (std::size_t i = 0; i < line.size(); ++i)
      line[i] = static_cast<JSAMPLE>((i * 5 + std::size_t{y} * 3) & 255);
    JSAMPROW row = line.data();
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  Bytes file(output, output + length);
  jpeg_destroy_compress(&info);
  std::free(output);
  return file;
}

/// A grey progressive picture of 64 scans, or of 127: one for each coefficient, then one more for its last
/// bit.
Bytes many_scans(bool refined) {
  std::vector<jpeg_scan_info> scans;
  const int low = refined ? 1 : 0;
  scans.push_back({1, {0}, 0, 0, 0, 0});
  for (int k = 1; k < 64; ++k) scans.push_back({1, {0}, k, k, 0, low});
  for (int k = 1; k < 64 && refined; ++k) scans.push_back({1, {0}, k, k, 1, 0});
  return jpeg_file({40, 40}, 1, JCS_GRAYSCALE, [&](Compress& info) {
    info.scan_info = scans.data();
    info.num_scans = static_cast<int>(scans.size());
  });
}

/// A marker segment.
Bytes segment(std::uint8_t marker, const Bytes& content) {
  const std::size_t length = content.size() + 2;
  return joined({0xff, marker, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)},
                content);
}

constexpr std::size_t kAfterStart = 2;  ///< the place behind the SOI marker

/// The sampling factors of the first component, as the frame header has them (horizontal in the high nibble).
int luma_sampling(const Bytes& file) {
  for (std::size_t at = kAfterStart; at + 12 < file.size();
       at += 2 + std::size_t{file[at + 2]} * 256 + file[at + 3]) {
    if (file[at + 1] == 0xc0 || file[at + 1] == 0xc2) return file[at + 11];
  }
  return 0;
}

bool progressive(const Bytes& file) {
  for (std::size_t at = kAfterStart; at + 4 < file.size();
       at += 2 + std::size_t{file[at + 2]} * 256 + file[at + 3]) {
    if (file[at + 1] == 0xc0 || file[at + 1] == 0xc2) return file[at + 1] == 0xc2;
  }
  return false;
}

TEST_CASE("a JPEG cut off anywhere is damaged") {
  Metadata metadata;
  metadata.icc = rgb_profile();
  for (const int effort : {1, 9}) {  // sequential and progressive
    const Bytes file = encoded(kJpeg, picture({257, 130}, 3, 8), 85, metadata, 1, effort);
    CHECK(progressive(file) == (effort == 9));
    for (std::size_t length = 0; length < file.size(); length += 97) {
      CAPTURE(length);
      const Error error = error_of(kJpeg.decode(first_bytes(file, length), Limits{}, 1));
      CHECK(error.kind == ErrorKind::damaged);
      CHECK(mentions(error, "damaged JPEG"));
    }
    CHECK_FALSE(kJpeg.decode(first_bytes(file, file.size() - 1), Limits{}, 1).has_value());
    CHECK_FALSE(kJpeg.decode(first_bytes(file, file.size() - 2), Limits{}, 1).has_value());
  }
}

TEST_CASE("a JPEG whose data are overwritten in the middle is damaged") {
  Bytes file = encoded(kJpeg, picture({257, 130}, 3, 8), 85);
  for (std::size_t i = 0; i < 200; ++i) file[file.size() / 2 + i] = 0xff;
  CHECK(error_of(kJpeg.decode(file, Limits{}, 1)).kind == ErrorKind::damaged);
}

TEST_CASE("CMYK is left alone") {
  for (const J_COLOR_SPACE stored : {JCS_CMYK, JCS_YCCK}) {
    const Bytes file =
        jpeg_file({20, 20}, 4, JCS_CMYK, [stored](Compress& info) { jpeg_set_colorspace(&info, stored); });
    const Error error = error_of(kJpeg.decode(file, Limits{}, 1));
    CHECK(error.kind == ErrorKind::left_alone);
    CHECK(mentions(error, "CMYK"));
  }
}

TEST_CASE("a JPEG that stores RGB as such is read as RGB") {
  const Bytes file = jpeg_file({32, 8}, 3, JCS_RGB, [](Compress& info) {
    jpeg_set_colorspace(&info, JCS_RGB);
    jpeg_set_quality(&info, 100, TRUE);
  });
  const Image image = decoded(kJpeg, file).image;
  REQUIRE(image.channels() == 3);
  for (std::size_t i = 0; i < 90; ++i) {
    CAPTURE(i);
    CHECK(std::abs(int{image.row(2)[i]} - static_cast<int>((i * 5 + 6) & 255)) <= 3);
    if (i * 5 + 6 > 200) break;  // before the ramp wraps around
  }
}

TEST_CASE("data after the end of a JPEG are reported, zeros are not") {
  const Bytes file = encoded(kJpeg, picture({40, 30}, 3, 8), 80);
  CHECK(decoded(kJpeg, file).extras.empty());
  CHECK(decoded(kJpeg, joined(file, Bytes(1000, 0))).extras.empty());
  CHECK(decoded(kJpeg, joined(file, bytes_of("a film, say"))).extras.size() == 1);
  CHECK(decoded(kJpeg, joined(file, joined(Bytes(1000, 0), {1}))).extras.size() == 1);
}

TEST_CASE("a JPEG with an index of further pictures is reported as such") {
  const Bytes file = encoded(kJpeg, picture({40, 30}, 3, 8), 80);
  const Bytes index = segment(0xe2, bytes_of(std::string("MPF\0II*\0\x08\0\0\0", 12)));
  const auto extras = decoded(kJpeg, joined(inserted(file, kAfterStart, index), file)).extras;
  REQUIRE(extras.size() == 1);
  CHECK(extras[0].find("further pictures") != std::string::npos);
}

TEST_CASE("a progressive JPEG of dozens of scans is read, one of more than a hundred refused") {
  CHECK(kJpeg.decode(many_scans(false), Limits{}, 1).has_value());
  const Error error = error_of(kJpeg.decode(many_scans(true), Limits{}, 1));
  CHECK(error.kind == ErrorKind::limit);
  CHECK(mentions(error, "limit of 100 scans"));
}

TEST_CASE("an ICC profile that needs several segments comes through") {
  Metadata metadata;
  metadata.icc = rgb_profile();
  for (std::uint32_t i = 0; metadata.icc.size() < 200'000; ++i)
    metadata.icc.push_back(static_cast<std::uint8_t>(i * i >> 3));
  CHECK(decoded(kJpeg, encoded(kJpeg, picture({40, 30}, 3, 8), 80, metadata)).metadata.icc == metadata.icc);
}

TEST_CASE("metadata that no segment holds are left alone") {
  Metadata metadata;
  metadata.exif = Bytes(65528, 1);
  CHECK(error_of(kJpeg.encode(picture({8, 8}, 3, 8), metadata, {.quality = 80})).kind ==
        ErrorKind::left_alone);
  metadata.exif.pop_back();
  CHECK(kJpeg.encode(picture({8, 8}, 3, 8), metadata, {.quality = 80}).has_value());
  metadata = {};
  metadata.xmp = Bytes(65505, 'x');
  CHECK(error_of(kJpeg.encode(picture({8, 8}, 3, 8), metadata, {.quality = 80})).kind ==
        ErrorKind::left_alone);
  metadata.xmp.pop_back();
  CHECK(kJpeg.encode(picture({8, 8}, 3, 8), metadata, {.quality = 80}).has_value());
}

TEST_CASE("chroma has full resolution at high quality and half of it below") {
  const auto image = picture({40, 30}, 3, 8);
  CHECK(luma_sampling(encoded(kJpeg, image, 95)) == 0x11);
  CHECK(luma_sampling(encoded(kJpeg, image, 94)) == 0x22);
  CHECK(luma_sampling(encoded(kJpeg, image, 80)) == 0x22);
}

TEST_CASE("the way of sampling chroma can be named, whatever the quality") {
  const auto image = picture({40, 30}, 3, 8);
  const auto sampling = [&](const Image& of, double quality, Chroma chroma) {
    const auto file = kJpeg.encode(of, {}, {.quality = quality, .chroma = chroma});
    REQUIRE(file.has_value());
    return luma_sampling(*file);
  };
  for (const double quality : {30.0, 80.0, 97.0}) {
    CHECK(sampling(image, quality, Chroma::full) == 0x11);
    CHECK(sampling(image, quality, Chroma::half) == 0x22);
  }
  CHECK(sampling(picture({40, 30}, 1, 8), 80, Chroma::half) == 0x11);  // grey: there is nothing to sample
}

TEST_CASE("a quarter step of JPEG's quality lies between two others") {
  const auto image = picture({240, 160}, 3, 8);
  for (const int quality : {60, 80, 88}) {
    CAPTURE(quality);
    const auto bytes = [&](double at) { return encoded(kJpeg, image, at).size(); };
    CHECK(bytes(quality) < bytes(quality + 0.25));
    CHECK(bytes(quality + 0.25) < bytes(quality + 0.5));
  }
}

TEST_CASE("a JPEG's orientation is read from its EXIF block, by header and decoder") {
  for (unsigned value = 1; value <= 8; ++value) {
    Metadata metadata;
    metadata.exif = exif_fixture::orientation_only(value, value % 2 == 0);
    const Bytes file = encoded(kJpeg, picture({40, 30}, 3, 8), 80, metadata);
    const auto header = kJpeg.read_header(file, Limits{});
    REQUIRE(header.has_value());
    CHECK(header->orientation == static_cast<Orientation>(value));
    CHECK(header->size == Size{40, 30});
    CHECK(decoded(kJpeg, file).metadata.orientation == static_cast<Orientation>(value));
  }
}

TEST_CASE("a resolution in centimetres is read, one without a unit is none") {
  const auto density = [](std::uint8_t unit) {
    const Bytes file = jpeg_file({8, 8}, 1, JCS_GRAYSCALE, [unit](Compress& info) {
      info.density_unit = unit;
      info.X_density = 100;
      info.Y_density = 50;
    });
    return decoded(kJpeg, file).metadata.density;
  };
  REQUIRE(density(2));
  CHECK(density(2)->x == doctest::Approx(10'000));
  CHECK(density(2)->y == doctest::Approx(5'000));
  CHECK_FALSE(density(0));
}

}  // namespace
}  // namespace frugal::codec
