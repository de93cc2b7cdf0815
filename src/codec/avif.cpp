// AVIF by libavif.
#include <avif/avif.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "codec/isobmff.hpp"
#include "codec/table.hpp"
#include "codec/ycbcr.hpp"
#include "image/colour.hpp"
#include "image/depth.hpp"

namespace frugal::codec {
namespace {

constexpr std::uint32_t kMaxSide = 65536;  // AV1's frame size fields have 16 bits, for size - 1
constexpr double kFullChromaQuality = 90;  // from here on chroma is not subsampled
constexpr double kLeastAlphaQuality = 90;  // a matte's edges are seen on every background, and cost little

struct DecoderDeleter {
  void operator()(avifDecoder* decoder) const { avifDecoderDestroy(decoder); }
};
using Decoder = std::unique_ptr<avifDecoder, DecoderDeleter>;

struct EncoderDeleter {
  void operator()(avifEncoder* encoder) const { avifEncoderDestroy(encoder); }
};
using Encoder = std::unique_ptr<avifEncoder, EncoderDeleter>;

struct ImageDeleter {
  void operator()(avifImage* image) const { avifImageDestroy(image); }
};
using AvifImage = std::unique_ptr<avifImage, ImageDeleter>;

struct Output {
  avifRWData data = AVIF_DATA_EMPTY;
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { avifRWDataFree(&data); }
};

ByteView view(const avifRWData& data) {
  return {data.data, data.size};
}
Bytes copy(const avifRWData& data) {
  return {data.data, data.data + data.size};
}

/// Calls a setter of libavif that gives back nothing before version 1.0 and an avifResult from there on.
template <class Function, class... Arguments>
bool done(Function function, Arguments... arguments) {
  if constexpr (std::is_void_v<std::invoke_result_t<Function, Arguments...>>) {
    function(arguments...);
    return true;
  } else {
    return function(arguments...) == AVIF_RESULT_OK;
  }
}

std::unexpected<Error> fail_with(ErrorKind kind, std::string_view doing, avifResult result,
                                 const avifDiagnostics& diagnostics) {
  std::string message = std::string(doing) + ": " + isobmff::one_line(avifResultToString(result));
  if (diagnostics.error[0] != '\0') message += " (" + isobmff::one_line(diagnostics.error) + ")";
  return fail(kind, std::move(message));
}

std::unexpected<Error> decoding_error(avifResult result, const avifDiagnostics& diagnostics) {
  switch (result) {
    case AVIF_RESULT_NO_CODEC_AVAILABLE:
      return fail(ErrorKind::unsupported,
                  "libavif has no AV1 decoder here; install one of dav1d, aom, libgav1");
    case AVIF_RESULT_UNSUPPORTED_DEPTH:
    case AVIF_RESULT_NOT_IMPLEMENTED:
    case AVIF_RESULT_NO_AV1_ITEMS_FOUND:
      return fail_with(ErrorKind::unsupported, "this AVIF file cannot be read", result, diagnostics);
    case AVIF_RESULT_OUT_OF_MEMORY:
      return fail(ErrorKind::limit, "not enough memory for the image");
    default:
      break;
  }
  // The library's own limit (2^28 pixels) is told apart only by its text.
  if (std::string_view(diagnostics.error).find("too large") != std::string_view::npos) {
    return fail(ErrorKind::limit, "the image is larger than libavif decodes (2^28 pixels, 65536 on a side)");
  }
  return fail_with(ErrorKind::damaged, "damaged AVIF file", result, diagnostics);
}

/// One side of the clean aperture: where it begins and how long it is (ISO/IEC 14496-12, 12.1.4). The fields
/// are signed, whatever libavif declares. An aperture that begins on half a pixel is moved to the whole one
/// before it. Nothing when it is not a whole number of pixels within `side`.
struct Extent {
  std::uint32_t start = 0;
  std::uint32_t length = 0;
};
std::optional<Extent> clean_extent(std::uint32_t side, std::uint32_t length_n, std::uint32_t length_d,
                                   std::uint32_t offset_n, std::uint32_t offset_d) {
  const std::int64_t scale = static_cast<std::int32_t>(offset_d);
  if (length_d == 0 || length_n % length_d != 0 || scale <= 0) return std::nullopt;
  const std::int64_t length = length_n / length_d;
  const std::int64_t twice_start =
      2 * std::int64_t{static_cast<std::int32_t>(offset_n)} + (side - length) * scale;
  const std::int64_t start = twice_start / (2 * scale);
  if (length == 0 || twice_start < 0 || start + length > side) return std::nullopt;
  return Extent{static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(length)};
}

Result<avifCropRect> visible_area(const avifImage& image) {
  if ((image.transformFlags & AVIF_TRANSFORM_CLAP) == 0) return avifCropRect{0, 0, image.width, image.height};
  const avifCleanApertureBox& clap = image.clap;
  const auto across = clean_extent(image.width, clap.widthN, clap.widthD, clap.horizOffN, clap.horizOffD);
  const auto down = clean_extent(image.height, clap.heightN, clap.heightD, clap.vertOffN, clap.vertOffD);
  if (!across || !down)
    return fail(ErrorKind::damaged, "damaged AVIF file: its crop lies outside the picture");
  return avifCropRect{across->start, down->start, across->length, down->length};
}

/// The EXIF orientation that stands for "turn by angle * 90 degrees anticlockwise, then mirror"
/// (ISO/IEC 23008-12, 6.5.10 and 6.5.12; ISO/IEC 23000-22 sets the order).
Orientation orientation_of(const avifImage& image) {
  using enum Orientation;
  constexpr std::array turned = {upright, turned_270, turned_180, turned_90};
  constexpr std::array then_top_to_bottom = {flipped, transposed, mirrored, transversed};
  constexpr std::array then_left_to_right = {mirrored, transversed, flipped, transposed};
  const std::size_t angle = (image.transformFlags & AVIF_TRANSFORM_IROT) != 0 ? image.irot.angle & 3U : 0;
  if ((image.transformFlags & AVIF_TRANSFORM_IMIR) == 0) return turned[angle];
#if AVIF_VERSION >= 1000000
  const bool top_to_bottom = image.imir.axis == 0;
#else
  const bool top_to_bottom = image.imir.mode == 0;
#endif
  return top_to_bottom ? then_top_to_bottom[angle] : then_left_to_right[angle];
}

/// A file whose container has been read and checked, and none of its pictures decoded yet.
struct Parsed {
  Decoder decoder;
  Header header;
  avifCropRect area{};
};

Result<Decoder> open_decoder(ByteView file, const Limits& limits) {
  Decoder decoder(avifDecoderCreate());
  if (!decoder) return fail(ErrorKind::limit, "not enough memory for the image");
  decoder->imageDimensionLimit = kMaxSide;
  // Strict, it refuses files that libheif up to 1.11 and cavif up to 1.2 wrote, and crops from half a pixel.
  decoder->strictFlags = AVIF_STRICT_DISABLED;
  if (const avifResult result = avifDecoderSetIOMemory(decoder.get(), file.data(), file.size());
      result != AVIF_RESULT_OK) {
    return decoding_error(result, decoder->diag);
  }
  if (const avifResult result = avifDecoderParse(decoder.get()); result != AVIF_RESULT_OK) {
    return decoding_error(result, decoder->diag);
  }
  // Parsed with the library's own limit, so that a picture over ours can be told from a damaged file; the AV1
  // decoder gets ours, because its bitstream may claim another size than the container.
  decoder->imageSizeLimit = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(std::max<std::uint64_t>(limits.max_pixels, 1), AVIF_DEFAULT_IMAGE_SIZE_LIMIT));
  return decoder;
}

Result<Parsed> parse(ByteView file, const Limits& limits) {
  auto decoder = open_decoder(file, limits);
  if (!decoder) return std::unexpected(std::move(decoder).error());
  const avifImage& image = *(*decoder)->image;
  if (image.icc.size > kMaxIccBytes) return fail(ErrorKind::limit, "the ICC profile exceeds 8 MB");
  if (const auto within = check_limits({image.width, image.height}, limits); !within) {
    return std::unexpected(within.error());
  }
  const auto area = visible_area(image);
  if (!area) return std::unexpected(area.error());
  const int color_channels = image.yuvFormat == AVIF_PIXEL_FORMAT_YUV400 ? 1 : 3;
  const Header header{{area->width, area->height},
                      orientation_of(image),
                      color_channels + ((*decoder)->alphaPresent ? 1 : 0),
                      static_cast<int>(image.depth)};
  return Parsed{std::move(*decoder), header, *area};
}

Result<Header> read_header(ByteView file, const Limits& limits) {
  return isobmff::without_exceptions([&]() -> Result<Header> {
    const auto parsed = parse(file, limits);
    if (!parsed) return std::unexpected(parsed.error());
    return parsed->header;
  });
}

/// The luma plane as grey samples in full range, with the alpha plane where there is one.
Result<Image> gray_image(const avifImage& source) {
  const bool alpha = source.alphaPlane != nullptr;
  auto image = Image::make({source.width, source.height}, alpha ? 2 : 1, static_cast<int>(source.depth));
  if (!image) return image;
  const auto depth = static_cast<int>(source.depth);
  const bool limited = source.yuvRange == AVIF_RANGE_LIMITED;
  with_samples(*image, [&](auto zero) {
    using Sample = decltype(zero);
    const std::uint32_t most = image->max_value();
    for (std::uint32_t y = 0; y < source.height; ++y) {
      const auto* luma = reinterpret_cast<const Sample*>(source.yuvPlanes[AVIF_CHAN_Y] +
                                                         std::size_t{source.yuvRowBytes[AVIF_CHAN_Y]} * y);
      const auto* matte =
          alpha ? reinterpret_cast<const Sample*>(source.alphaPlane + std::size_t{source.alphaRowBytes} * y)
                : nullptr;
      Sample* out = image->samples<Sample>(y).data();
      for (std::uint32_t x = 0; x < source.width; ++x) {
        std::uint32_t value =
            limited ? static_cast<std::uint32_t>(avifLimitedToFullY(depth, luma[x])) : std::uint32_t{luma[x]};
        if (alpha && source.alphaPremultiplied && matte[x] != 0) {
          value = (value * most + matte[x] / 2U) / matte[x];
        }
        *out++ = static_cast<Sample>(std::min(value, most));
        if (alpha) *out++ = matte[x];
      }
    }
  });
  return image;
}

Result<Image> color_image(const avifImage& source, int threads) {
  const bool alpha = source.alphaPlane != nullptr;
  auto image = Image::make({source.width, source.height}, alpha ? 4 : 3, static_cast<int>(source.depth));
  if (!image) return image;
  avifRGBImage rgb;
  avifRGBImageSetDefaults(&rgb, &source);
  rgb.format = alpha ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB;
  // libavif's own arithmetic: the same result on every machine, with or without libyuv.
  rgb.avoidLibYUV = AVIF_TRUE;
  rgb.chromaUpsampling = AVIF_CHROMA_UPSAMPLING_BILINEAR;
#if AVIF_VERSION >= 1000000
  rgb.maxThreads = threads;
#else
  static_cast<void>(threads);
#endif
  rgb.pixels = image->row(0);
  rgb.rowBytes = static_cast<std::uint32_t>(image->row_bytes());
  const avifResult result = avifImageYUVToRGB(&source, &rgb);
  if (result == AVIF_RESULT_OK) return image;
  return fail_with(ErrorKind::unsupported, "this AVIF file's colour cannot be converted", result, {});
}

Result<Image> crop(Image image, const avifCropRect& area) {
  if (area.width == image.width() && area.height == image.height()) return image;
  auto cropped = Image::make({area.width, area.height}, image.channels(), image.depth());
  if (!cropped) return cropped;
  const std::size_t pixel_bytes = image.row_bytes() / image.width();
  for (std::uint32_t y = 0; y < area.height; ++y) {
    std::memcpy(cropped->row(y), image.row(area.y + y) + area.x * pixel_bytes, cropped->row_bytes());
  }
  return cropped;
}

Result<void> refuse_what_is_no_still(const Parsed& parsed, const isobmff::Layout& layout) {
  const avifImage& image = *parsed.decoder->image;
  if (layout.sequence || parsed.decoder->imageCount > 1) {
    return fail(ErrorKind::left_alone, "an animation; only still pictures are converted");
  }
  if ((image.transformFlags & AVIF_TRANSFORM_PASP) != 0 && image.pasp.hSpacing != image.pasp.vSpacing) {
    return fail(ErrorKind::left_alone, "its pixels are not square");
  }
  return {};
}

Metadata metadata_of(const Parsed& parsed) {
  const avifImage& image = *parsed.decoder->image;
  Metadata metadata;
  metadata.icc = copy(image.icc);
  metadata.cicp =
      isobmff::meaningful_cicp(image.colorPrimaries, image.transferCharacteristics, image.matrixCoefficients);
  metadata.orientation = parsed.header.orientation;
  const ByteView exif = isobmff::tiff_structure(view(image.exif));
  metadata.exif.assign(exif.begin(), exif.end());
  metadata.xmp = copy(image.xmp);
  return metadata;
}

std::vector<std::string> extras_of(ByteView file, const Parsed& parsed, const isobmff::Layout& layout) {
  std::vector<std::string> extras;
#if AVIF_VERSION >= 1020000
  const bool gain_map = parsed.decoder->image->gainMap != nullptr;
#else
  const bool gain_map = false;
#endif
  // A file with a gain map has a derived "tone-mapped" picture, which its brands announce.
  if (gain_map || isobmff::has_brand(file, {"tmap"})) extras.emplace_back("an HDR gain map");
  if (parsed.decoder->progressiveState != AVIF_PROGRESSIVE_STATE_UNAVAILABLE) {
    extras.emplace_back("progressive layers");
  }
  isobmff::append_extras(layout, extras);
  return extras;
}

Result<Decoded> decode_still(ByteView file, const Limits& limits, int threads) {
  const auto layout = isobmff::layout(file, "AVIF");
  if (!layout) return std::unexpected(layout.error());
  auto parsed = parse(file, limits);
  if (!parsed) return std::unexpected(std::move(parsed).error());
  if (const auto still = refuse_what_is_no_still(*parsed, *layout); !still) {
    return std::unexpected(still.error());
  }
  avifDecoder& decoder = *parsed->decoder;
  const avifImage& picture = *decoder.image;
  const Size announced{picture.width, picture.height};
  decoder.maxThreads = threads;
  if (const avifResult result = avifDecoderNextImage(&decoder); result != AVIF_RESULT_OK) {
    return decoding_error(result, decoder.diag);
  }
  const bool gray = picture.yuvFormat == AVIF_PIXEL_FORMAT_YUV400;
  const int channels = (gray ? 1 : 3) + (picture.alphaPlane != nullptr ? 1 : 0);
  if (Size{picture.width, picture.height} != announced || channels != parsed->header.channels ||
      static_cast<int>(picture.depth) != parsed->header.depth) {
    return fail(ErrorKind::damaged, "damaged AVIF file: its header and its picture disagree");
  }
  auto image = gray ? gray_image(picture) : color_image(picture, threads);
  if (image) image = crop(std::move(*image), parsed->area);
  if (!image) return std::unexpected(std::move(image).error());
  return Decoded{std::move(*image), metadata_of(*parsed), extras_of(file, *parsed, *layout)};
}

Result<Decoded> decode(ByteView file, const Limits& limits, int threads) {
  return isobmff::without_exceptions([&] { return decode_still(file, limits, threads); });
}

/// libavif's speed for an effort, 1 to 9; each step slower is smaller at the same quality.
int speed_of(int effort) {
  constexpr std::array speeds = {10, 9, 8, 7, 6, 5, 4, 3, 2};
  return speeds[static_cast<std::size_t>(std::clamp(effort, 1, 9) - 1)];
}

/// Gives back whether all the metadata was taken.
bool set_metadata(avifImage& image, const Metadata& metadata, bool lossless) {
  const bool profile = !metadata.icc.empty();
  const Cicp plain = profile ? Cicp{} : Cicp{AVIF_COLOR_PRIMARIES_BT709, AVIF_TRANSFER_CHARACTERISTICS_SRGB};
  const Cicp color = profile ? plain : metadata.cicp.value_or(plain);
  image.colorPrimaries = color.primaries;
  image.transferCharacteristics = color.transfer;
  const bool stored_as_rgb = lossless && image.yuvFormat == AVIF_PIXEL_FORMAT_YUV444;
  image.matrixCoefficients =
      stored_as_rgb ? AVIF_MATRIX_COEFFICIENTS_IDENTITY : AVIF_MATRIX_COEFFICIENTS_BT601;
  image.yuvRange = AVIF_RANGE_FULL;
  bool taken = true;
  if (profile) taken = done(avifImageSetProfileICC, &image, metadata.icc.data(), metadata.icc.size());
  if (!metadata.exif.empty()) {
    taken = taken && done(avifImageSetMetadataExif, &image, metadata.exif.data(), metadata.exif.size());
  }
  if (!metadata.xmp.empty()) {
    taken = taken && done(avifImageSetMetadataXMP, &image, metadata.xmp.data(), metadata.xmp.size());
  }
  // The EXIF orientation has set these; the picture is upright whatever it says.
  image.transformFlags = AVIF_TRANSFORM_NONE;
  return taken;
}

bool samples_fully(const EncodeParams& params) {
  return params.lossless || params.chroma == Chroma::full ||
         (params.chroma == Chroma::by_quality && params.quality >= kFullChromaQuality);
}

Plane plane(avifImage& image, avifChannelIndex channel) {
  return {image.yuvPlanes[channel], image.yuvRowBytes[channel]};
}

Result<AvifImage> to_planes(const Image& image, const EncodeParams& params) {
  const bool full_chroma = samples_fully(params);
  const avifPixelFormat color = full_chroma ? AVIF_PIXEL_FORMAT_YUV444 : AVIF_PIXEL_FORMAT_YUV420;
  AvifImage planes(avifImageCreate(image.width(), image.height(), static_cast<std::uint32_t>(image.depth()),
                                   image.gray() ? AVIF_PIXEL_FORMAT_YUV400 : color));
  const avifPlanesFlags wanted = image.alpha() ? AVIF_PLANES_ALL : AVIF_PLANES_YUV;
  if (!planes || !done(avifImageAllocatePlanes, planes.get(), wanted)) {
    return fail(ErrorKind::limit, "not enough memory for the image");
  }
  if (image.gray()) {
    write_channel(image, 0, plane(*planes, AVIF_CHAN_Y));
  } else {
    const auto y = plane(*planes, AVIF_CHAN_Y);
    const auto cb = plane(*planes, AVIF_CHAN_U);
    const auto cr = plane(*planes, AVIF_CHAN_V);
    params.lossless ? write_gbr(image, y, cb, cr) : write_ycbcr(image, !full_chroma, y, cb, cr);
  }
  // Where alpha is opaque everywhere, libavif writes none.
  if (image.alpha()) {
    write_channel(image, image.channels() - 1, {planes->alphaPlane, planes->alphaRowBytes});
  }
  return planes;
}

bool set_option(avifEncoder& encoder, const char* key, const std::string& value) {
  return done(avifEncoderSetCodecSpecificOption, &encoder, key, value.c_str());
}

#if AVIF_VERSION >= 1000000
bool set_quality(avifEncoder& encoder, double quality) {
  encoder.quality = static_cast<int>(std::lround(quality));
  encoder.qualityAlpha = static_cast<int>(std::lround(std::max(quality, kLeastAlphaQuality)));
  return true;
}
#else
/// AV1's quantizer, 0 to 63 in half steps, on the scale that later versions of libavif have for quality.
double half_quantizer(double quality) {
  return std::round((100 - quality) * 2 * 63 / 100) / 2;
}

/// Whole steps are worth up to 3 points of SSIMULACRA2. Between two of them lies the finer one with a steeper
/// quantization matrix; the flatter of the two costs 1 to 2 % fewer bytes at equal score than none.
bool set_matrix(avifEncoder& encoder, bool between) {
  const char* level = between ? "9" : "11";
  return set_option(encoder, "color:enable-qm", "1") && set_option(encoder, "color:qm-min", level) &&
         set_option(encoder, "color:qm-max", level);
}

bool set_quality(avifEncoder& encoder, double quality) {
  const double fine = half_quantizer(quality);
  const int color = static_cast<int>(fine);
  const int alpha = static_cast<int>(half_quantizer(std::max(quality, kLeastAlphaQuality)));
  encoder.minQuantizer = AVIF_QUANTIZER_BEST_QUALITY;
  encoder.maxQuantizer = color == 0 ? AVIF_QUANTIZER_LOSSLESS : AVIF_QUANTIZER_WORST_QUALITY;
  encoder.minQuantizerAlpha = AVIF_QUANTIZER_BEST_QUALITY;
  encoder.maxQuantizerAlpha = alpha == 0 ? AVIF_QUANTIZER_LOSSLESS : AVIF_QUANTIZER_WORST_QUALITY;
  if (encoder.codecChoice != AVIF_CODEC_CHOICE_AOM) {
    encoder.minQuantizer = encoder.maxQuantizer = color;
    encoder.minQuantizerAlpha = encoder.maxQuantizerAlpha = alpha;
    return true;
  }
  return (color == 0 || set_matrix(encoder, fine > color)) && set_option(encoder, "end-usage", "q") &&
         set_option(encoder, "color:cq-level", std::to_string(color)) &&
         set_option(encoder, "alpha:cq-level", std::to_string(alpha));
}
#endif

/// How often to halve a picture into tiles: as long as each has two million pixels (a halving costs about
/// 0.2 % in bytes).
int log2_tiles(Size size) {
  std::uint64_t pixels = std::uint64_t{size.width} * size.height;
  int halvings = 0;
  for (; pixels >= 4'000'000 && halvings < 6; pixels /= 2) ++halvings;
  return halvings;
}

Result<Encoder> make_encoder(Size size, const EncodeParams& params) {
  Encoder encoder(avifEncoderCreate());
  if (!encoder) return fail(ErrorKind::limit, "not enough memory for the image");
  const bool aom = avifCodecName(AVIF_CODEC_CHOICE_AOM, AVIF_CODEC_FLAG_CAN_ENCODE) != nullptr;
  encoder->codecChoice = aom ? AVIF_CODEC_CHOICE_AOM : AVIF_CODEC_CHOICE_AUTO;
  encoder->maxThreads = std::max(params.threads, 1);
  encoder->speed = speed_of(params.effort);
  bool set = set_quality(*encoder, params.lossless ? 100.0 : std::clamp(params.quality, 0.0, 100.0));
  // libavif turns row multi-threading on from the second thread, which changes the bytes (and makes them 1 to
  // 2 % more): threads work on tiles instead, whose number follows from the size alone.
  if (aom) set = set && set_option(*encoder, "row-mt", "0");
  const int tiles = log2_tiles(size);
  encoder->tileColsLog2 = (tiles + 1) / 2;
  encoder->tileRowsLog2 = tiles / 2;
  if (!set) return fail(ErrorKind::internal, "libavif refused a setting");
  return encoder;
}

/// The depth in which a photograph's samples are coded. At 8 bits luma and chroma are rounded so coarsely
/// that the coder needs 3 to 6 % more bytes for the same SSIMULACRA2, though an 8-bit screen shows either.
/// What is drawn takes 2 to 9 % fewer at 8 bits: its few colours are there as they are.
constexpr int kPhotographDepth = 10;

Result<Bytes> encode_planes(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  auto planes = to_planes(image, params);
  if (!planes) return std::unexpected(std::move(planes).error());
  if (!set_metadata(**planes, metadata, params.lossless)) {
    return fail(ErrorKind::internal, "libavif refused the metadata");
  }
  auto encoder = make_encoder(image.size(), params);
  if (!encoder) return std::unexpected(std::move(encoder).error());
  Output output;
  const avifResult result = avifEncoderWrite(encoder->get(), planes->get(), &output.data);
  if (result == AVIF_RESULT_OK) return copy(output.data);
  const bool no_codec = result == AVIF_RESULT_NO_CODEC_AVAILABLE;
  return fail_with(no_codec ? ErrorKind::unsupported : ErrorKind::internal, "AVIF could not be written",
                   result, (*encoder)->diag);
}

Result<Bytes> encode_still(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  if (params.lossless || params.drawn || image.depth() >= kPhotographDepth) {
    return encode_planes(image, metadata, params);
  }
  const auto deeper = to_depth(image, kPhotographDepth);
  if (!deeper) return std::unexpected(deeper.error());
  return encode_planes(*deeper, metadata, params);
}

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  return isobmff::without_exceptions([&] { return encode_still(image, metadata, params); });
}

bool sniff(ByteView head) {
  const std::string_view major = isobmff::major_brand(head);
  if (major == "avif" || major == "avis") return true;
  return (major == "mif1" || major == "msf1" || major == "miaf") &&
         isobmff::has_brand(head, {"avif", "avis"});
}

std::string libraries() {
  char codecs[256];
  avifCodecVersions(codecs);
  return std::string("libavif ") + avifVersion() + " (" + codecs + ")";
}

constexpr std::array<std::string_view, 2> kExtensions = {"avif", "avifs"};
constexpr std::array kSamplings = {Chroma::half, Chroma::full};
constexpr double kQualityStep = AVIF_VERSION < 1000000 ? 50.0 / 63 : 100.0 / 63;

}  // namespace

const Codec kAvif = {
    .format = Format::avif,
    .name = "avif",
    .label = "AVIF",
    .extensions = kExtensions,
    .max_depth = 12,
    .alpha = true,
    .gray = true,
    .cicp = true,
    .max_side = kMaxSide,
    .quality = {0, 100, kQualityStep},
    .samplings = kSamplings,
    .has_lossless = true,
    .recompresses = false,
    .slow = true,
    .decoder_spread =
        0.05,  // they differ in how they enlarge chroma: up to 0.12 seen, and 0.1 does not matter
    .sniff = sniff,
    .read_header = read_header,
    .decode = decode,
    .encode = encode,
    .libraries = libraries,
};

}  // namespace frugal::codec
