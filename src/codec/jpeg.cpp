// JPEG through libjpeg-turbo.
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>
#include <optional>

#include "codec/jpeg/handles.hpp"
#include "codec/jpeg/lossless.hpp"
#include "codec/jpeg/markers.hpp"
#include "codec/table.hpp"
#include "image/colour.hpp"
#include "image/exif.hpp"

namespace frugal::codec {

namespace {

using jpeg::check_metadata;
using jpeg::Compressor;
using jpeg::Decompressor;

constexpr std::array<std::string_view, 4> kExtensions{"jpg", "jpeg", "jpe", "jfif"};
constexpr std::array kSamplings{Chroma::half, Chroma::full};

Header header_of(const jpeg_decompress_struct& info) {
  return {{info.image_width, info.image_height},
          exif_orientation(jpeg::exif_of(info)),
          info.num_components == 1 ? 1 : 3,
          8};
}

/// The quality at which libjpeg would have made the first quantization table: told by its mean against that
/// of the luma table of ITU-T T.81, K.1.
std::optional<double> coded_quality(const jpeg_decompress_struct& info) {
  constexpr double kMeanOfStandard = 57.625;
  const auto* table = info.quant_tbl_ptrs[0];
  if (table == nullptr) return std::nullopt;
  const double mean = std::accumulate(std::begin(table->quantval), std::end(table->quantval), 0.0) / DCTSIZE2;
  const double percent = std::max(100 * mean / kMeanOfStandard, 1.0);
  return percent <= 100 ? (200 - percent) / 2 : 5000 / percent;
}

/// Decodes all rows into `image`; false: `errors` says why.
bool read_rows(Decompressor& jpeg, Image& image) {
  if (setjmp(jpeg.errors.fence)) {
    jpeg.errors.unsupported = false;  // a strange marker among the data is damage
    return false;
  }
  jpeg.info.out_color_space = image.gray() ? JCS_GRAYSCALE : JCS_RGB;
  jpeg.info.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&jpeg.info);
  while (jpeg.info.output_scanline < jpeg.info.output_height) {
    JSAMPROW row = image.row(jpeg.info.output_scanline);
    jpeg_read_scanlines(&jpeg.info, &row, 1);
  }
  jpeg_finish_decompress(&jpeg.info);
  return true;
}

/// What follows the end marker, apart from the zeros that some cameras pad with.
bool has_trailing_data(const Decompressor& jpeg) {
  const auto* source = jpeg.info.src;
  return std::any_of(source->next_input_byte, source->next_input_byte + source->bytes_in_buffer,
                     [](JOCTET byte) { return byte != 0; });
}

bool sniff(ByteView head) {
  return as_chars(head).starts_with("\xff\xd8\xff");
}

Result<Header> read_header(ByteView file, const Limits& limits) {
  Decompressor jpeg;
  if (!open(jpeg, file)) return std::unexpected(jpeg.error());
  const auto header = header_of(jpeg.info);
  if (auto fits = check_limits(header.size, limits); !fits) return std::unexpected(fits.error());
  return header;
}

Result<Decoded> decode(ByteView file, const Limits& limits, int /*threads*/) {
  Decompressor jpeg;
  if (!open(jpeg, file)) return std::unexpected(jpeg.error());
  const auto header = header_of(jpeg.info);
  if (auto fits = check_limits(header.size, limits); !fits) return std::unexpected(fits.error());
  if (jpeg.info.num_components == 4)
    return fail(ErrorKind::left_alone, "CMYK colour; only grey and RGB pictures are converted");
  if (jpeg.info.num_components == 2)
    return fail(ErrorKind::left_alone, "two colour components; only grey and RGB pictures are converted");
  auto image = Image::make(header.size, header.channels, 8);
  if (!image) return std::unexpected(image.error());
  const auto quality = coded_quality(jpeg.info);
  auto metadata = metadata_of(jpeg);  // the library forgets the markers at the end of the picture
  const bool multi_picture = jpeg::is_multi_picture(jpeg.info);
  if (!read_rows(jpeg, *image) || jpeg.errors.damaged) return std::unexpected(jpeg.error());
  if (metadata.icc.size() > kMaxIccBytes)
    return fail(ErrorKind::damaged, "damaged JPEG: oversized ICC profile");
  Decoded decoded{std::move(*image), std::move(metadata), {}, quality};
  if (multi_picture) {
    decoded.extras.emplace_back("further pictures (an HDR gain map or a preview)");
  } else if (has_trailing_data(jpeg)) {
    decoded.extras.emplace_back("data after the end of the picture");
  }
  return decoded;
}

/// At high quality the colour edges that 4:2:0 softens are what is missing most; below it costs more than it
/// shows.
constexpr double kFullChromaQuality = 92;

/// The scale of the standard's tables in percent, as libjpeg's own quality has it, but for fractions too.
int table_scale(double quality) {
  const double percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return static_cast<int>(std::lround(percent));
}

bool samples_fully(const EncodeParams& params) {
  return params.chroma == Chroma::full ||
         (params.chroma == Chroma::by_quality && params.quality >= kFullChromaQuality);
}

void set_up_coding(jpeg_compress_struct& info, const EncodeParams& params) {
  jpeg_set_linear_quality(&info, table_scale(std::clamp(params.quality, 1.0, 100.0)), TRUE);
  if (info.num_components == 3 && samples_fully(params)) {
    info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
  }
  info.dct_method = JDCT_ISLOW;
  info.optimize_coding = TRUE;
  if (params.effort >= 3) jpeg_simple_progression(&info);
}

bool write(Compressor& jpeg, const Image& image, const Metadata& metadata, const EncodeParams& params) {
  if (setjmp(jpeg.errors.fence)) return false;
  create(jpeg);
  jpeg.info.image_width = image.width();
  jpeg.info.image_height = image.height();
  jpeg.info.input_components = image.channels();
  jpeg.info.in_color_space = image.gray() ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&jpeg.info);
  set_up_coding(jpeg.info, params);
  jpeg::set_density(jpeg.info, metadata);
  jpeg_start_compress(&jpeg.info, TRUE);
  jpeg::write_metadata(jpeg.info, metadata);
  while (jpeg.info.next_scanline < jpeg.info.image_height) {
    // The library does not write to the row; its type only does not say so.
    JSAMPROW row = const_cast<JSAMPROW>(image.row(jpeg.info.next_scanline));
    jpeg_write_scanlines(&jpeg.info, &row, 1);
  }
  jpeg_finish_compress(&jpeg.info);
  return true;
}

Result<Bytes> keep_pixels(const Metadata& metadata, const EncodeParams& params) {
  const auto& origin = params.origin;
  if (!kJpeg.can_keep_pixels(origin)) return fail(ErrorKind::left_alone, "JPEG cannot keep every pixel");
  return jpeg::recompress(origin->file, metadata, origin->orientation, params.effort, params.threads);
}

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  if (params.lossless) return keep_pixels(metadata, params);
  if (auto fits = check_metadata(metadata); !fits) return std::unexpected(fits.error());
  Compressor jpeg;
  if (!write(jpeg, image, metadata, params)) return std::unexpected(jpeg.error());
  return std::move(jpeg.output);
}

/// libjpeg-turbo has no run-time version; the number is that of the headers.
std::string libraries() {
#define FRUGAL_TEXT_OF(x) #x
#define FRUGAL_TEXT(x) FRUGAL_TEXT_OF(x)
  return "libjpeg-turbo " FRUGAL_TEXT(LIBJPEG_TURBO_VERSION);
#undef FRUGAL_TEXT
#undef FRUGAL_TEXT_OF
}

}  // namespace

const Codec kJpeg{.format = Format::jpeg,
                  .name = "jpeg",
                  .label = "JPEG",
                  .extensions = kExtensions,
                  .max_depth = 8,
                  .alpha = false,
                  .gray = true,
                  .cicp = false,
                  .max_side = 65500,
                  .quality = {1, 100, 0.5},
                  .samplings = kSamplings,
                  .has_lossless = false,
                  .recompresses = true,
                  .slow = false,
                  .sniff = sniff,
                  .read_header = read_header,
                  .decode = decode,
                  .encode = encode,
                  .libraries = libraries};

}  // namespace frugal::codec
