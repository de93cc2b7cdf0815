#include "adapt/format_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "adapt/guide.hpp"

namespace frugal::adapt {

namespace {

constexpr int kMostEncodes = 5;  // of the whole picture, for one output

/// How far above what was asked a result may lie without another try, in points: the whole picture's score,
/// or the worst region's, which jumps more from setting to setting. A point is worth 2 to 3 % of the bytes.
constexpr double kBand = 1.5;
constexpr double kRegionBand = 1.5;
constexpr double kGraphicBand = 3;  // there the score jumps by up to 6 from setting to setting
constexpr double kThoroughBand = 0.7;
constexpr int kThoroughEffort = 7;

/// Up to this size, which leaves room for that in memory, a draft is followed pixel by pixel.
constexpr std::size_t kMostPixelsForSlopes = 40'000'000;

/// How much of max_bytes a file should use, where as high a score as fits is wanted.
constexpr double kUsedShare = 0.97;

/// A chance to be counted on.
constexpr double kCertain = 0.97;

/// ln of the bytes that a unit of RegionMap::fine_colour is worth, above what hardly shows, at scores from 90
/// on; fading to nothing towards a lower score. By Butteraugli's 3-norm of photographs with and without.
constexpr double kFineColour = 0.1;
constexpr double kCoarseColour = 2.6;
constexpr double kColourSeenFrom = 82;

/// So much likelier another encode becomes, for fewer bytes in the first one.
constexpr double kWorthARisk = 0.03;

/// ln of the sizes' ratio below which a smaller file of a graphic is not worth another encode.
constexpr double kSettled = 0.07;

/// ln of how much smaller than lossless a lossy file should be expected to come out to be made.
constexpr double kWorthAnEncode = 0.08;

/// A file that is to be repacked without loss hardly ever gets smaller than this.
constexpr double kRepacked = 0.75;

/// What nearly lossless files score at least in most pictures, level by level.
constexpr std::array kNearLosslessScores{95.0, 94.0, 91.0, 86.5, 79.0};
constexpr int kMostNearLossless = 3;  ///< encodes
constexpr double kUsualFloorBelow = 5;

/// Lossless is tried first where the mosaic says that it takes at most so many times the bytes of lossy.
constexpr double kLosslessPays = 1.15;

double loss(double score) {
  return std::log(std::max(100 - score, 0.05));
}

double chance_below(const Estimate& estimate, double limit) {
  return 0.5 * std::erfc((estimate.mean - limit) / (std::max(estimate.sd, 1e-6) * std::sqrt(2.0)));
}

double ln_bits(std::uint64_t bytes, Size size) {
  return std::log(8.0 * static_cast<double>(bytes) / (static_cast<double>(size.width) * size.height));
}

double band_of(const Subject& subject, const Means& means, double of_photographs) {
  if (means.effort >= kThoroughEffort) return kThoroughBand;
  return subject.regions().is_graphic() ? kGraphicBand : of_photographs;
}

std::string rounded(double value) {
  const auto tenths = std::lround(value * 10);
  return (tenths < 0 && tenths > -10 ? "-" : "") + std::to_string(tenths / 10) + "." +
         std::to_string(std::abs(tenths % 10));
}

}  // namespace

FormatSearch::FormatSearch(Subject& subject, const codec::Codec& codec, const Goal& goal, const Means& means)
    : subject_(subject),
      codec_(codec),
      goal_(goal),
      means_(means),
      band_(band_of(subject, means, kBand)),
      region_band_(band_of(subject, means, kRegionBand)),
      for_size_(!goal.score) {
  choice_.codec = &codec;
  if (goal_.score) goal_.score = *goal_.score + codec.decoder_spread;
  goal_.region_floor += codec.decoder_spread;
}

// ---- setting up ----

Result<void> FormatSearch::prepare() {
  metadata_ = subject_.metadata();
  auto fitted = codec::fit(subject_.image(), metadata_, codec_);
  if (!fitted) return std::unexpected(fitted.error());
  fitted_ = std::move(*fitted);
  if (subject_.reference()) make_modes();
  return {};
}

void FormatSearch::make_modes() {
  const bool graphic = subject_.regions().is_graphic();
  for (const auto chroma : codec_.samplings_within(means_.room)) {
    const auto* table = model_of(codec_.format, chroma, graphic);
    const bool reduced = means_.origin && means_.origin->format == codec_.format && means_.origin->reduced;
    if (!table || ((image().gray() || reduced) && !modes_.empty())) continue;
    modes_.push_back({chroma, Prediction(*table, subject_.features()), {}, {}});
  }
}

codec::EncodeParams FormatSearch::settings(double quality, codec::Chroma chroma) const {
  codec::EncodeParams params;
  params.quality = quality;
  params.effort = means_.effort;
  params.threads = means_.threads;
  params.room = means_.room;
  params.chroma = chroma;
  params.drawn = subject_.regions().is_graphic();
  return params;
}

codec::EncodeParams FormatSearch::lossless_settings() const {
  auto params = settings(codec_.quality.max, codec::Chroma::by_quality);
  params.lossless = true;
  return params;
}

codec::EncodeParams FormatSearch::nearly_lossless_settings(int level) const {
  auto params = settings(codec_.quality.max, codec::Chroma::by_quality);
  params.near_lossless = level;
  return params;
}

/// `params` with what is known of the whole picture only.
codec::EncodeParams FormatSearch::whole(const codec::EncodeParams& params) const {
  auto more = params;
  if (codec_.recompresses && means_.origin && means_.origin->format == codec_.format)
    more.origin = means_.origin;
  const auto guide = guides_.find(params.chroma);
  more.guide = guide != guides_.end() ? &guide->second : guide_;
  return more;
}

// ---- encoding and learning ----

Result<void> FormatSearch::encode(const codec::EncodeParams& params, std::optional<double> predicted) {
  auto trial = try_out(image(), metadata_, codec_, whole(params), subject_.reference(), subject_.clock(),
                       subject_.costs());
  if (!trial) return std::unexpected(trial.error());
  Step step;
  step.kind = params.lossless || codec_.lossless() ? Step::Kind::lossless : Step::Kind::full;
  step.codec = &codec_;
  step.params = params;
  step.predicted = predicted;
  step.bytes = trial->bytes.size();
  if (trial->similarity) {
    step.score = trial->similarity->score;
    step.worst = trial->similarity->worst().score;
  }
  ++choice_.encodes;
  candidates_.push_back({std::move(*trial), choice_.steps.size()});
  choice_.steps.push_back(step);
  learn(step);
  drop_losers();
  return {};
}

/// Files that will not be chosen need not be kept. Where a size is asked for, what is wanted may yet change.
void FormatSearch::drop_losers() {
  if (goal_.max_bytes) return;
  const auto* best = best_candidate();
  for (auto& candidate : candidates_) {
    if (&candidate != best && &candidate != &candidates_.back()) candidate.trial = {};
  }
}

void FormatSearch::learn(const Step& step) {
  const auto mode = std::ranges::find(modes_, step.params.chroma, &Mode::chroma);
  if (step.kind != Step::Kind::full || mode == modes_.end()) return;
  const double quality = step.params.quality;
  mode->prediction.learn(Curve::loss, quality, loss(step.score));
  mode->prediction.learn(Curve::worst_loss, quality, loss(step.worst));
  mode->prediction.learn(Curve::size, quality, ln_bits(step.bytes, image().size()));
  narrow(*mode, step);
}

/// Below the lowest quality that meets the goal and above the highest that fails; or, where as much as fits
/// is wanted, the other way round.
void FormatSearch::narrow(Mode& mode, const Step& step) const {
  const double quality = step.params.quality;
  const bool go_up = for_size_ ? fits(step) : !meets(step);
  if (go_up) {
    mode.low = std::max(mode.low.value_or(quality), quality);
  } else {
    mode.high = std::min(mode.high.value_or(quality), quality);
  }
}

bool FormatSearch::drafts() const {
  return codec_.draft != nullptr && subject_.reference() != nullptr && means_.effort >= kDraftEffort;
}

bool FormatSearch::needs_draft(const Mode& mode) const {
  return drafts() && !guides_.contains(mode.chroma);
}

/// The sampling that is likely the best one, and those that seem to be once more is known.
Result<void> FormatSearch::draft_likely() {
  for (const auto* likely = likely_mode(); likely && needs_draft(*likely); likely = likely_mode()) {
    if (auto done = draft(modes_[static_cast<std::size_t>(likely - modes_.data())]); !done) return done;
  }
  return {};
}

Result<void> FormatSearch::draft(Mode& mode) {
  const double quality = aim(mode).quality;
  const double predicted = expected_score(mode, quality);
  const auto step = draft(settings(quality, mode.chroma));
  if (!step) return std::unexpected(step.error());
  choice_.steps.back().predicted = predicted;
  mode.prediction = Prediction(mode.prediction.table(), subject_.features());
  const std::array seen{std::pair(Curve::mosaic_loss, loss(step->score)),
                        std::pair(Curve::mosaic_worst_loss, loss(step->worst)),
                        std::pair(Curve::mosaic_size, ln_bits(step->bytes, image().size()))};
  // A picture that is harder than expected in one sampling is so in all.
  for (const auto& [curve, value] : seen) {
    const double surprise = value - mode.prediction.at(curve, quality).mean;
    for (auto& other : modes_) {
      if (&other == &mode || !needs_draft(other)) continue;
      other.prediction.learn(curve, quality, other.prediction.at(curve, quality).mean + surprise);
    }
  }
  for (const auto& [curve, value] : seen) mode.prediction.learn(curve, quality, value);
  return {};
}

/// For a codec that heeds where errors show but does not draft.
Result<void> FormatSearch::look_where_errors_show() {
  if (!codec_.heeds_guide || modes_.empty() || means_.effort < kDraftEffort || guide_) return {};
  const auto* likely = likely_mode();
  const auto& mode = likely ? *likely : modes_.front();
  if (!codec_.heeds_guide(image(), settings(codec_.quality.max, mode.chroma))) return {};
  double score = goal_.score.value_or(0);
  if (means_.encoder_quality) score = expected_score(mode, *means_.encoder_quality);
  if (for_size_) score = expected_score(mode, aim(mode).quality);
  const auto guide = subject_.guide(score, means_.threads);
  if (!guide) return std::unexpected(guide.error());
  guide_ = *guide;
  return {};
}

/// Scores what the encoder would make, and remembers where its errors show.
Result<Step> FormatSearch::draft(const codec::EncodeParams& params) {
  Step step;
  step.kind = Step::Kind::draft;
  step.codec = &codec_;
  step.params = params;
  std::optional<codec::Draft> made;
  {
    const Stopwatch watch(subject_.clock(), subject_.costs().encode);
    auto drafted = codec_.draft(image(), whole(params));
    if (!drafted) return std::unexpected(drafted.error());
    made = std::move(*drafted);
  }
  const Stopwatch watch(subject_.clock(), subject_.costs().score);
  const auto scored = subject_.reference()->score(made->image, metadata_, means_.threads);
  if (!scored) return std::unexpected(scored.error());
  const bool slopes = image().pixels() <= kMostPixelsForSlopes;
  auto guide = guide_of(*scored, *made, slopes, means_.threads);
  if (!guide) return std::unexpected(guide.error());
  guides_[params.chroma] = std::move(*guide);
  step.bytes = static_cast<std::uint64_t>(made->bits / 8) + 1;
  step.score = scored->similarity().score;
  step.worst = scored->similarity().worst().score;
  choice_.steps.push_back(step);
  return step;
}

Result<void> FormatSearch::probe() {
  if (modes_.empty()) return {};
  if (codec_.draft) return draft_likely();
  const auto part = codec_.slow ? Part::quarter : Part::half;
  const auto mosaic = subject_.mosaic(part, means_.threads);
  if (!mosaic) return std::unexpected(mosaic.error());
  if (!*mosaic) return {};
  Metadata metadata = subject_.metadata();
  const auto fitted = codec::fit((*mosaic)->image, metadata, codec_);
  if (!fitted) return {};
  const auto features = subject_.features_with(**mosaic);
  const auto* likely = likely_mode();
  for (auto& mode : modes_) {
    // Where encoding is cheap, trying tells which sampling is the better one; elsewhere the features must.
    if (codec_.slow && &mode != likely) continue;
    if (auto done = probe(mode, fitted->image(), **mosaic, features); !done) return done;
  }
  return {};
}

Result<void> FormatSearch::probe(Mode& mode, const Image& fitted, const Mosaic& mosaic,
                                 const Features& features) {
  mode.prediction = Prediction(mode.prediction.table(), features);
  const double quality = aim(mode).quality;
  Metadata metadata;  // only what tells of the pixels: the rest would weigh on so small a picture
  metadata.icc = metadata_.icc;
  metadata.cicp = metadata_.cicp;
  const auto params = settings(quality, mode.chroma);
  const auto trial =
      try_out(fitted, metadata, codec_, params, &mosaic.reference, subject_.clock(), subject_.costs());
  if (!trial) return std::unexpected(trial.error());
  Step step;
  step.kind = Step::Kind::probe;
  step.codec = &codec_;
  step.params = params;
  step.predicted = expected_score(mode, quality);
  step.score = trial->similarity->score;
  step.worst = trial->similarity->worst().score;
  step.bytes = trial->bytes.size();
  choice_.steps.push_back(step);
  const auto bytes = step.bytes - std::min<std::uint64_t>(step.bytes - 1, metadata.icc.size());
  mode.prediction.learn(Curve::mosaic_loss, quality, loss(step.score));
  mode.prediction.learn(Curve::mosaic_worst_loss, quality, loss(step.worst));
  mode.prediction.learn(Curve::mosaic_size, quality, ln_bits(bytes, fitted.size()));
  return {};
}

// ---- judging ----

std::optional<std::uint64_t> FormatSearch::smallest_met() const {
  std::optional<std::uint64_t> smallest;
  for (const auto& step : choice_.steps) {
    if (meets(step)) smallest = std::min(smallest.value_or(step.bytes), step.bytes);
  }
  return smallest;
}

bool FormatSearch::meets(const Step& step) const {
  if (step.kind == Step::Kind::probe || step.kind == Step::Kind::draft) return false;
  if (step.kind == Step::Kind::lossless) return true;
  return goal_.score && step.score >= *goal_.score && step.worst >= goal_.region_floor;
}

bool FormatSearch::has_met() const {
  return std::ranges::any_of(choice_.steps, [&](const Step& step) { return meets(step); });
}

bool FormatSearch::is_better(const Step& step, const Step& than) const {
  return for_size_ ? step.score > than.score : step.bytes < than.bytes;
}

/// True when no setting is left between one that is too low and one that is high enough, or, in a graphic,
/// when what the next encode may save is not worth it: there a point costs few bytes, and the score jumps.
bool FormatSearch::is_settled(const Mode& mode) const {
  if (mode.low && mode.high && *mode.high - *mode.low < 1.5 * codec_.quality.step) return true;
  if (!mode.high || for_size_ || !subject_.regions().is_graphic()) return false;
  const auto next = aim(mode);
  const double least = mode.prediction.at(Curve::size, mode.low.value_or(next.quality)).mean;
  return next.chance < 0 || mode.prediction.at(Curve::size, *mode.high).mean - least < kSettled;
}

bool FormatSearch::is_good_enough(const Step& step, const Mode& mode) const {
  if (is_settled(mode)) return true;
  if (for_size_) {
    return fits(step) &&
           static_cast<double>(step.bytes) >= kUsedShare * static_cast<double>(*goal_.max_bytes);
  }
  return meets(step) &&
         (step.score <= *goal_.score + band_ || step.worst <= goal_.region_floor + region_band_);
}

FormatSearch::Aim FormatSearch::judge(const Mode& mode, double quality) const {
  const auto& prediction = mode.prediction;
  if (for_size_) {
    const auto size = prediction.at(Curve::size, quality);
    const double most = ln_bits(*goal_.max_bytes, image().size());
    const double fit = chance_below(size, most);
    return {quality, fit - chance_below(size, most + std::log(kUsedShare)), fit};
  }
  const auto whole = prediction.at(Curve::loss, quality);
  const auto worst = prediction.at(Curve::worst_loss, quality);
  const double meet = chance_below(whole, loss(*goal_.score)) * chance_below(worst, loss(goal_.region_floor));
  const double too_good = chance_below(whole, loss(*goal_.score + band_)) *
                          chance_below(worst, loss(goal_.region_floor + region_band_));
  return {quality, meet - too_good, meet};
}

/// The most promising setting within the bounds, or a lower one that is nearly as promising. Towards the end
/// of the tries one that all but certainly meets the goal.
FormatSearch::Aim FormatSearch::aim(const Mode& mode) const {
  Aim best;
  const bool must_meet = choice_.encodes >= kMostEncodes - 2 && !mode.high && !for_size_;
  const auto& range = codec_.quality;
  const auto steps = std::lround((range.max - range.min) / range.step);
  for (long i = 0; i <= steps; ++i) {
    const double quality = std::max(range.min, range.max - static_cast<double>(i) * range.step);
    if (mode.high && quality >= *mode.high) continue;
    if (mode.low && quality <= *mode.low) break;
    const auto judged = judge(mode, quality);
    if (must_meet && best.meets > kCertain && judged.meets <= kCertain) break;
    const bool as_likely = judged.chance == best.chance;
    const bool better = for_size_ ? best.meets < 0.5 : judged.meets > 0.5;
    const bool likelier = judged.chance > best.chance || (as_likely && better);
    if (likelier || (must_meet && judged.meets > kCertain)) best = judged;
  }
  if (must_meet || for_size_ || !drafts())
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

double FormatSearch::expected_score(const Mode& mode, double quality) const {
  return 100 - std::exp(mode.prediction.at(Curve::loss, quality).mean);
}

/// True when not even the best setting of that sampling is likely to meet the goal, or none is left to try.
bool FormatSearch::is_hopeless(const Mode& mode) const {
  if (for_size_) return aim(mode).chance < 0;
  if (mode.high) return false;
  return judge(mode, codec_.quality.max).meets < 0.25 || aim(mode).chance < 0;
}

/// What speaks against a mode, as ln(bytes) or ln(loss): the bytes it is expected to take, or the score to
/// miss where size is given. The score sees little of fine colour; people do where all else is as good as
/// lossless, so it is given up then only if that saves a good deal.
double FormatSearch::cost(const Mode& mode) const {
  const double expected = mode.prediction.at(for_size_ ? Curve::loss : Curve::size, aim(mode).quality).mean;
  if (for_size_ || mode.chroma != codec::Chroma::half) return expected;
  const double seen = std::clamp((*goal_.score - kColourSeenFrom) / (90 - kColourSeenFrom), 0.0, 1.0);
  return expected + seen * kFineColour * std::max(subject_.regions().fine_colour() - kCoarseColour, 0.0);
}

/// The one that was begun with; else the one with the smallest file expected or, where size is given, the
/// highest score.
const FormatSearch::Mode* FormatSearch::likely_mode() const {
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

std::optional<Estimate> FormatSearch::expected_size() const {
  const auto* mode = likely_mode();
  if (!mode) return std::nullopt;
  auto size = mode->prediction.at(Curve::size, aim(*mode).quality);
  size.mean += std::log(static_cast<double>(image().pixels()) / 8);
  return size;
}

/// True when a file that meets the goal is all but certain to be of no use.
bool FormatSearch::cannot_pay(const Mode& mode, const Aim& next) const {
  if (!goal_.useless_from || for_size_) return false;
  const auto size = mode.prediction.at(Curve::size, next.quality);
  return chance_below(size, ln_bits(*goal_.useless_from, image().size())) < 0.03;
}

/// True when a file that meets the goal is all but certain not to fit.
bool FormatSearch::cannot_fit(const Mode& mode, const Aim& next) const {
  if (!goal_.max_bytes || for_size_) return false;
  const auto size = mode.prediction.at(Curve::size, next.quality);
  return chance_below(size, ln_bits(*goal_.max_bytes, image().size())) < 0.05;
}

// ---- searching ----

Result<Choice> FormatSearch::finish(std::optional<std::uint64_t> useless_from) {
  goal_.useless_from = useless_from;
  if (codec_.lossless()) {
    auto params = settings(codec_.quality.max, codec::Chroma::by_quality);
    return only(params, "every pixel is kept");
  }
  if (means_.encoder_quality) {
    if (const auto looked = look_where_errors_show(); !looked) return std::unexpected(looked.error());
    const auto params = settings(std::clamp(*means_.encoder_quality, codec_.quality.min, codec_.quality.max),
                                 codec::Chroma::by_quality);
    if (drafts()) {
      if (const auto drafted = draft(params); !drafted) return std::unexpected(drafted.error());
    }
    return only(params, "the encoder's own quality was given");
  }
  if (!subject_.reference()) {
    const auto side = std::min(image().width(), image().height());
    if (can_keep_pixels() && side < metric::kLeastSide) return lossless();
    return fail(ErrorKind::left_alone,
                subject_.unscored() + "; --encoder-quality converts it without a score");
  }
  if (auto tried = try_lossless_first(); !tried) return std::unexpected(tried.error());
  return for_size_ ? search_for_size() : search_knob();
}

/// True where the file itself, stored more tightly, may come to at most so many bytes.
bool FormatSearch::may_repack(std::optional<std::uint64_t> into) const {
  const auto is_lossless = [](const Step& step) { return step.kind == Step::Kind::lossless; };
  if (!into || codec_.has_lossless || !can_keep_pixels() || std::ranges::any_of(choice_.steps, is_lossless))
    return false;
  return static_cast<double>(*into) > kRepacked * static_cast<double>(means_.origin->file.size());
}

/// Stores the file itself more tightly. False where that cannot be.
Result<bool> FormatSearch::repack() {
  const auto done = encode(lossless_settings(), 100);
  if (done) return true;
  if (done.error().kind == ErrorKind::left_alone && !codec_.has_lossless) return false;
  return std::unexpected(done.error());
}

/// Where drawn or typeset pictures often end: not a single pixel lost, and still smaller.
Result<void> FormatSearch::try_lossless_first() {
  if (for_size_ && may_repack(goal_.max_bytes)) {
    const auto repacked = repack();
    return repacked ? Result<void>() : std::unexpected(repacked.error());
  }
  if (!may_lose_nothing() || codec_.slow || !subject_.regions().is_graphic()) return {};
  const auto mosaic = subject_.mosaic(Part::half, means_.threads);
  if (mosaic && *mosaic && !for_size_) {
    Metadata metadata = subject_.metadata();
    const auto fitted = codec::fit((*mosaic)->image, metadata, codec_);
    const auto* mode = likely_mode();
    if (!fitted || !mode) return {};
    const auto tried = try_out(fitted->image(), {}, codec_, lossless_settings(), nullptr, subject_.clock(),
                               subject_.costs());
    if (!tried) return {};
    const double lossy = mode->prediction.at(Curve::mosaic_size, aim(*mode).quality).mean;
    if (ln_bits(tried->bytes.size(), fitted->image().size()) > lossy + std::log(kLosslessPays)) return {};
  }
  return encode(lossless_settings(), 100);
}

/// Between lossless and what is coded by frequencies: for graphics, and for scores near lossless. From the
/// level that most often meets the goal up or down to the last that does.
Result<void> FormatSearch::try_nearly_lossless() {
  const auto is_near = [](const Step& step) { return step.params.near_lossless > 0; };
  if (codec_.near_lossless == 0 || !may_lose_nothing() || for_size_ ||
      std::ranges::any_of(choice_.steps, is_near))
    return {};
  const double wanted = std::max(*goal_.score, goal_.region_floor + kUsualFloorBelow);
  const auto likely = std::ranges::find_if(kNearLosslessScores, [&](double score) { return score < wanted; });
  int level = static_cast<int>(likely - kNearLosslessScores.begin());
  int direction = 0;
  for (int left = kMostNearLossless; left > 0 && level >= 1 && level <= codec_.near_lossless; --left) {
    if (auto done = encode(nearly_lossless_settings(level), {}); !done) return done;
    const int next = meets(choice_.steps.back()) ? 1 : -1;
    if (direction != 0 && next != direction) break;
    direction = next;
    level += next;
  }
  return {};
}

/// For the last encode, where none met the goal: the settings of a draft that did, with something to spare;
/// else those that the model is sure of; else the best there are.
codec::EncodeParams FormatSearch::last_resort() const {
  constexpr double kSpare = 1;
  for (const auto& step : choice_.steps) {
    if (step.kind == Step::Kind::draft && step.score >= *goal_.score + kSpare &&
        step.worst >= goal_.region_floor + kSpare)
      return step.params;
  }
  if (const auto* mode = likely_mode()) {
    if (const auto next = aim(*mode); next.meets > kCertain) return settings(next.quality, mode->chroma);
  }
  return best_settings();
}

codec::EncodeParams FormatSearch::best_settings() const {
  return settings(codec_.quality.max,
                  modes_.empty() ? codec_.samplings_within(means_.room).back() : modes_.back().chroma);
}

/// Encodes until the model has nothing better to offer. Gives a choice where that is settled by the way: that
/// no file is of use.
Result<std::optional<Choice>> FormatSearch::try_settings() {
  const auto met = smallest_met();
  const auto without_loss = met ? ln_bits(*met, image().size()) : std::numeric_limits<double>::infinity();
  while (choice_.encodes < kMostEncodes) {
    // The last encode is for what cannot fail.
    if (choice_.encodes == kMostEncodes - 1 && !has_met()) {
      if (may_lose_nothing()) break;
      if (auto done = encode(last_resort(), {}); !done) return std::unexpected(done.error());
      break;
    }
    if (const auto drafted = draft_likely(); !drafted) return std::unexpected(drafted.error());
    const auto* mode = likely_mode();
    if (!mode) break;
    const auto next = aim(*mode);
    if (next.chance < 0) break;
    if (cannot_pay(*mode, next)) {
      const double bits = std::exp(mode->prediction.at(Curve::size, next.quality).mean);
      if (!has_met()) {
        return give_up_as_useless(
            static_cast<std::uint64_t>(bits * static_cast<double>(image().pixels()) / 8));
      }
      break;
    }
    if (mode->prediction.at(Curve::size, next.quality).mean > without_loss - kWorthAnEncode) break;
    if (cannot_fit(*mode, next)) break;
    if (const auto looked = look_where_errors_show(); !looked) return std::unexpected(looked.error());
    if (auto done = encode(settings(next.quality, mode->chroma), expected_score(*mode, next.quality));
        !done) {
      return std::unexpected(done.error());
    }
    if (is_good_enough(choice_.steps.back(), *mode)) break;
  }
  return std::nullopt;
}

bool FormatSearch::may_lose_nothing() const {
  return codec_.has_lossless && (!codec_.lossless_is_large || means_.room != codec::Room::scarcest);
}

/// Lossless is quick to make, and there is nothing between it and what the knob gives.
bool FormatSearch::is_quick() const {
  return may_lose_nothing() && !codec_.slow && codec_.near_lossless == 0;
}

/// Nothing is called out of reach that was not tried.
bool FormatSearch::tries_best() const {
  if (goal_.max_bytes || has_met() || codec_.lossless()) return false;
  if (!may_lose_nothing()) return candidates_.empty();
  return is_quick() && std::ranges::none_of(choice_.steps, [&](const Step& step) {
           return step.kind == Step::Kind::full && step.params.quality >= codec_.quality.max;
         });
}

Result<Choice> FormatSearch::search_knob() {
  if (!candidates_.empty()) {
    if (const auto tried = try_nearly_lossless(); !tried) return std::unexpected(tried.error());
  }
  auto settled = try_settings();
  if (settled && !*settled && tries_best()) {
    if (auto done = encode(best_settings(), {}); !done) return std::unexpected(done.error());
    if (has_met()) settled = try_settings();
  }
  if (!settled) return std::unexpected(settled.error());
  if (*settled) return std::move(**settled);
  if (!has_met() && !goal_.max_bytes) {
    if (const auto tried = try_nearly_lossless(); !tried) return std::unexpected(tried.error());
  }
  return conclude();
}

Result<Choice> FormatSearch::search_for_size() {
  const auto is_lossless = [](const Step& step) { return step.kind == Step::Kind::lossless; };
  if (is_quick() && std::ranges::none_of(choice_.steps, is_lossless)) {
    if (auto done = encode(lossless_settings(), 100); !done) return std::unexpected(done.error());
  }
  const bool lossless_fits = std::ranges::any_of(
      choice_.steps, [&](const Step& step) { return step.kind == Step::Kind::lossless && fits(step); });
  if (lossless_fits) return conclude();
  const int most = std::max(kMostEncodes, choice_.encodes + 2);
  while (choice_.encodes < most) {
    if (const auto drafted = draft_likely(); !drafted) return std::unexpected(drafted.error());
    const auto* mode = likely_mode();
    if (!mode) break;
    const auto next = aim(*mode);
    if (next.chance < 0) break;
    if (const auto looked = look_where_errors_show(); !looked) return std::unexpected(looked.error());
    if (auto done = encode(settings(next.quality, mode->chroma), expected_score(*mode, next.quality));
        !done) {
      return std::unexpected(done.error());
    }
    if (is_good_enough(choice_.steps.back(), *mode)) break;
  }
  return conclude();
}

// ---- the end ----

const FormatSearch::Candidate* FormatSearch::best_candidate() const {
  const Candidate* best = nullptr;
  for (const auto& candidate : candidates_) {
    const auto& step = choice_.steps[candidate.step];
    if (!fits(step) || (!for_size_ && !meets(step))) continue;
    if (goal_.keep_floor && step.worst < goal_.region_floor) continue;
    if (!best || is_better(step, choice_.steps[best->step])) best = &candidate;
  }
  return best;
}

Result<Choice> FormatSearch::conclude() {
  const auto* best = best_candidate();
  if (!best) return fall_back();
  if (!for_size_ && may_repack(choice_.steps[best->step].bytes)) {
    if (const auto repacked = repack(); !repacked) return std::unexpected(repacked.error());
    best = best_candidate();
  }
  return take(static_cast<std::size_t>(best - candidates_.data()), reason_of(choice_.steps[best->step]));
}

/// Nothing that was tried is good enough: what is left is lossless, a lower score, or the source as it is.
Result<Choice> FormatSearch::fall_back() {
  if (!for_size_ && goal_.max_bytes) {
    for_size_ = true;
    for (auto& mode : modes_) mode.low = mode.high = {};
    for (const auto& candidate : candidates_) {
      const auto& step = choice_.steps[candidate.step];
      const auto mode = std::ranges::find(modes_, step.params.chroma, &Mode::chroma);
      if (step.kind == Step::Kind::full && mode != modes_.end()) narrow(*mode, step);
    }
    return search_for_size();
  }
  const bool tried = std::ranges::any_of(
      candidates_, [&](const auto& c) { return choice_.steps[c.step].kind == Step::Kind::lossless; });
  const bool may_keep = can_keep_pixels() && (!codec_.has_lossless || may_lose_nothing());
  const auto kept = !for_size_ && may_keep && !tried ? repack() : false;
  if (!kept) return std::unexpected(kept.error());
  if (*kept) {
    const auto& step = choice_.steps.back();
    if (goal_.useless_from && step.bytes >= *goal_.useless_from) return give_up_as_useless(step.bytes);
    if (fits(step))
      return take(candidates_.size() - 1, "nothing but lossless reaches the score in every region");
  }
  if (goal_.max_bytes) return does_not_fit();
  const double spread = codec_.decoder_spread;
  return fail(ErrorKind::left_alone, "no " + std::string(codec_.label) + " of it reaches " +
                                         rounded(*goal_.score - spread) + " with every region at " +
                                         rounded(goal_.region_floor - spread) + best_so_far());
}

std::unexpected<Error> FormatSearch::does_not_fit() const {
  return fail(ErrorKind::left_alone, "no " + std::string(codec_.label) + " of it fits " +
                                         std::to_string(*goal_.max_bytes) + " bytes" + best_so_far());
}

Result<Choice> FormatSearch::lossless() {
  if (codec_.lossless()) return finish(goal_.useless_from);
  if (!can_keep_pixels()) {
    return fail(ErrorKind::left_alone,
                std::string(codec_.label) + " cannot keep every pixel; -f png or webp can");
  }
  return only(lossless_settings(), "every pixel is kept");
}

Result<Choice> FormatSearch::only(const codec::EncodeParams& params, std::string why) {
  if (auto done = encode(params, {}); !done) return std::unexpected(done.error());
  if (!fits(choice_.steps.back())) return does_not_fit();
  return take(0, std::move(why));
}

Choice FormatSearch::take(std::size_t candidate, std::string why) {
  auto& trial = candidates_[candidate].trial;
  choice_.steps[candidates_[candidate].step].taken = true;
  choice_.params = choice_.steps[candidates_[candidate].step].params;
  choice_.bytes = std::move(trial.bytes);
  choice_.similarity = std::move(trial.similarity);
  choice_.why = std::move(why);
  return std::move(choice_);
}

/// But for what loses nothing and still saves something.
Result<Choice> FormatSearch::give_up_as_useless(std::uint64_t bytes) {
  if (may_repack(goal_.useless_from)) {
    const auto repacked = repack();
    if (!repacked) return std::unexpected(repacked.error());
    if (*repacked && choice_.steps.back().bytes < *goal_.useless_from)
      return take(candidates_.size() - 1,
                  "nothing smaller reaches the score, but packing it more tightly saves");
  }
  choice_.bytes.clear();
  choice_.why = "it would not get smaller, or hardly (about " + std::to_string(bytes) + " bytes expected)";
  return std::move(choice_);
}

std::string FormatSearch::reason_of(const Step& step) const {
  if (step.kind == Step::Kind::lossless) {
    return for_size_ ? "lossless fits" : "lossless is smaller than what loses something";
  }
  if (for_size_) return "the highest score that fits " + std::to_string(*goal_.max_bytes) + " bytes";
  if (step.score <= *goal_.score + band_) return "it is the smallest that reaches the score";
  if (step.worst <= goal_.region_floor + region_band_) return "the worst region decides";
  return "the encoder has no setting nearer to the score";
}

std::string FormatSearch::best_so_far() const {
  const Step* best = nullptr;
  for (const auto& candidate : candidates_) {
    const auto& step = choice_.steps[candidate.step];
    const bool nearer = !best || (goal_.max_bytes ? step.bytes < best->bytes : step.score > best->score);
    if (nearer) best = &step;
  }
  if (!best) return "";
  if (goal_.max_bytes) return "; the smallest tried has " + std::to_string(best->bytes);
  return "; the best tried scores " + rounded(best->score) + ", its worst region " + rounded(best->worst);
}

}  // namespace frugal::adapt
