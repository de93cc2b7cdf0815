#include "codec/jpeg/overshoot.hpp"

#include <algorithm>
#include <cmath>

namespace frugal::codec::jpeg {

namespace {

// Level shifted samples that count as black or white, and all beyond: so near to it nobody sees a difference.
constexpr float kBlack = -125.5F;
constexpr float kWhite = 124.5F;
constexpr float kFlat = 8;       ///< span of a block's samples that leaves nothing to gain
constexpr float kFarthest = 60;  ///< how far samples may be moved

RealBlock rounded_to(const Table& table, const RealBlock& block) {
  RealBlock out;
  for (std::size_t i = 0; i < kBlockSize; ++i) {
    const auto step = static_cast<float>(table[i]);
    out[i] = std::round(block[i] / step) * step;
  }
  return out;
}

/// A sample's new target where the decoder finds `back` for `source`.
float target(float source, float back) {
  if (source >= kWhite) return std::clamp(back, source, source + kFarthest);
  if (source <= kBlack) return std::clamp(back, source - kFarthest, source);
  return source;
}

}  // namespace

bool is_clipped(const RealBlock& block) {
  RealBlock samples;
  inverse(block, samples.data(), kBlockSide);
  const auto [least, most] = std::ranges::minmax(samples);
  return most - least > kFlat && (least <= kBlack || most >= kWhite);
}

void overshoot(RealBlock& block, const Table& table) {
  constexpr int kRounds = 4;
  RealBlock source;
  RealBlock back;
  inverse(block, source.data(), kBlockSide);
  for (int i = 0; i < kRounds; ++i) {
    inverse(rounded_to(table, block), back.data(), kBlockSide);
    std::ranges::transform(source, back, back.begin(), target);
    forward(back.data(), kBlockSide, block);
  }
}

}  // namespace frugal::codec::jpeg
