#include <cstdio>

// jpeglib.h wants size_t and FILE declared before it.
#include <jpeglib.h>

#include <cstdlib>

#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"

namespace frugal::fuzz {

namespace {

/// How libjpeg is to write a file, where frugal's encoder would not.
struct Kind {
  int channels = 3;  ///< 4: CMYK
  int across = 2;    ///< luma samples for one of chroma
  int down = 2;
  bool progressive = false;
  bool arithmetic = false;
  unsigned restart = 0;  ///< blocks between restart markers
};

Bytes written(const Kind& kind) {
  const auto image = pictures::make({.size = {57, 43}, .channels = kind.channels});
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &buffer, &size);
  jpeg.image_width = image.width();
  jpeg.image_height = image.height();
  jpeg.input_components = kind.channels;
  jpeg.in_color_space = kind.channels == 4 ? JCS_CMYK : kind.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 75, TRUE);
  if (kind.channels == 3) {
    jpeg.comp_info[0].h_samp_factor = kind.across;
    jpeg.comp_info[0].v_samp_factor = kind.down;
  }
  jpeg.arith_code = kind.arithmetic ? TRUE : FALSE;
  jpeg.restart_interval = kind.restart;
  if (kind.progressive) jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    auto* row = const_cast<JSAMPLE*>(image.row(y));  // is not written to
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  Bytes file(buffer, buffer + size);
  jpeg_destroy_compress(&jpeg);
  std::free(buffer);
  return file;
}

std::vector<Bytes> seeds() {
  using codec::Chroma;
  using codec::Format;
  std::vector<Bytes> files{
      encoded(Format::jpeg, {.size = {64, 48}}),
      encoded(Format::jpeg, {.size = {33, 70}}, {.chroma = Chroma::full}, full_metadata()),
      encoded(Format::jpeg, {.size = {16, 16}, .channels = 1}),
      encoded(Format::jpeg, {.kind = pictures::Kind::text, .size = {120, 90}},
              {.quality = 95, .drawn = true}),
      written({}),
      written({.across = 1, .down = 1, .restart = 2}),
      written({.across = 2, .down = 1, .progressive = true}),
      written({.across = 1, .down = 2, .progressive = true, .restart = 3}),
      written({.across = 4, .down = 1}),
      written({.channels = 1, .progressive = true}),
      written({.arithmetic = true}),
      written({.channels = 4}),
  };
  files.push_back(files.front());
  files.back().insert(files.back().end(), files[2].begin(), files[2].end());  // two pictures in one
  add_bombs(Format::jpeg, files);
  return files;
}

}  // namespace

const Harness kJpeg{"jpeg", [](ByteView file) { return read_picture(codec::Format::jpeg, file); }, seeds};

}  // namespace frugal::fuzz
