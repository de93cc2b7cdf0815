#include "codec/heic/quant_offsets.hpp"

#include <algorithm>
#include <array>

#include "codec/heic/x265_stream.hpp"
#include "codec/importance.hpp"

namespace frugal::codec::heic {
namespace {

/// Steps for each doubling of importance, and how many at most.
constexpr double kStrength = 0.5;
constexpr double kMostSteps = 6;

/// How much of a block's importance is that of luma, and of each colour difference: they share one quantizer.
constexpr std::array kShares = {0.8, 0.1, 0.1};

}  // namespace

std::vector<float> quant_offsets(const Importance& importance, Size size) {
  auto offsets = doublings(importance, size, kOffsetBlock, kShares);
  for (auto& offset : offsets)
    offset = static_cast<float>(std::clamp(-kStrength * offset, -kMostSteps, kMostSteps));
  subtract_mean(offsets);
  return offsets;
}

}  // namespace frugal::codec::heic
