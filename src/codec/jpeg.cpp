// JPEG through libjpeg-turbo.
#include <algorithm>
#include <array>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <numeric>
#include <optional>
#include <vector>

#include "codec/table.hpp"
#include "image/colour.hpp"
#include "image/exif.hpp"
#include "image/orient.hpp"

// jpeglib.h wants size_t and FILE declared before it.
#include <jerror.h>
#include <jpeglib.h>

namespace frugal::codec {

namespace {

constexpr std::array<std::string_view, 4> kExtensions{"jpg", "jpeg", "jpe", "jfif"};
constexpr std::array kSamplings{Chroma::half, Chroma::full};

constexpr int kMaxScans = 100;  ///< a progressive picture has about ten; thousands are an attack on time
constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr int kIccMarker = JPEG_APP0 + 2;
constexpr std::string_view kExifPrefix{"Exif\0\0", 6};
constexpr std::string_view kXmpPrefix{"http://ns.adobe.com/xap/1.0/\0", 29};
constexpr std::string_view kMultiPicturePrefix{"MPF\0", 4};
constexpr std::size_t kMaxSegment = 65533;  ///< bytes of content in one marker segment

/// libjpeg reports errors by calling a function that must not return; this one jumps to the fence that every
/// call into the library stands behind. No C++ object with a destructor may live between the two.
struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf fence;
  char message[JMSG_LENGTH_MAX];  ///< of the error, or of the first warning that means damage
  bool damaged;
  bool over_limit;
  bool unsupported;
};

ErrorManager& manager_of(j_common_ptr common) {
  return *reinterpret_cast<ErrorManager*>(common->err);
}

void on_error(j_common_ptr common) {
  auto& manager = manager_of(common);
  common->err->format_message(common, manager.message);
  const int code = common->err->msg_code;
  manager.unsupported = code == JERR_SOF_UNSUPPORTED || code == JERR_BAD_PRECISION;
  std::longjmp(manager.fence, 1);
}

/// Warnings that say nothing about the samples. All others mean that data is missing or was made up.
bool harmless(int code) {
  return code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR ||
         code == JWRN_BOGUS_ICC;
}

void on_message(j_common_ptr common, int level) {
  auto& manager = manager_of(common);
  if (level >= 0 || manager.damaged || harmless(common->err->msg_code)) return;
  manager.damaged = true;
  common->err->format_message(common, manager.message);
}

void on_progress(j_common_ptr common) {
  const auto* decompress = reinterpret_cast<j_decompress_ptr>(common);
  if (decompress->input_scan_number > kMaxScans) {
    auto& manager = manager_of(common);
    std::snprintf(manager.message, sizeof manager.message, "more than the limit of %d scans", kMaxScans);
    manager.over_limit = true;
    std::longjmp(manager.fence, 1);
  }
}

void set_up(ErrorManager& manager) {
  jpeg_std_error(&manager.base);
  manager.base.error_exit = on_error;
  manager.base.emit_message = on_message;
  manager.message[0] = '\0';
  manager.damaged = false;
  manager.over_limit = false;
  manager.unsupported = false;
}

/// A decompressor and what hangs on it, destroyed together.
struct Decompressor {
  jpeg_decompress_struct info{};
  ErrorManager errors{};
  jpeg_progress_mgr progress{};

  Decompressor() {
    set_up(errors);
    info.err = &errors.base;
  }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  ~Decompressor() { jpeg_destroy_decompress(&info); }

  Error error() const {
    if (errors.over_limit) return {ErrorKind::limit, errors.message};
    if (errors.unsupported) return {ErrorKind::unsupported, std::string("JPEG: ") + errors.message};
    return {ErrorKind::damaged, std::string("damaged JPEG: ") + errors.message};
  }
};

/// Parses up to the first scan, keeping the markers that hold metadata. False: `errors` says why.
bool open(Decompressor& jpeg, ByteView file) {
  if (setjmp(jpeg.errors.fence)) return false;
  jpeg_create_decompress(&jpeg.info);
  jpeg.progress.progress_monitor = on_progress;
  jpeg.info.progress = &jpeg.progress;
  jpeg_mem_src(&jpeg.info, file.data(), file.size());
  jpeg_save_markers(&jpeg.info, kExifMarker, 0xffff);
  jpeg_save_markers(&jpeg.info, kIccMarker, 0xffff);
  jpeg_read_header(&jpeg.info, TRUE);
  return true;
}

std::string_view content(const jpeg_marker_struct& marker) {
  return {reinterpret_cast<const char*>(marker.data), marker.data_length};
}

/// The content after `prefix` of the first such segment.
ByteView segment(const jpeg_decompress_struct& info, int code, std::string_view prefix) {
  for (const auto* marker = info.marker_list; marker; marker = marker->next) {
    if (marker->marker == code && content(*marker).starts_with(prefix)) {
      return as_bytes(content(*marker).substr(prefix.size()));
    }
  }
  return {};
}

Bytes icc_of(Decompressor& jpeg) {
  if (setjmp(jpeg.errors.fence)) return {};
  JOCTET* data = nullptr;
  unsigned size = 0;
  if (!jpeg_read_icc_profile(&jpeg.info, &data, &size)) return {};
  const std::unique_ptr<JOCTET, decltype(&std::free)> owner(data, &std::free);
  return {data, data + size};
}

std::optional<Density> density_of(const jpeg_decompress_struct& info) {
  const double unit = info.density_unit == 1 ? 1 / 0.0254 : info.density_unit == 2 ? 100.0 : 0.0;
  if (!info.saw_JFIF_marker || unit == 0 || info.X_density == 0 || info.Y_density == 0) return std::nullopt;
  return Density{info.X_density * unit, info.Y_density * unit};
}

Metadata metadata_of(Decompressor& jpeg) {
  Metadata metadata;
  const auto exif = segment(jpeg.info, kExifMarker, kExifPrefix);
  metadata.exif.assign(exif.begin(), exif.end());
  metadata.orientation = exif_orientation(exif);
  const auto xmp = segment(jpeg.info, kExifMarker, kXmpPrefix);
  metadata.xmp.assign(xmp.begin(), xmp.end());
  metadata.icc = icc_of(jpeg);
  metadata.density = density_of(jpeg.info);
  return metadata;
}

Header header_of(const jpeg_decompress_struct& info) {
  return {{info.image_width, info.image_height},
          exif_orientation(segment(info, kExifMarker, kExifPrefix)),
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
  const bool multi_picture = !segment(jpeg.info, kIccMarker, kMultiPicturePrefix).empty();
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

/// A compressor and its output, which grows in place: the library's own memory destination loses track of its
/// buffer when an allocation fails.
struct Compressor {
  jpeg_compress_struct info{};
  ErrorManager errors{};
  jpeg_destination_mgr destination{};
  Bytes output;

  Compressor() {
    set_up(errors);
    info.err = &errors.base;
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor() { jpeg_destroy_compress(&info); }
};

constexpr std::size_t kFirstOutput = 64U << 10;

/// Lets the library write into `output` from byte `used` on. False: no memory.
bool offer(Compressor& jpeg, std::size_t used, std::size_t size) {
  try {
    jpeg.output.resize(size);
  } catch (const std::bad_alloc&) {
    return false;
  }
  jpeg.destination.next_output_byte = jpeg.output.data() + used;
  jpeg.destination.free_in_buffer = size - used;
  return true;
}

Compressor& owner_of(j_compress_ptr info) {
  return *static_cast<Compressor*>(info->client_data);
}

void start_output(j_compress_ptr info) {
  if (!offer(owner_of(info), 0, kFirstOutput)) ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
}

boolean grow_output(j_compress_ptr info) {
  const std::size_t used = owner_of(info).output.size();
  if (!offer(owner_of(info), used, used * 2)) ERREXIT1(info, JERR_OUT_OF_MEMORY, 1);
  return TRUE;
}

void end_output(j_compress_ptr info) {
  auto& jpeg = owner_of(info);
  jpeg.output.resize(jpeg.output.size() - jpeg.destination.free_in_buffer);
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

void write_prefixed(jpeg_compress_struct& info, int code, std::string_view prefix, ByteView data) {
  jpeg_write_m_header(&info, code, static_cast<unsigned>(prefix.size() + data.size()));
  for (const char c : prefix) jpeg_write_m_byte(&info, static_cast<unsigned char>(c));
  for (const auto byte : data) jpeg_write_m_byte(&info, byte);
}

void write_metadata(jpeg_compress_struct& info, const Metadata& metadata) {
  if (!metadata.exif.empty()) write_prefixed(info, kExifMarker, kExifPrefix, metadata.exif);
  if (!metadata.xmp.empty()) write_prefixed(info, kExifMarker, kXmpPrefix, metadata.xmp);
  if (!metadata.icc.empty()) {
    jpeg_write_icc_profile(&info, metadata.icc.data(), static_cast<unsigned>(metadata.icc.size()));
  }
}

void set_density(jpeg_compress_struct& info, const Metadata& metadata) {
  if (!metadata.density) return;
  const auto per_inch = [](double per_metre) {
    return static_cast<UINT16>(std::clamp(std::lround(per_metre * 0.0254), 1L, 65535L));
  };
  info.density_unit = 1;
  info.X_density = per_inch(metadata.density->x);
  info.Y_density = per_inch(metadata.density->y);
}

bool write(Compressor& jpeg, const Image& image, const Metadata& metadata, const EncodeParams& params) {
  if (setjmp(jpeg.errors.fence)) return false;
  jpeg_create_compress(&jpeg.info);
  jpeg.info.client_data = &jpeg;
  jpeg.destination.init_destination = start_output;
  jpeg.destination.empty_output_buffer = grow_output;
  jpeg.destination.term_destination = end_output;
  jpeg.info.dest = &jpeg.destination;
  jpeg.info.image_width = image.width();
  jpeg.info.image_height = image.height();
  jpeg.info.input_components = image.channels();
  jpeg.info.in_color_space = image.gray() ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&jpeg.info);
  set_up_coding(jpeg.info, params);
  set_density(jpeg.info, metadata);
  jpeg_start_compress(&jpeg.info, TRUE);
  write_metadata(jpeg.info, metadata);
  while (jpeg.info.next_scanline < jpeg.info.image_height) {
    // The library does not write to the row; its type only does not say so.
    JSAMPROW row = const_cast<JSAMPROW>(image.row(jpeg.info.next_scanline));
    jpeg_write_scanlines(&jpeg.info, &row, 1);
  }
  jpeg_finish_compress(&jpeg.info);
  return true;
}

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  if (metadata.exif.size() + kExifPrefix.size() > kMaxSegment) {
    return fail(ErrorKind::left_alone, "more EXIF data than a JPEG holds; --metadata safe drops most of it");
  }
  if (metadata.xmp.size() + kXmpPrefix.size() > kMaxSegment) {
    return fail(ErrorKind::left_alone, "more XMP data than a JPEG holds; --metadata safe drops it");
  }
  Compressor jpeg;
  if (!write(jpeg, image, metadata, params)) {
    return fail(ErrorKind::internal, std::string("libjpeg: ") + jpeg.errors.message);
  }
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
                  .slow = false,
                  .sniff = sniff,
                  .read_header = read_header,
                  .decode = decode,
                  .encode = encode,
                  .libraries = libraries};

}  // namespace frugal::codec
