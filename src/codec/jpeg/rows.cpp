#include "codec/jpeg/rows.hpp"

#include "codec/jpeg/markers.hpp"
#include "codec/jpeg/stream.hpp"
#include "codec/jpeg/survey.hpp"
#include "image/exif.hpp"

namespace frugal::codec::jpeg {

namespace {

/// The coefficients of a file in several scans, which libjpeg keeps until it has read them all.
std::uint64_t coefficient_bytes(jpeg_decompress_struct& info) {
  if (!jpeg_has_multiple_scans(&info)) return 0;
  std::uint64_t bytes = 0;
  for (int i = 0; i < info.num_components; ++i) {
    const auto& component = info.comp_info[i];
    const auto blocks = blocks_of({info.image_width, info.image_height}, component.h_samp_factor,
                                  component.v_samp_factor, info.max_h_samp_factor, info.max_v_samp_factor);
    bytes += std::uint64_t{blocks.width} * blocks.height * sizeof(Block);
  }
  return bytes;
}

Header header_of(jpeg_decompress_struct& info) {
  return {{info.image_width, info.image_height},
          exif_orientation(exif_of(info)),
          info.num_components == 1 ? 1 : 3,
          8,
          coefficient_bytes(info)};
}

}  // namespace

Result<Header> open_checked(Decompressor& jpeg, ByteView file) {
  if (auto modest = survey(file, jpeg.limits); !modest) return std::unexpected(modest.error());
  if (!codec::jpeg::open(jpeg, file)) return std::unexpected(jpeg.error());
  const auto header = header_of(jpeg.info);
  if (auto fits = check_limits(header.size, jpeg.limits); !fits) return std::unexpected(fits.error());
  return header;
}

Result<std::unique_ptr<Rows>> Rows::open(ByteView file, const Limits& limits) {
  std::unique_ptr<Rows> rows(new Rows(limits));
  const auto header = open_checked(rows->jpeg_, file);
  if (!header) return std::unexpected(header.error());
  rows->header_ = *header;
  const int components = rows->jpeg_.info.num_components;
  if (components == 4)
    return fail(ErrorKind::left_alone, "CMYK colour; only grey and RGB pictures are converted");
  if (components == 2)
    return fail(ErrorKind::left_alone, "two colour components; only grey and RGB pictures are converted");
  return rows;
}

Metadata Rows::metadata() {
  return metadata_of(jpeg_);
}

/// False: `errors` says why.
bool Rows::read_on(Image& image, std::uint32_t first, std::uint32_t count) {
  if (setjmp(jpeg_.errors.fence)) {
    jpeg_.errors.unsupported = false;  // a strange marker among the data is damage
    return false;
  }
  auto& info = jpeg_.info;
  if (!started_) {
    info.out_color_space = image.gray() ? JCS_GRAYSCALE : JCS_RGB;
    info.dct_method = JDCT_ISLOW;
    if (jpeg_.limits.room != Room::ample) use_ours(jpeg_, true);
    jpeg_start_decompress(&info);
    started_ = true;
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    JSAMPROW row = image.row(first + i);
    jpeg_read_scanlines(&info, &row, 1);
  }
  if (info.output_scanline == info.output_height) jpeg_finish_decompress(&info);
  return true;
}

Result<void> Rows::read(Image& image, std::uint32_t first, std::uint32_t count) {
  return read_on(image, first, count) ? Result<void>() : std::unexpected(jpeg_.error());
}

}  // namespace frugal::codec::jpeg
