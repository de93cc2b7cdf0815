#include "adapt/quality.hpp"

#include <algorithm>
#include <span>

namespace frugal::adapt {

namespace {

struct Knot {
  double score;
  double quality;
};

/// Median SSIMULACRA2 over the 24 Kodak pictures at effort 5, with Debian 12's libraries
/// (bench/quality-table).
constexpr Knot kJpeg[] = {{47.1, 30}, {59.2, 45}, {66.1, 60}, {73.9, 75},
                          {80.6, 85}, {85.7, 92}, {89.2, 96}, {100, 100}};
constexpr Knot kWebp[] = {{37.6, 20}, {53.2, 40}, {62.8, 60}, {69.0, 75},
                          {79.0, 85}, {86.3, 92}, {90.2, 97}, {100, 100}};
constexpr Knot kAvif[] = {{12.9, 20}, {44.1, 35}, {60.0, 45}, {70.8, 55}, {77.4, 65},
                          {81.7, 75}, {87.4, 85}, {90.5, 92}, {100, 100}};
constexpr Knot kHeic[] = {{12.9, 20}, {44.1, 35}, {60.0, 45}, {70.8, 55}, {77.4, 65},
                          {81.7, 75}, {87.4, 85}, {90.5, 92}, {100, 100}};

std::span<const Knot> curve_of(codec::Format format) {
  switch (format) {
    case codec::Format::jpeg:
      return kJpeg;
    case codec::Format::webp:
      return kWebp;
    case codec::Format::avif:
      return kAvif;
    case codec::Format::heic:
      return kHeic;
    case codec::Format::png:
    case codec::Format::tiff:
      return {};
  }
  return {};
}

/// Straight lines between the knots, continued beyond the first one.
double interpolate(std::span<const Knot> curve, double score) {
  const auto above = std::ranges::find_if(curve, [score](const Knot& knot) { return knot.score >= score; });
  if (above == curve.end()) return curve.back().quality;
  const auto& right = above == curve.begin() ? curve[1] : *above;
  const auto& left = above == curve.begin() ? curve[0] : *(above - 1);
  return left.quality + (score - left.score) * (right.quality - left.quality) / (right.score - left.score);
}

}  // namespace

double quality_for_score(const codec::Codec& codec, double score) {
  const auto curve = curve_of(codec.format);
  if (curve.empty()) return codec.quality.max;
  return std::clamp(interpolate(curve, score), codec.quality.min, codec.quality.max);
}

}  // namespace frugal::adapt
