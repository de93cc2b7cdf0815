#include "codec/avif/quant_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "codec/avif/aom_stream.hpp"
#include "codec/importance.hpp"

namespace frugal::codec::avif {
namespace {

/// Indices for each doubling of importance, as a share of the base and at most, and how many there are of
/// them in all. Where the base is low an index is more: the same strength there would cost a seventh of the
/// bytes at a score of 90.
constexpr double kStrength = 0.125;
constexpr double kMostStrength = 12;
constexpr double kMostIndices = 60;

/// Luma's importance alone: a tenth from each colour difference takes a quarter of a point off the worst
/// window.
constexpr std::array kShares = {1.0, 0.0, 0.0};

/// Indices for qualities, with straight lines between them, as in libavif 1.4's table for still tuning (which
/// has quantizers of four indices each), but lower by a sixth in the middle: without a map libaom codes what
/// is smooth more finely than the rest.
struct Point {
  double quality;
  double index;
};
constexpr std::array<Point, 5> kIndices{{{0, 255}, {7, 225}, {29, 170}, {54, 116}, {100, 1}}};

int bounded(double index) {
  return static_cast<int>(std::clamp(std::lround(index), 1L, 255L));
}

}  // namespace

int base_quantizer(double quality) {
  quality = std::clamp(quality, kIndices.front().quality, kIndices.back().quality);
  const auto above = std::ranges::find_if(kIndices.begin() + 1, kIndices.end(),
                                          [&](const Point& point) { return quality <= point.quality; });
  const auto below = std::prev(above);
  const double part = (quality - below->quality) / (above->quality - below->quality);
  return bounded(std::lerp(below->index, above->index, part));
}

std::vector<int> quantizers(const Importance& importance, Size size, int base) {
  const auto steps = doublings(importance, size, kSuperblock, kShares);
  const double strength = std::min(kStrength * base, kMostStrength);
  std::vector<int> indices(steps.size());
  std::ranges::transform(steps, indices.begin(), [&](double step) {
    return bounded(base + std::clamp(-strength * step, -kMostIndices, kMostIndices));
  });
  return indices;
}

}  // namespace frugal::codec::avif
