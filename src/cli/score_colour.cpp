#include "cli/score_colour.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace frugal::cli {
namespace {

std::uint8_t mix(double from, double to, double share) {
  return static_cast<std::uint8_t>(std::lround(from + (to - from) * share));
}

Rgb mix(Rgb from, Rgb to, double share) {
  return {mix(from.red, to.red, share), mix(from.green, to.green, share), mix(from.blue, to.blue, share)};
}

}  // namespace

Rgb score_colour(double score) {
  const auto above = std::ranges::lower_bound(kScoreAnchors, score, {}, &ScoreAnchor::score);
  if (above == kScoreAnchors.begin()) return above->colour;
  if (above == kScoreAnchors.end()) return kScoreAnchors.back().colour;
  const auto below = std::prev(above);
  return mix(below->colour, above->colour, (score - below->score) / (above->score - below->score));
}

Rgb lit(double brightness, Rgb colour) {
  constexpr Rgb kBlack{0, 0, 0};
  constexpr Rgb kWhite{255, 255, 255};
  constexpr double kShadow = 0.55;  // colours still differ where the picture is black,
  constexpr double kGlow = 0.15;    // and the picture is still seen where the colour is dark
  const Rgb shaded = mix(kBlack, colour, kShadow + (1 - kShadow) * brightness);
  return mix(shaded, kWhite, kGlow * brightness);
}

}  // namespace frugal::cli
