#include "codec/webp/steering.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace frugal::codec::webp {

namespace {

// libwebp's rules are the same from 1.2 to 1.6. Its "compression" is 1 for the finest quantizer, 0 for the
// coarsest: quantizer = 127 (1 - compression).
constexpr double kMostQuantizer = 127;

double compression_of(double quality) {
  const double part = quality / 100;
  return std::cbrt(part < 0.75 ? part * 2 / 3 : 2 * part - 1);
}

double quality_of(double compression) {
  const double cube = std::clamp(compression * compression * compression, 0.0, 1.0);
  return 100 * (cube < 0.5 ? cube * 3 / 2 : (cube + 1) / 2);
}

/// A luma step of VP8 by its quantizer, roughly (RFC 6386, 14.1): one by one up to 58, then growing with it.
double step_of(double quantizer) {
  constexpr double kLinear = 54;
  constexpr double kGrowth = 0.0217;  // from there on, of ln step
  if (quantizer <= kLinear) return quantizer + 4;
  return (kLinear + 4) * std::exp(kGrowth * (quantizer - kLinear));
}

double quantizer_of(double step) {
  constexpr double kLinear = 58;
  constexpr double kGrowth = 0.0217;
  const double quantizer = step <= kLinear ? step - 4 : kLinear - 4 + std::log(step / kLinear) / kGrowth;
  return std::clamp(quantizer, 0.0, kMostQuantizer);
}

/// What libwebp makes of the amplitude: of 256 luma coefficients one differs from 0, by that amplitude after
/// its scaling, up to 31. Chroma counts a quarter and is the same everywhere.
constexpr int kMostAmplitude = 31;
int susceptibility(int amplitude) {
  return 255 - ((3 * 2 * amplitude + 2) >> 2);
}

using Amplitudes = std::array<int, kMaxSegments>;

/// By how much of sns_strength, in 128ths, each segment's compression gets another exponent than 1.
std::array<int, kMaxSegments> alphas_of(const Amplitudes& amplitudes, std::span<const Segment> segments) {
  double mean = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) mean += segments[i].share * susceptibility(amplitudes[i]);
  const int middle = static_cast<int>(std::floor(mean + 0.5));
  const int least = susceptibility(amplitudes[0]);
  const int range = std::max(susceptibility(amplitudes[segments.size() - 1]) - least, 1);
  std::array<int, kMaxSegments> alphas{};
  for (std::size_t i = 0; i < segments.size(); ++i)
    alphas[i] = std::clamp(255 * (susceptibility(amplitudes[i]) - middle) / range, -127, 127);
  return alphas;
}

/// Chooses what comes nearest to the wanted logarithms of compressions.
class Choice {
 public:
  Choice(std::span<const Segment> segments, std::span<const double> wanted)
      : segments_(segments), wanted_(wanted) {}

  void consider(const Amplitudes& amplitudes) {
    const auto alphas = alphas_of(amplitudes, segments_);
    for (int strength = 0; strength <= 100; ++strength) consider(amplitudes, alphas, strength);
  }

  const Steering& best() const { return best_; }

 private:
  void consider(const Amplitudes& amplitudes, const std::array<int, kMaxSegments>& alphas, int strength) {
    std::array<double, kMaxSegments> exponents{};
    double product = 0;
    double square = 0;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      exponents[i] = 1 - 0.9 * strength / 100 / 128 * alphas[i];
      product += segments_[i].share * exponents[i] * wanted_[i];
      square += segments_[i].share * exponents[i] * exponents[i];
    }
    const double base = std::min(product / square, 0.0);  // ln of the compression without segments
    double error = 0;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      const double off = base * exponents[i] - wanted_[i];
      error += segments_[i].share * off * off;
    }
    if (error >= error_) return;
    error_ = error;
    best_.amplitudes = amplitudes;
    best_.sns_strength = strength;
    best_.quality = static_cast<float>(quality_of(std::exp(base)));
    const double compression = compression_of(static_cast<double>(best_.quality));
    for (std::size_t i = 0; i < segments_.size(); ++i)
      best_.quantizers[i] = static_cast<int>(kMostQuantizer * (1 - std::pow(compression, exponents[i])));
  }

  std::span<const Segment> segments_;
  std::span<const double> wanted_;
  double error_ = std::numeric_limits<double>::infinity();
  Steering best_;
};

/// Chroma's AC quantizer is set off by libwebp according to chroma's mean susceptibility. Coarser is better,
/// as far as it goes: SSIMULACRA2 stays the same with 1 to 2 % fewer bytes at 80, and it is flat around this.
int chroma_amplitude_for(int sns_strength) {
  constexpr int kWanted = 3;
  int best = 0;
  int error = std::numeric_limits<int>::max();
  for (int amplitude = 0; amplitude <= kMostAmplitude; ++amplitude) {
    const int susceptible = 510 * amplitude / 127;
    const int offset = std::clamp((susceptible - 64) * 10 / 70 * sns_strength / 100, -4, 6);
    if (std::abs(offset - kWanted) >= error) continue;
    error = std::abs(offset - kWanted);
    best = amplitude;
  }
  return best;
}

}  // namespace

Steering steer(const std::vector<Segment>& segments, double quality) {
  const double step = step_of(kMostQuantizer * (1 - compression_of(quality)));
  std::array<double, kMaxSegments> wanted{};
  for (std::size_t i = 0; i < segments.size(); ++i) {
    // Quantizers are rounded down: aim at the middle.
    const double quantizer = quantizer_of(step * std::exp(segments[i].offset));
    wanted[i] = std::log(std::max(1 - (quantizer + 0.5) / kMostQuantizer, 1e-3));
  }
  Choice choice(segments, std::span(wanted).first(segments.size()));
  // libwebp's k-means starts in the middle of each quarter of the range, and each segment must be nearest to
  // another one.
  constexpr int kQuarter = kMostAmplitude / 4 + 1;
  constexpr int kHalf = kMostAmplitude / 2;
  if (segments.size() == 1) choice.consider({0});
  if (segments.size() == 2) choice.consider({kMostAmplitude, 0});
  if (segments.size() == 3) {
    for (int middle = kQuarter; middle <= 3 * kQuarter - 1; ++middle)
      choice.consider({kMostAmplitude, middle, 0});
  }
  if (segments.size() == 4) {
    for (int upper = kHalf + 1; upper <= 3 * kQuarter - 1; ++upper) {
      for (int lower = kQuarter; lower < kHalf; ++lower) choice.consider({kMostAmplitude, upper, lower, 0});
    }
  }
  auto best = choice.best();
  best.chroma_amplitude = chroma_amplitude_for(best.sns_strength);
  return best;
}

double room_for_offsets(double quality) {
  constexpr double kEnough = 6;
  return std::min(kMostQuantizer * (1 - compression_of(quality)) / kEnough, 1.0);
}

}  // namespace frugal::codec::webp
