// Writing AVIF by libavif.
#include <avif/avif.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "codec/avif/avif.hpp"
#include "codec/avif/handles.hpp"
#include "codec/isobmff.hpp"
#include "codec/own_depth.hpp"
#include "codec/ycbcr.hpp"

namespace frugal::codec::avif {
namespace {

constexpr double kBestQuality = 100;
constexpr double kFullChromaQuality = 90;  // from here on chroma is not subsampled
constexpr double kLeastAlphaQuality = 90;  // a matte's edges are seen on every background, and cost little

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

/// True where libaom knows the tuning for still pictures, which saves about an eighth (libavif makes it the
/// default from 1.4 on).
bool knows_still_tuning() {
  constexpr char kName[] = "aom [enc/dec]:v";
  constexpr int kMajor = 3;
  constexpr int kMinor = 12;
  char codecs[256];
  avifCodecVersions(codecs);
  const char* found = std::strstr(codecs, kName);
  int major = 0;
  int minor = 0;
  if (found == nullptr || std::sscanf(found + std::strlen(kName), "%d.%d", &major, &minor) != 2) return false;
  return major > kMajor || (major == kMajor && minor >= kMinor);
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
  // The best quality is lossless to libaom, which has another idea of its chroma then.
  const bool loses = !params.lossless && std::lround(params.quality) < std::lround(kBestQuality);
  if (aom && loses && knows_still_tuning()) set = set && set_option(*encoder, "color:tune", "iq");
  const int tiles = log2_tiles(size);
  encoder->tileColsLog2 = (tiles + 1) / 2;
  encoder->tileRowsLog2 = tiles / 2;
  if (!set) return fail(ErrorKind::internal, "libavif refused a setting");
  return encoder;
}

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
  const auto encode = [&](const Image& picture) { return encode_planes(picture, metadata, params); };
  return is_coded_deeper(image, params) ? code_deeper(image, encode) : encode(image);
}

}  // namespace

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  return isobmff::without_exceptions([&] { return encode_still(image, metadata, params); });
}

}  // namespace frugal::codec::avif
