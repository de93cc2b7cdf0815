#include "codec/heic/settings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "codec/heic/x265_plugin.hpp"

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

/// What x265 makes of a quality. Its quantizer of a still picture has whole steps, worth up to 4 points each.
struct Quantizer {
  long luma;          ///< CRF; for one picture the same as a constant QP
  long chroma;        ///< offset of both chroma planes' QP
  double offset = 0;  ///< of all blocks
};

long quarters(double quality) {
  return std::lround((100 - std::clamp(quality, 0.0, 100.0)) * 2);
}

/// For libheif's encoder the chroma planes' offsets against luma divide the steps in four. Quality 100 is CRF
/// 0, 0 is CRF 50, as libheif counts it.
Quantizer by_chroma(double quality) {
  constexpr std::array<Quantizer, 4> kSteps{{{0, -4}, {0, -3}, {0, -2}, {1, -6}}};
  const long parts = quarters(quality);
  const auto& step = kSteps[static_cast<std::size_t>(parts % 4)];
  return {parts / 4 + step.luma, step.chroma};
}

/// For ours it is a fraction of a step, which makes some of the blocks coarser, by their variance. Chroma
/// finer than luma by three steps takes 3 to 6 % fewer bytes at equal SSIMULACRA2 than as coarse as that; by
/// five it is 1 % fewer still, but 2 % worse in Butteraugli's 3-norm. kShift: a quality scores as with
/// libheif's.
Quantizer by_blocks(double quality) {
  constexpr double kShift = -0.25;
  const long parts = quarters(quality);
  return {parts / 4, -3, kShift + static_cast<double>(parts % 4) / 4};
}

/// What pays in a still picture, by bytes at equal SSIMULACRA2.
template <class Set>
void add_tools(int effort, const Set& set) {
  // Adaptive quantization by variance: none costs 4 %; at full strength Butteraugli's 3-norm is 2 % worse.
  set("aq-mode", "1");
  set("aq-strength", "0.7");
  // Favouring blocks that are as busy as their source gains nothing and takes a sixth of the time.
  set("psy-rd", "0");
  set("psy-rdoq", "0");
  set("sao", "0");  // half a percent
  if (effort >= kSplittingEffort) set("tu-intra-depth", "2");
}

}  // namespace

bool samples_fully(const EncodeParams& params) {
  return params.lossless || params.chroma == Chroma::full ||
         (params.chroma == Chroma::by_quality && params.quality >= kFullChromaQuality);
}

Settings settings_of(const EncodeParams& params, bool own) {
  Settings settings{{"preset", preset_of(params.effort)},
                    {"tune", "ssim"},
                    {"chroma", samples_fully(params) ? "444" : "420"}};
  const auto set = [&](const char* name, const std::string& value) {
    settings.emplace_back(std::string("x265:") + name, value);
  };
  if (params.lossless) {
    settings.emplace_back("lossless", "true");
  } else {
    const auto steps = own ? by_blocks(params.quality) : by_chroma(params.quality);
    // Between two whole numbers, so that rounding within x265 has room.
    set("crf", std::to_string(steps.luma) + ".3");
    set("cbqpoffs", std::to_string(steps.chroma));
    set("crqpoffs", std::to_string(steps.chroma));
    if (own) settings.emplace_back(kOffsetParameter, std::to_string(steps.offset));
    add_tools(params.effort, set);
  }
  // The rows of a picture are coded in parallel (wavefronts) whatever the number of threads: that number must
  // not change the bytes, and without a pool x265 turns wavefronts off.
  set("pools", std::to_string(std::max(params.threads, 1)));
  set("frame-threads", "1");
  return settings;
}

}  // namespace frugal::codec::heic
