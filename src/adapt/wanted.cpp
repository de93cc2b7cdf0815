#include "adapt/wanted.hpp"

namespace frugal::adapt {

namespace {

/// How far above what was asked a result may lie without another try, in points: the whole picture's score,
/// or the worst region's, which jumps more from setting to setting. A point is worth 2 to 3 % of the bytes.
constexpr double kBand = 1.5;
constexpr double kRegionBand = 1.5;
constexpr double kGraphicBand = 3;  // there the score jumps by up to 6 from setting to setting
constexpr double kThoroughBand = 0.7;
constexpr int kThoroughEffort = 7;

double band_of(int effort, bool graphic, double of_photographs) {
  if (effort >= kThoroughEffort) return kThoroughBand;
  return graphic ? kGraphicBand : of_photographs;
}

}  // namespace

Wanted::Wanted(const Goal& asked, const codec::Codec& codec, int effort, bool graphic)
    : goal(asked),
      band(band_of(effort, graphic, kBand)),
      region_band(band_of(effort, graphic, kRegionBand)),
      for_size(!asked.score) {
  if (goal.score) goal.score = *goal.score + codec.decoder_spread;
  goal.region_floor += codec.decoder_spread;
}

bool Wanted::meets(const Step& step) const {
  if (step.kind == Step::Kind::probe || step.kind == Step::Kind::draft) return false;
  if (step.kind == Step::Kind::lossless) return true;
  return goal.score && step.score >= *goal.score && step.worst >= goal.region_floor;
}

bool Wanted::is_met_closely(const Step& step) const {
  if (for_size) {
    return fits(step) && static_cast<double>(step.bytes) >= kUsedShare * static_cast<double>(*goal.max_bytes);
  }
  return meets(step) && (step.score <= *goal.score + band || step.worst <= goal.region_floor + region_band);
}

bool Wanted::is_better(const Step& step, const Step& than) const {
  return for_size ? step.score > than.score : step.bytes < than.bytes;
}

std::string Wanted::reason_of(const Step& step) const {
  if (step.kind == Step::Kind::lossless)
    return for_size ? "lossless fits" : "lossless is smaller than what loses something";
  if (for_size) return "the highest score that fits " + std::to_string(*goal.max_bytes) + " bytes";
  if (step.score <= *goal.score + band) return "it is the smallest that reaches the score";
  if (step.worst <= goal.region_floor + region_band) return "the worst region decides";
  return "the encoder has no setting nearer to the score";
}

}  // namespace frugal::adapt
