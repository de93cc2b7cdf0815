// JPEG files in any sampling, for the tests of their coefficients.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "codec/codec.hpp"
#include "pictures/pictures.hpp"
#include "util/bytes.hpp"

// jpeglib.h wants size_t and FILE declared before it.
#include <jpeglib.h>

namespace frugal::codec::jpeg {

struct Sampled {
  Size size;
  int channels = 3;
  int horizontal = 1;  ///< luma's sampling factors; chroma's are 1
  int vertical = 1;
  J_COLOR_SPACE stored = JCS_YCbCr;
  bool optimized = false;
};

/// A photograph as libjpeg writes it, at quality 80.
inline Bytes jpeg_by_libjpeg(const Sampled& how) {
  const auto image = pictures::make({.size = how.size, .channels = how.channels});
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* output = nullptr;
  unsigned long length = 0;
  jpeg_mem_dest(&info, &output, &length);
  info.image_width = image.width();
  info.image_height = image.height();
  info.input_components = image.channels();
  info.in_color_space = image.gray() ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 80, TRUE);
  if (!image.gray()) jpeg_set_colorspace(&info, how.stored);
  info.comp_info[0].h_samp_factor = how.horizontal;
  info.comp_info[0].v_samp_factor = how.vertical;
  info.optimize_coding = how.optimized ? TRUE : FALSE;
  jpeg_start_compress(&info, TRUE);
  std::vector<JSAMPLE> line(image.row_bytes());
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    std::copy_n(image.row(y), line.size(), line.begin());
    JSAMPROW row = line.data();
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  Bytes file(output, output + length);
  jpeg_destroy_compress(&info);
  std::free(output);
  return file;
}

inline Decoded decoded_jpeg(ByteView file) {
  auto decoded = of(Format::jpeg).decode(file, Limits{}, 1);
  REQUIRE_MESSAGE(decoded.has_value(), decoded.error().message);
  return std::move(*decoded);
}

/// Grey, 4:4:4, 4:2:2, 4:4:0, 4:2:0 and 4:1:0, in whole MCUs, odd sizes and of a single pixel.
inline std::vector<Sampled> all_kinds() {
  std::vector<Sampled> kinds;
  for (const Size size : {Size{64, 48}, Size{57, 35}, Size{1, 1}, Size{16, 9}, Size{8, 70}}) {
    kinds.push_back({size, 1});
    for (const auto& [h, v] :
         {std::pair{1, 1}, std::pair{2, 1}, std::pair{1, 2}, std::pair{2, 2}, std::pair{4, 2}})
      kinds.push_back({size, 3, h, v});
  }
  return kinds;
}

}  // namespace frugal::codec::jpeg
