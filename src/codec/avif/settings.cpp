#include "codec/avif/settings.hpp"

#include <avif/avif.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

namespace frugal::codec::avif {
namespace {

constexpr double kBestQuality = 100;
constexpr double kFullChromaQuality = 90;  // from here on chroma is not subsampled
constexpr double kLeastAlphaQuality = 90;  // a matte's edges are seen on every background, and cost little

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

}  // namespace

int speed_of(int effort) {
  constexpr std::array speeds = {10, 9, 8, 7, 6, 5, 4, 3, 2};
  return speeds[static_cast<std::size_t>(std::clamp(effort, 1, 9) - 1)];
}

bool samples_fully(const EncodeParams& params) {
  return params.lossless || params.chroma == Chroma::full ||
         (params.chroma == Chroma::by_quality && params.quality >= kFullChromaQuality);
}

bool is_best(double quality) {
  return std::lround(quality) >= std::lround(kBestQuality);
}

Tiles tiles_of(Size size) {
  std::uint64_t pixels = std::uint64_t{size.width} * size.height;
  int halvings = 0;
  for (; pixels >= 4'000'000 && halvings < 6; pixels /= 2) ++halvings;
  return {(halvings + 1) / 2, halvings / 2};
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
  // What is lossless to libaom has another idea of its chroma.
  const bool loses = !params.lossless && !is_best(params.quality);
  if (aom && loses && knows_still_tuning()) set = set && set_option(*encoder, "color:tune", "iq");
  const auto tiles = tiles_of(size);
  encoder->tileColsLog2 = tiles.log2_columns;
  encoder->tileRowsLog2 = tiles.log2_rows;
  if (!set) return fail(ErrorKind::internal, "libavif refused a setting");
  return encoder;
}

}  // namespace frugal::codec::avif
