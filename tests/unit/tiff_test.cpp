#include <doctest/doctest.h>
#include <tiffio.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "codec_fixture.hpp"
#include "temporary_fixture.hpp"

namespace frugal::codec {
namespace {

using Sample = std::function<std::uint32_t(std::uint32_t x, std::uint32_t y, int s)>;

/// How one directory is written.
struct Page {
  Size size{37, 23};
  int bits = 8;
  int samples = 1;
  int photometric = PHOTOMETRIC_MINISBLACK;
  int compression = COMPRESSION_NONE;
  bool planar = false;
  bool tiled = false;
  std::uint32_t tile = 16;  ///< pixels a side
  int extra = -1;           ///< kind of the last sample, where it is an extra one
  std::function<void(TIFF*)> more = {};
};

/// `count` pixels of one row, samples `first` to `last`, packed.
Bytes packed(const Page& page, const Sample& value, std::uint32_t left, std::uint32_t count, std::uint32_t y,
             int first, int last) {
  Bytes row;
  std::size_t filled = 0;
  for (std::uint32_t x = left; x < left + count; ++x) {
    for (int s = first; s < last; ++s) {
      const bool inside = x < page.size.width && y < page.size.height;
      const std::uint32_t sample = inside ? value(x, y, s) : 0;
      if (page.bits == 16 || page.bits == 32) {
        Bytes word(static_cast<std::size_t>(page.bits) / 8);
        const auto narrow = static_cast<std::uint16_t>(sample);
        if (page.bits == 16) std::memcpy(word.data(), &narrow, 2);
        if (page.bits == 32) std::memcpy(word.data(), &sample, 4);
        row.insert(row.end(), word.begin(), word.end());
        continue;
      }
      for (int bit = page.bits - 1; bit >= 0; --bit, ++filled) {
        if (filled % 8 == 0) row.push_back(0);
        row.back() = static_cast<std::uint8_t>(row.back() | (sample >> bit & 1) << (7 - filled % 8));
      }
    }
  }
  return row;
}

void set_fields(TIFF* tiff, const Page& page) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, page.size.width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, page.size.height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, page.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, page.samples);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, page.photometric);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, page.compression);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, page.planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  if (page.extra >= 0) {
    const auto kind = static_cast<std::uint16_t>(page.extra);
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind);
  }
  if (page.tiled) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, page.tile);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, page.tile);
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 8);
  }
  if (page.more) page.more(tiff);
}

void write_tiles(TIFF* tiff, const Page& page, const Sample& value, int plane, int first, int last) {
  for (std::uint32_t top = 0; top < page.size.height; top += page.tile) {
    for (std::uint32_t left = 0; left < page.size.width; left += page.tile) {
      Bytes tile;
      for (std::uint32_t y = top; y < top + page.tile; ++y)
        tile = joined(tile, packed(page, value, left, page.tile, y, first, last));
      REQUIRE(TIFFWriteTile(tiff, tile.data(), left, top, 0, static_cast<std::uint16_t>(plane)) > 0);
    }
  }
}

void write_page(TIFF* tiff, const Page& page, const Sample& value) {
  set_fields(tiff, page);
  for (int plane = 0; plane < (page.planar ? page.samples : 1); ++plane) {
    const int first = page.planar ? plane : 0;
    const int last = page.planar ? plane + 1 : page.samples;
    if (page.tiled) {
      write_tiles(tiff, page, value, plane, first, last);
      continue;
    }
    for (std::uint32_t y = 0; y < page.size.height; ++y) {
      Bytes row = packed(page, value, 0, page.size.width, y, first, last);
      REQUIRE(TIFFWriteScanline(tiff, row.data(), y, static_cast<std::uint16_t>(plane)) == 1);
    }
  }
  REQUIRE(TIFFWriteDirectory(tiff));
}

/// A TIFF written by libtiff itself, in either byte order ("wl", "wb") or as BigTIFF ("w8").
Bytes tiff_file(const std::vector<Page>& pages, const Sample& value, const char* mode = "wl") {
  const temporary_fixture::Directory directory;
  const std::string path = directory / "picture.tiff";
  TIFF* tiff = TIFFOpen(path.c_str(), mode);
  REQUIRE(tiff != nullptr);
  for (const Page& page : pages) write_page(tiff, page, value);
  TIFFClose(tiff);
  return bytes_of(temporary_fixture::get(path));
}

std::uint32_t ramp(std::uint32_t x, std::uint32_t y, int s) {
  return (x * 5 + y * 3 + static_cast<std::uint32_t>(s) * 71) % 256;
}

/// Decodes, checks that the header agrees, and gives back the samples.
std::vector<std::uint32_t> read(const Bytes& file, int channels, int depth = 8) {
  const Decoded result = decoded(kTiff, file);
  const auto header = kTiff.read_header(file, Limits{});
  REQUIRE(header.has_value());
  CHECK(header->size == result.image.size());
  CHECK(header->channels == channels);
  CHECK(header->depth == depth);
  CHECK(result.image.channels() == channels);
  CHECK(result.image.depth() == depth);
  return samples_of(result.image);
}

std::vector<std::uint32_t> expected(int channels, int depth, const Sample& value) {
  return samples_of(painted(Page{}.size, channels, depth, value));
}

void check_left_alone(const Page& page, std::string_view word) {
  const Error error = error_of(kTiff.decode(tiff_file({page}, ramp), Limits{}, 1));
  CAPTURE(error.message);
  CHECK(error.kind == ErrorKind::left_alone);
  CHECK(mentions(error, word));
}

TEST_CASE("grey TIFFs of 1 to 16 bits are read as the samples they stand for") {
  for (const int bits : {1, 2, 4, 8, 16}) {
    CAPTURE(bits);
    const std::uint32_t max = (1U << bits) - 1;
    const Sample value = [max](std::uint32_t x, std::uint32_t y, int) { return (x * 131 + y * 7) & max; };
    const int depth = bits == 16 ? 16 : 8;
    const std::uint32_t scale = bits == 16 ? 1 : 255 / max;
    for (const char* mode : {"wl", "wb", "w8"}) {
      CHECK(read(tiff_file({{.bits = bits}}, value, mode), 1, depth) ==
            expected(1, depth, [&](auto x, auto y, int s) { return value(x, y, s) * scale; }));
    }
  }
}

TEST_CASE("a grey TIFF in which zero is white is read as light, not as ink") {
  for (const int bits : {1, 8, 16}) {
    CAPTURE(bits);
    const std::uint32_t max = (1U << bits) - 1;
    const Sample value = [max](std::uint32_t x, std::uint32_t y, int) { return (x * 131 + y * 7) & max; };
    const int depth = bits == 16 ? 16 : 8;
    const std::uint32_t scale = bits == 16 ? 1 : 255 / max;
    CHECK(read(tiff_file({{.bits = bits, .photometric = PHOTOMETRIC_MINISWHITE}}, value), 1, depth) ==
          expected(1, depth, [&](auto x, auto y, int s) { return (max - value(x, y, s)) * scale; }));
  }
}

TEST_CASE("RGB is read however its rows, tiles and planes lie and are compressed") {
  for (const int compression :
       {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS}) {
    for (const bool planar : {false, true}) {
      for (const bool tiled : {false, true}) {
        for (const int bits : {8, 16}) {
          CAPTURE(compression);
          CAPTURE(planar);
          CAPTURE(tiled);
          CAPTURE(bits);
          const Sample value = [bits](auto x, auto y, int s) {
            return ramp(x, y, s) * (bits == 16 ? 251 : 1);
          };
          const Page page{.bits = bits,
                          .samples = 3,
                          .photometric = PHOTOMETRIC_RGB,
                          .compression = compression,
                          .planar = planar,
                          .tiled = tiled};
          CHECK(read(tiff_file({page}, value), 3, bits) == expected(3, bits, value));
        }
      }
    }
  }
}

TEST_CASE("a grey TIFF of one bit is read from tiles") {
  const Sample value = [](std::uint32_t x, std::uint32_t y, int) { return (x * y / 3) & 1; };
  CHECK(read(tiff_file({{.bits = 1, .tiled = true}}, value), 1) ==
        expected(1, 8, [&](auto x, auto y, int s) { return value(x, y, s) * 255; }));
}

TEST_CASE("a TIFF smaller than its one tile is read, where tiles of that size are usual") {
  const Page page{.compression = COMPRESSION_ADOBE_DEFLATE, .tiled = true, .tile = 2048};
  CHECK(read(tiff_file({page}, ramp), 1) == expected(1, 8, ramp));
}

/// A page of 2 to 8 bits with a colour map whose entry i is (i, 2i, 255 - i), times `scale`.
Page palette_page(int bits, std::uint32_t scale) {
  return {.bits = bits, .photometric = PHOTOMETRIC_PALETTE, .more = [=](TIFF* tiff) {
            std::vector<std::uint16_t> red, green, blue;
            for (std::uint32_t i = 0; i < 1U << bits; ++i) {
              red.push_back(static_cast<std::uint16_t>(i * scale));
              green.push_back(static_cast<std::uint16_t>(i * 2 % 256 * scale));
              blue.push_back(static_cast<std::uint16_t>((255 - i) * scale));
            }
            TIFFSetField(tiff, TIFFTAG_COLORMAP, red.data(), green.data(), blue.data());
          }};
}

TEST_CASE("a palette TIFF is read as RGB, its map in 16 bits or, by mistake, in 8") {
  for (const int bits : {1, 2, 4, 8}) {
    for (const std::uint32_t scale : {257U, 1U}) {
      CAPTURE(bits);
      CAPTURE(scale);
      const std::uint32_t max = (1U << bits) - 1;
      const Sample index = [max](std::uint32_t x, std::uint32_t y, int) { return (x + y * 5) & max; };
      CHECK(read(tiff_file({palette_page(bits, scale)}, index), 3) ==
            expected(3, 8, [&](auto x, auto y, int s) {
              const std::uint32_t i = index(x, y, 0);
              return s == 0 ? i : s == 1 ? i * 2 % 256 : 255 - i;
            }));
    }
  }
}

TEST_CASE("straight alpha is read as it is, in RGB and in grey, together or in planes") {
  for (const bool planar : {false, true}) {
    const Page rgba{
        .samples = 4, .photometric = PHOTOMETRIC_RGB, .planar = planar, .extra = EXTRASAMPLE_UNASSALPHA};
    CHECK(read(tiff_file({rgba}, ramp), 4) == expected(4, 8, ramp));
    const Page gray{.samples = 2, .planar = planar, .extra = EXTRASAMPLE_UNASSALPHA};
    CHECK(read(tiff_file({gray}, ramp), 2) == expected(2, 8, ramp));
  }
}

TEST_CASE("associated alpha is divided out of the colours") {
  for (const int bits : {8, 16}) {
    CAPTURE(bits);
    const std::uint32_t max = (1U << bits) - 1;
    const Sample straight = [max](std::uint32_t x, std::uint32_t y, int s) {
      return s == 3 ? max - x * max / 74 : (x * 5 + y * 3) * max / 256;  // alpha down to about a half
    };
    const Sample multiplied = [&](std::uint32_t x, std::uint32_t y, int s) {
      const std::uint64_t alpha = straight(x, y, 3);
      return static_cast<std::uint32_t>(s == 3 ? alpha : (straight(x, y, s) * alpha + max / 2) / max);
    };
    const Page page{
        .bits = bits, .samples = 4, .photometric = PHOTOMETRIC_RGB, .extra = EXTRASAMPLE_ASSOCALPHA};
    const auto samples = read(tiff_file({page}, multiplied), 4, bits);
    const auto wanted = expected(4, bits, straight);
    REQUIRE(samples.size() == wanted.size());
    int apart = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      apart = std::max(apart, std::abs(static_cast<int>(samples[i]) - static_cast<int>(wanted[i])));
    }
    CHECK(apart <= 1);
  }
}

TEST_CASE("JPEG inside TIFF is read, as RGB, as YCbCr and as grey") {
  const Sample smooth = [](std::uint32_t x, std::uint32_t y, int s) {
    return 40 + x * 2 + y * 3 + static_cast<std::uint32_t>(s) * 20;
  };
  const auto quality = [](TIFF* tiff) {
    TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, 95);
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  };
  for (const int photometric : {PHOTOMETRIC_RGB, PHOTOMETRIC_YCBCR, PHOTOMETRIC_MINISBLACK}) {
    for (const bool tiled : {false, true}) {
      CAPTURE(photometric);
      CAPTURE(tiled);
      const int samples = photometric == PHOTOMETRIC_MINISBLACK ? 1 : 3;
      Page page{
          .samples = samples, .photometric = photometric, .compression = COMPRESSION_JPEG, .tiled = tiled};
      page.more = [=](TIFF* tiff) {
        quality(tiff);
        if (!tiled) TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);
      };
      const Decoded back = decoded(kTiff, tiff_file({page}, smooth));
      REQUIRE(back.image.channels() == samples);
      CHECK(psnr(painted(page.size, samples, 8, smooth), back.image, false) > 30);
    }
  }
}

TEST_CASE("orientation, resolution, profile and XMP are read") {
  const Bytes icc = rgb_profile();
  const std::string xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>";
  for (std::uint16_t value = 1; value <= 8; ++value) {
    const Page page{
        .samples = 3, .photometric = PHOTOMETRIC_RGB, .more = [&](TIFF* tiff) {
          TIFFSetField(tiff, TIFFTAG_ORIENTATION, value);
          TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
          TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 100.0);
          TIFFSetField(tiff, TIFFTAG_YRESOLUTION, 50.0);
          TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(icc.size()), icc.data());
          TIFFSetField(tiff, TIFFTAG_XMLPACKET, static_cast<std::uint32_t>(xmp.size()), xmp.data());
        }};
    const Bytes file = tiff_file({page}, ramp);
    CHECK(kTiff.read_header(file, Limits{})->orientation == static_cast<Orientation>(value));
    const Metadata metadata = decoded(kTiff, file).metadata;
    CHECK(metadata.orientation == static_cast<Orientation>(value));
    CHECK(metadata.icc == icc);
    CHECK(as_chars(metadata.xmp) == xmp);
    REQUIRE(metadata.density);
    CHECK(metadata.density->x == doctest::Approx(10'000));
    CHECK(metadata.density->y == doctest::Approx(5'000));
  }
}

TEST_CASE("several pages are left alone, a page beside its thumbnail is not") {
  const Page page{.samples = 3, .photometric = PHOTOMETRIC_RGB};
  const Error error = error_of(kTiff.decode(tiff_file({page, page}, ramp), Limits{}, 1));
  CHECK(error.kind == ErrorKind::left_alone);
  CHECK(mentions(error, "2 pages"));
  Page thumbnail{.size = {9, 6}};
  thumbnail.more = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE); };
  CHECK(read(tiff_file({page, thumbnail}, ramp), 3) == expected(3, 8, ramp));
}

TEST_CASE("a TIFF that begins with a thumbnail is left alone, not taken for it") {
  Page thumbnail{.size = {9, 6}};
  thumbnail.more = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE); };
  check_left_alone(thumbnail, "smaller version");
  const Bytes file = tiff_file({thumbnail, Page{}}, ramp);
  CHECK(error_of(kTiff.decode(file, Limits{}, 1)).kind == ErrorKind::left_alone);
}

TEST_CASE("what no picture of ours can hold is left alone") {
  check_left_alone({.samples = 4, .photometric = PHOTOMETRIC_SEPARATED}, "CMYK");
  check_left_alone({.samples = 3, .photometric = PHOTOMETRIC_CIELAB}, "L*a*b*");
  const auto floats = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP); };
  check_left_alone({.bits = 32, .more = floats}, "not integers");
  const auto signed_samples = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_INT); };
  check_left_alone({.more = signed_samples}, "not integers");
  check_left_alone({.bits = 32}, "32 bits");
  check_left_alone({.samples = 4, .photometric = PHOTOMETRIC_RGB, .extra = EXTRASAMPLE_UNSPECIFIED},
                   "channel");
}

TEST_CASE("a TIFF cut off anywhere is an error") {
  for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE}) {
    const Page page{.samples = 3, .photometric = PHOTOMETRIC_RGB, .compression = compression};
    const Bytes file = tiff_file({page}, ramp);
    for (std::size_t length = 0; length < file.size(); length += length < 100 ? 1 : 41) {
      CAPTURE(length);
      CHECK(error_of(kTiff.decode(first_bytes(file, length), Limits{}, 1)).kind == ErrorKind::damaged);
    }
  }
}

TEST_CASE("a TIFF whose strips lie past its end is damaged") {
  const Page page{.samples = 3, .photometric = PHOTOMETRIC_RGB, .more = [](TIFF* tiff) {
                    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 23);
                  }};
  Bytes file = tiff_file({page}, ramp);
  // The one strip's data stand before the directory: without its last bytes the offsets are wrong as well.
  file.erase(file.begin() + 8, file.begin() + 200);
  CHECK_FALSE(kTiff.decode(file, Limits{}, 1).has_value());
}

TEST_CASE("a TIFF with changed bytes does no harm") {
  for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_JPEG}) {
    for (const bool tiled : {false, true}) {
      Page page{.samples = 3, .photometric = PHOTOMETRIC_RGB, .compression = compression, .tiled = tiled};
      page.more = [=](TIFF* tiff) {
        if (!tiled) TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);
      };
      check_changed_bytes_are_harmless(kTiff, tiff_file({page}, ramp), 300);
    }
  }
  check_changed_bytes_are_harmless(kTiff, tiff_file({palette_page(4, 257)}, ramp), 300);
}

TEST_CASE("a TIFF over the pixel limit is refused from its header") {
  const Bytes file = tiff_file({Page{}}, ramp);
  CHECK(error_of(kTiff.read_header(file, Limits{850})).kind == ErrorKind::limit);
  CHECK(error_of(kTiff.decode(file, Limits{850}, 1)).kind == ErrorKind::limit);
  CHECK(kTiff.decode(file, Limits{851}, 1).has_value());
}

}  // namespace
}  // namespace frugal::codec
