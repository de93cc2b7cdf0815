#include "codec/heic/settings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace frugal::codec::heic {
namespace {

constexpr double kFullChromaQuality = 75;  // from here on chroma is not subsampled; looks like AVIF's 90

/// From this effort on transforms smaller than their block are tried as well.
constexpr int kSplittingEffort = 5;

/// x265's preset for an effort, 1 to 9.
const char* preset_of(int effort) {
  // Beyond slow there is next to nothing to gain in a still picture.
  constexpr std::array presets = {"ultrafast", "veryfast", "fast",   "medium",  "slow",
                                  "slow",      "slower",   "slower", "veryslow"};
  return presets[static_cast<std::size_t>(std::clamp(effort, 1, 9) - 1)];
}

/// Quality 100 is CRF 0 and 0 is CRF 50, as libheif counts it, but for kShift. For one picture that is the
/// mean of its blocks' quantizers, whose fractions tell as adaptive quantization moves each block on to
/// another whole step.
std::string crf_of(double quality) {
  constexpr double kShift = 1;
  return std::to_string(std::max((100 - std::clamp(quality, 0.0, 100.0)) / 2 + kShift, 0.0));
}

}  // namespace

bool samples_fully(const EncodeParams& params) {
  return params.lossless || params.chroma == Chroma::full ||
         (params.chroma == Chroma::by_quality && params.quality >= kFullChromaQuality);
}

Settings settings_of(const EncodeParams& params) {
  Settings settings{{"preset", preset_of(params.effort)},
                    {"tune", "ssim"},
                    {"chroma", samples_fully(params) ? "444" : "420"}};
  const auto own = [&](const char* name, const std::string& value) {
    settings.emplace_back(std::string("x265:") + name, value);
  };
  if (params.lossless) {
    settings.emplace_back("lossless", "true");
  } else {
    own("crf", crf_of(params.quality));
    // Chroma finer than luma by five steps takes 3 to 6 % fewer bytes at equal SSIMULACRA2 than as coarse,
    // and 1 % fewer than by three or seven.
    own("cbqpoffs", "-5");
    own("crqpoffs", "-5");
    // Adaptive quantization by variance: none costs 4 %, full strength 1 %.
    own("aq-mode", "1");
    own("aq-strength", "0.7");
    // What is for film: favouring blocks that are as busy as their source gains nothing and costs a sixth of
    // the time.
    own("psy-rd", "0");
    own("psy-rdoq", "0");
    own("sao", "0");  // half a percent
    if (params.effort >= kSplittingEffort) own("tu-intra-depth", "2");
  }
  // The rows of a picture are coded in parallel (wavefronts) whatever the number of threads: that number must
  // not change the bytes, and without a pool x265 turns wavefronts off.
  own("pools", std::to_string(std::max(params.threads, 1)));
  own("frame-threads", "1");
  return settings;
}

}  // namespace frugal::codec::heic
