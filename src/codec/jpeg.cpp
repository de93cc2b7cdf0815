// JPEG: decoded by libjpeg-turbo; encoded by our own coder, whose coefficients libjpeg-turbo writes.
#include <algorithm>
#include <array>
#include <iterator>
#include <new>
#include <numeric>
#include <optional>
#include <utility>

#include "codec/jpeg/encoder.hpp"
#include "codec/jpeg/handles.hpp"
#include "codec/jpeg/lossless.hpp"
#include "codec/jpeg/markers.hpp"
#include "codec/jpeg/recipe.hpp"
#include "codec/jpeg/rows.hpp"
#include "codec/jpeg/script.hpp"
#include "codec/jpeg/stream.hpp"
#include "codec/table.hpp"
#include "image/colour.hpp"
#include "image/exif.hpp"

namespace frugal::codec {

namespace {

using jpeg::Decompressor;

constexpr std::array<std::string_view, 4> kExtensions{"jpg", "jpeg", "jpe", "jfif"};
constexpr std::array kSamplings{Chroma::half, Chroma::full};
constexpr QualityRange kQuality{1, 100, 0.25};

/// Of our own files the quality that they were made with; of others that at which libjpeg would have made the
/// first quantization table, told by its mean against that of the luma table of ITU-T T.81, K.1.
std::optional<double> coded_quality(const jpeg_decompress_struct& info) {
  constexpr double kMeanOfStandard = 57.625;
  const auto* table = info.quant_tbl_ptrs[0];
  if (table == nullptr) return std::nullopt;
  jpeg::Table steps;
  std::copy(std::begin(table->quantval), std::end(table->quantval), steps.begin());
  if (const auto own = jpeg::quality_of(steps, kQuality.step)) return own;
  const double mean = std::accumulate(steps.begin(), steps.end(), 0.0) / DCTSIZE2;
  const double percent = std::max(100 * mean / kMeanOfStandard, 1.0);
  return percent <= 100 ? (200 - percent) / 2 : 5000 / percent;
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

Result<Header> read_header(ByteView file, const Limits& limits) try {
  Decompressor jpeg(limits);
  return jpeg::open_checked(jpeg, file);
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

bool has_reduced_chroma(const jpeg_decompress_struct& info) {
  return std::any_of(info.comp_info, info.comp_info + info.num_components,
                     [&](const jpeg_component_info& component) {
                       return 4 * component.h_samp_factor * component.v_samp_factor <=
                              info.max_h_samp_factor * info.max_v_samp_factor;
                     });
}

Result<Decoded> decode(ByteView file, const Limits& limits, int /*threads*/) try {
  auto opened = jpeg::Rows::open(file, limits);
  if (!opened) return std::unexpected(opened.error());
  auto& rows = **opened;
  const auto& jpeg = rows.decompressor();
  auto image = Image::make(rows.size(), rows.channels(), rows.depth());
  if (!image) return std::unexpected(image.error());
  const auto quality = coded_quality(jpeg.info);
  auto metadata = rows.metadata();  // the library forgets the markers at the end of the picture
  const bool reduced = has_reduced_chroma(jpeg.info);
  const bool multi_picture = jpeg::is_multi_picture(jpeg.info);
  if (auto read = rows.read(*image, 0, image->height()); !read) return std::unexpected(read.error());
  Decoded decoded{std::move(*image), std::move(metadata), {}, quality, reduced};
  if (multi_picture) {
    decoded.extras.emplace_back("further pictures (an HDR gain map or a preview)");
  } else if (has_trailing_data(jpeg)) {
    decoded.extras.emplace_back("data after the end of the picture");
  }
  return decoded;
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

Result<OpenedRows> open_rows(ByteView file, const Limits& limits) try {
  auto opened = jpeg::Rows::open(file, limits);
  if (!opened) return std::unexpected(opened.error());
  auto metadata = (*opened)->metadata();
  return OpenedRows{std::move(*opened), std::move(metadata)};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

/// At high quality the colour edges that 4:2:0 softens are what is missing most; below it costs more than it
/// shows.
constexpr double kFullChromaQuality = 95;

jpeg::Sampling sampling_of(const EncodeParams& params) {
  if (params.room == Room::scarcest) return jpeg::Sampling::half;
  const bool full = params.chroma == Chroma::by_quality ? params.quality >= kFullChromaQuality
                                                        : params.chroma == Chroma::full;
  return full ? jpeg::Sampling::full : jpeg::Sampling::half;
}

/// What the file stores that the picture comes from; none where that cannot be used.
std::optional<jpeg::Coefficients> stored_in(const std::optional<Origin>& origin, const Image& image) {
  if (!origin || origin->format != Format::jpeg) return std::nullopt;
  auto stored = jpeg::read_coefficients(origin->file);
  if (!stored || (stored->components.size() == 1) != image.gray()) return std::nullopt;
  if (!jpeg::turn(*stored, origin->orientation) || stored->size != image.size()) return std::nullopt;
  return std::move(*stored);
}

/// What is transformed once for a draft and the encodes that follow it.
class Work : public DraftWork {
 public:
  Work(jpeg::Source picture, jpeg::Coefficients coded)
      : source(std::move(picture)), draft(std::move(coded)) {}
  jpeg::Source source;
  jpeg::Coefficients draft;
};

jpeg::Source source_of(const Image& image, const EncodeParams& params) {
  const auto sampling = sampling_of(params);
  auto stored = stored_in(params.origin, image);
  return stored ? jpeg::source_of(std::move(*stored), sampling, params.threads)
                : jpeg::source_of(image, sampling, params.threads);
}

jpeg::Recipe recipe_of(const jpeg::Source& source, const EncodeParams& params) {
  return jpeg::recipe_of(params.quality, source.sampling(), params.effort);
}

jpeg::Coefficients quantised(const Image& image, const EncodeParams& params) {
  const auto* work = params.guide ? dynamic_cast<const Work*>(params.guide->work.get()) : nullptr;
  if (work) {
    return jpeg::quantised(work->source, recipe_of(work->source, params), *params.guide, work->draft,
                           params.threads);
  }
  auto source = source_of(image, params);
  if (params.room == Room::ample) jpeg::keep(source, params.threads);
  return jpeg::quantised(source, recipe_of(source, params), params.threads);
}

Result<Bytes> keep_pixels(const Metadata& metadata, const EncodeParams& params) {
  const auto& origin = params.origin;
  if (!kJpeg.can_keep_pixels(origin)) return fail(ErrorKind::left_alone, "JPEG cannot keep every pixel");
  return jpeg::recompress(origin->file, metadata, origin->orientation, params.effort, params.threads);
}

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params) try {
  if (params.lossless) return keep_pixels(metadata, params);
  const auto coefficients = quantised(image, params);
  const auto script =
      params.effort > 1 ? jpeg::best_script(coefficients, params.effort, params.threads) : jpeg::Script{};
  return jpeg::write_coefficients(coefficients, script, metadata);
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

Result<Draft> draft(const Image& image, const EncodeParams& params) try {
  auto source = source_of(image, params);
  jpeg::keep(source, params.threads);
  auto coefficients = jpeg::quantised(source, recipe_of(source, params), params.threads);
  auto picture = jpeg::reconstructed(coefficients, params.threads);
  if (!picture) return std::unexpected(picture.error());
  const double bits = jpeg::estimated_bits(coefficients, params.threads);
  return Draft{std::move(*picture), bits, std::make_shared<Work>(std::move(source), std::move(coefficients))};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
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
                  .quality = kQuality,
                  .samplings = kSamplings,
                  .has_lossless = false,
                  .recompresses = true,
                  .slow = false,
                  .sniff = sniff,
                  .read_header = read_header,
                  .decode = decode,
                  .open_rows = open_rows,
                  .encode = encode,
                  .draft = draft,
                  .libraries = libraries};

}  // namespace frugal::codec
