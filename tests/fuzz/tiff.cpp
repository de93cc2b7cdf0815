#include <tiffio.h>

#include <algorithm>
#include <filesystem>

#include "fuzz/folder.hpp"
#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"

namespace frugal::fuzz {

namespace {

struct Kind {
  const char* mode = "wl";  ///< as libtiff has it: byte order, BigTIFF
  int compression = COMPRESSION_NONE;
  int channels = 3;
  int depth = 8;  ///< 1: black and white
  bool planar = false;
  bool tiled = false;
  bool palette = false;
  int pages = 1;
};

void write_pixels(TIFF* tiff, const Kind& kind, const Image& image) {
  const auto height = image.height();
  const auto planes = static_cast<std::uint16_t>(kind.planar ? kind.channels : 1);
  std::vector<std::uint8_t> row(image.row_bytes() * (kind.tiled ? 16 : 1));  // of any content where not whole
  for (std::uint16_t plane = 0; plane < planes; ++plane) {
    for (std::uint32_t y = 0; y < height; y += kind.tiled ? 16 : 1) {
      std::copy_n(image.row(y), image.row_bytes(), row.begin());
      if (!kind.tiled) TIFFWriteScanline(tiff, row.data(), y, plane);
      for (std::uint32_t x = 0; kind.tiled && x < image.width(); x += 16) {
        TIFFWriteTile(tiff, row.data(), x, y, 0, plane);
      }
    }
  }
}

void write_page(TIFF* tiff, const Kind& kind) {
  const auto image = pictures::make({.kind = kind.palette ? pictures::Kind::text : pictures::Kind::photo,
                                     .size = {48, 40},
                                     .channels = kind.channels,
                                     .depth = std::max(kind.depth, 8)});
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, image.width());
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, image.height());
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, kind.depth);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, kind.channels);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, kind.planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, kind.compression);
  const bool ycbcr = kind.compression == COMPRESSION_JPEG && kind.channels == 3;
  const int gray = kind.palette ? PHOTOMETRIC_PALETTE : PHOTOMETRIC_MINISBLACK;
  const int colour = ycbcr ? PHOTOMETRIC_YCBCR : PHOTOMETRIC_RGB;
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, kind.channels < 3 ? gray : colour);
  if (ycbcr) TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  std::vector<std::uint16_t> map(256, 0x8000);
  if (kind.palette) TIFFSetField(tiff, TIFFTAG_COLORMAP, map.data(), map.data(), map.data());
  const std::uint16_t alpha = EXTRASAMPLE_UNASSALPHA;
  if (kind.channels % 2 == 0) TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &alpha);
  if (kind.tiled) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 16);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, 16);
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);
  }
  const auto metadata = full_metadata();
  TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(metadata.icc.size()),
               metadata.icc.data());
  TIFFSetField(tiff, TIFFTAG_XMLPACKET, static_cast<std::uint32_t>(metadata.xmp.size()), metadata.xmp.data());
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_RIGHTTOP);
  write_pixels(tiff, kind, image);
  TIFFWriteDirectory(tiff);
}

Bytes written(const Kind& kind) {
  const Folder folder;
  const auto path = folder.path() / "picture.tiff";
  TIFF* tiff = TIFFOpen(path.c_str(), kind.mode);
  if (!tiff) throw std::runtime_error("no TIFF can be written");
  for (int page = 0; page < kind.pages; ++page) write_page(tiff, kind);
  TIFFClose(tiff);
  return contents_of(path);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> files{
      written({}),
      written({.mode = "wb", .depth = 16}),
      written({.mode = "w8", .channels = 4}),
      written({.channels = 1, .tiled = true}),
      written({.planar = true}),
      written({.compression = COMPRESSION_LZW, .channels = 4, .tiled = true}),
      written({.compression = COMPRESSION_PACKBITS, .channels = 1, .palette = true}),
      written({.compression = COMPRESSION_CCITTFAX3, .channels = 1, .depth = 1}),
      written({.compression = COMPRESSION_CCITTFAX4, .channels = 1, .depth = 1}),
      written({.channels = 2, .pages = 2}),
  };
  for (const int compression : {COMPRESSION_ADOBE_DEFLATE, COMPRESSION_JPEG, COMPRESSION_LZMA,
                                COMPRESSION_ZSTD, COMPRESSION_WEBP, COMPRESSION_LERC}) {
    if (TIFFIsCODECConfigured(static_cast<std::uint16_t>(compression)) != 0) {
      files.push_back(written({.compression = compression}));
    }
  }
  add_bombs(codec::Format::tiff, files);
  return files;
}

}  // namespace

const Harness kTiff{"tiff", [](ByteView file) { return read_picture(codec::Format::tiff, file); }, seeds};

}  // namespace frugal::fuzz
