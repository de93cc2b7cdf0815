#include "adapt/quality.hpp"

#include <algorithm>
#include <span>

namespace frugal::adapt {

namespace {

struct Knot {
  double score;
  double quality;
};

/// Median SSIMULACRA2 (its definition in double precision) over ten of the Kodak pictures, encoded by frugal
/// at effort 5 with Debian 12's libraries. Where a curve jumps, the codec goes over to 4:4:4.
constexpr Knot kJpeg[] = {{46.3, 30}, {61.0, 50},   {68.3, 65}, {73.6, 75}, {78.3, 82},
                          {82.7, 88}, {85.5, 91.4}, {88.0, 92}, {91.6, 96}, {95, 100}};
constexpr Knot kWebp[] = {{31.7, 20}, {54.2, 45}, {61.2, 60}, {67.3, 75}, {77.2, 84},
                          {84.0, 90}, {88.4, 95}, {90.5, 99}, {92, 100}};
constexpr Knot kAvif[] = {{25.7, 30}, {54.4, 45}, {67.4, 55}, {75.0, 65}, {78.0, 72},
                          {82.3, 80}, {86.5, 88}, {92.5, 95}, {97, 100}};
constexpr Knot kHeic[] = {{7.3, 20},  {40.4, 30}, {63.8, 40}, {77.7, 50}, {84.6, 58},
                          {88.7, 66}, {91.3, 74}, {93.2, 80}, {94.4, 88}, {97, 100}};

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
