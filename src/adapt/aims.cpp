#include "adapt/aims.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace frugal::adapt {

namespace {

/// ln of the bytes that a unit of RegionMap::fine_colour is worth, above what hardly shows, at scores from 90
/// on; fading to nothing towards a lower score. By Butteraugli's 3-norm of photographs with and without.
constexpr double kFineColour = 0.1;
constexpr double kCoarseColour = 2.6;
constexpr double kColourSeenFrom = 82;

/// So much likelier another encode becomes, for fewer bytes in the first one.
constexpr double kWorthARisk = 0.03;

/// ln of the sizes' ratio below which a smaller file of a graphic is not worth another encode.
constexpr double kSettled = 0.07;

double chance_below(const Estimate& estimate, double limit) {
  return 0.5 * std::erfc((estimate.mean - limit) / (std::max(estimate.sd, 1e-6) * std::sqrt(2.0)));
}

}  // namespace

double loss(double score) {
  return std::log(std::max(100 - score, 0.05));
}

double ln_bits(std::uint64_t bytes, Size size) {
  return std::log(8.0 * static_cast<double>(bytes) / (static_cast<double>(size.width) * size.height));
}

Aims::Aims(const Wanted& wanted, const codec::Codec& codec, Size picture, bool graphic, double fine_colour,
           bool drafted)
    : wanted_(wanted),
      codec_(codec),
      picture_(picture),
      graphic_(graphic),
      fine_colour_(fine_colour),
      drafted_(drafted) {}

void Aims::add(codec::Chroma chroma, const Prediction& prediction) {
  modes_.push_back({chroma, prediction, {}, {}});
}

Mode* Aims::mode_of(codec::Chroma chroma) {
  const auto mode = std::ranges::find(modes_, chroma, &Mode::chroma);
  return mode == modes_.end() ? nullptr : &*mode;
}

void Aims::start_anew(codec::Chroma chroma, const Features& features) {
  if (auto* mode = mode_of(chroma)) mode->prediction = Prediction(mode->prediction.table(), features);
}

void Aims::learn_part(const Step& step, double bits, std::span<const codec::Chroma> alike) {
  auto* mode = mode_of(step.params.chroma);
  if (!mode) return;
  const double quality = step.params.quality;
  const std::array seen{std::pair(Curve::mosaic_loss, loss(step.score)),
                        std::pair(Curve::mosaic_worst_loss, loss(step.worst)),
                        std::pair(Curve::mosaic_size, bits)};
  for (const auto& [curve, value] : seen) {
    const double surprise = value - mode->prediction.at(curve, quality).mean;
    for (const auto chroma : alike) {
      auto* other = mode_of(chroma);
      if (other)
        other->prediction.learn(curve, quality, other->prediction.at(curve, quality).mean + surprise);
    }
  }
  for (const auto& [curve, value] : seen) mode->prediction.learn(curve, quality, value);
}

void Aims::learn(const Step& step) {
  ++encodes_;
  auto* mode = mode_of(step.params.chroma);
  if (step.kind != Step::Kind::full || !mode) return;
  const double quality = step.params.quality;
  mode->prediction.learn(Curve::loss, quality, loss(step.score));
  mode->prediction.learn(Curve::worst_loss, quality, loss(step.worst));
  mode->prediction.learn(Curve::size, quality, ln_bits(step.bytes, picture_));
  narrow(step);
}

void Aims::bound_again(std::span<const Step> done) {
  for (auto& mode : modes_) mode.low = mode.high = {};
  for (const auto& step : done) {
    if (step.kind == Step::Kind::full) narrow(step);
  }
}

/// Below the lowest quality that meets the goal and above the highest that fails; or, where as much as fits
/// is wanted, the other way round.
void Aims::narrow(const Step& step) {
  auto* mode = mode_of(step.params.chroma);
  if (!mode) return;
  const double quality = step.params.quality;
  const bool go_up = wanted_.for_size ? wanted_.fits(step) : !wanted_.meets(step);
  if (go_up) {
    mode->low = std::max(mode->low.value_or(quality), quality);
  } else {
    mode->high = std::min(mode->high.value_or(quality), quality);
  }
}

const Mode* Aims::likely() const {
  for (const auto& mode : modes_) {
    if ((mode.low || mode.high) && !is_hopeless(mode)) return &mode;
  }
  const Mode* best = nullptr;
  double least = std::numeric_limits<double>::infinity();
  for (const auto& mode : modes_) {
    if (is_hopeless(mode)) continue;
    const double cost_of_mode = cost(mode);
    if (cost_of_mode < least) {
      least = cost_of_mode;
      best = &mode;
    }
  }
  return best;
}

/// True when not even the best setting of that sampling is likely to meet the goal, or none is left to try.
bool Aims::is_hopeless(const Mode& mode) const {
  if (wanted_.for_size) return at(mode).chance < 0;
  if (mode.high) return false;
  return judge(mode, codec_.quality.max).meets < 0.25 || at(mode).chance < 0;
}

/// What speaks against a mode, as ln(bytes) or ln(loss): the bytes it is expected to take, or the score to
/// miss where size is given. The score sees little of fine colour; people do where all else is as good as
/// lossless, so it is given up then only if that saves a good deal.
double Aims::cost(const Mode& mode) const {
  const double expected =
      mode.prediction.at(wanted_.for_size ? Curve::loss : Curve::size, at(mode).quality).mean;
  if (wanted_.for_size || mode.chroma != codec::Chroma::half) return expected;
  const double seen = std::clamp((*wanted_.goal.score - kColourSeenFrom) / (90 - kColourSeenFrom), 0.0, 1.0);
  return expected + seen * kFineColour * std::max(fine_colour_ - kCoarseColour, 0.0);
}

Aim Aims::at(const Mode& mode) const {
  Aim best;
  const bool must_meet = encodes_ >= kMostEncodes - 2 && !mode.high && !wanted_.for_size;
  const auto& range = codec_.quality;
  const auto steps = std::lround((range.max - range.min) / range.step);
  for (long i = 0; i <= steps; ++i) {
    const double quality = std::max(range.min, range.max - static_cast<double>(i) * range.step);
    if (mode.high && quality >= *mode.high) continue;
    if (mode.low && quality <= *mode.low) break;
    const auto judged = judge(mode, quality);
    if (must_meet && best.meets > kCertain && judged.meets <= kCertain) break;
    const bool as_likely = judged.chance == best.chance;
    const bool better = wanted_.for_size ? best.meets < 0.5 : judged.meets > 0.5;
    const bool likelier = judged.chance > best.chance || (as_likely && better);
    if (likelier || (must_meet && judged.meets > kCertain)) best = judged;
  }
  if (must_meet || wanted_.for_size || !drafted_)
    return best;  // only a draft tells so well how an encode will score
  const double enough = best.chance - kWorthARisk;
  for (double lower = best.quality - range.step; lower >= range.min; lower -= range.step) {
    if (mode.low && lower <= *mode.low) break;
    const auto judged = judge(mode, lower);
    if (judged.chance < enough) break;
    best = judged;
  }
  return best;
}

Aim Aims::judge(const Mode& mode, double quality) const {
  const auto& prediction = mode.prediction;
  if (wanted_.for_size) {
    const auto size = prediction.at(Curve::size, quality);
    const double most = ln_bits(*wanted_.goal.max_bytes, picture_);
    const double fit = chance_below(size, most);
    return {quality, fit - chance_below(size, most + std::log(kUsedShare)), fit};
  }
  const auto whole = prediction.at(Curve::loss, quality);
  const auto worst = prediction.at(Curve::worst_loss, quality);
  const double meet =
      chance_below(whole, loss(*wanted_.goal.score)) * chance_below(worst, loss(wanted_.goal.region_floor));
  const double too_good = chance_below(whole, loss(*wanted_.goal.score + wanted_.band)) *
                          chance_below(worst, loss(wanted_.goal.region_floor + wanted_.region_band));
  return {quality, meet - too_good, meet};
}

bool Aims::is_settled(const Mode& mode) const {
  if (mode.low && mode.high && *mode.high - *mode.low < 1.5 * codec_.quality.step) return true;
  if (!mode.high || wanted_.for_size || !graphic_) return false;
  const auto next = at(mode);
  const double least = mode.prediction.at(Curve::size, mode.low.value_or(next.quality)).mean;
  return next.chance < 0 || mode.prediction.at(Curve::size, *mode.high).mean - least < kSettled;
}

bool Aims::cannot_pay(const Mode& mode, const Aim& next) const {
  if (!wanted_.goal.useless_from || wanted_.for_size) return false;
  const auto size = mode.prediction.at(Curve::size, next.quality);
  return chance_below(size, ln_bits(*wanted_.goal.useless_from, picture_)) < 0.03;
}

bool Aims::cannot_fit(const Mode& mode, const Aim& next) const {
  if (!wanted_.goal.max_bytes || wanted_.for_size) return false;
  const auto size = mode.prediction.at(Curve::size, next.quality);
  return chance_below(size, ln_bits(*wanted_.goal.max_bytes, picture_)) < 0.05;
}

double Aims::expected_score(const Mode& mode, double quality) {
  return 100 - std::exp(mode.prediction.at(Curve::loss, quality).mean);
}

std::optional<Estimate> Aims::expected_size() const {
  const auto* mode = likely();
  if (!mode) return std::nullopt;
  auto size = mode->prediction.at(Curve::size, at(*mode).quality);
  size.mean += std::log(static_cast<double>(std::uint64_t{picture_.width} * picture_.height) / 8);
  return size;
}

}  // namespace frugal::adapt
