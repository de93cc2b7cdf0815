#include "adapt/format_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "adapt/guide.hpp"

namespace frugal::adapt {

namespace {

/// Up to this size, which leaves room for that in memory, a draft is followed pixel by pixel.
constexpr std::size_t kMostPixelsForSlopes = 40'000'000;

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

std::string rounded(double value) {
  const auto tenths = std::lround(value * 10);
  return (tenths < 0 && tenths > -10 ? "-" : "") + std::to_string(tenths / 10) + "." +
         std::to_string(std::abs(tenths % 10));
}

}  // namespace

FormatSearch::FormatSearch(Subject& subject, const codec::Codec& codec, const Goal& goal, const Means& means)
    : subject_(subject),
      codec_(codec),
      means_(means),
      wanted_(goal, codec, means.effort, subject.regions().is_graphic()) {
  choice_.codec = &codec;
}

// ---- setting up ----

Result<void> FormatSearch::prepare() {
  metadata_ = subject_.metadata();
  auto fitted = codec::fit(subject_.image(), metadata_, codec_);
  if (!fitted) return std::unexpected(fitted.error());
  fitted_ = std::move(*fitted);
  const auto& regions = subject_.regions();
  aims_.emplace(wanted_, codec_, image().size(), regions.is_graphic(), regions.fine_colour(), drafts());
  if (subject_.reference()) make_modes();
  return {};
}

void FormatSearch::make_modes() {
  const bool graphic = subject_.regions().is_graphic();
  for (const auto chroma : codec_.samplings_within(means_.room)) {
    const auto* table = model_of(codec_.format, chroma, graphic);
    const bool reduced = means_.origin && means_.origin->format == codec_.format && means_.origin->reduced;
    if (!table || ((image().gray() || reduced) && !aims_->empty())) continue;
    aims_->add(chroma, Prediction(*table, subject_.features()));
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
  aims_->learn(step);
  drop_losers();
  return {};
}

/// Files that will not be chosen need not be kept. Where a size is asked for, too, what is wanted may yet
/// change.
void FormatSearch::drop_losers() {
  if (wanted_.goal.max_bytes && !wanted_.for_size) return;
  const auto* best = best_candidate();
  for (auto& candidate : candidates_) {
    if (&candidate != best && &candidate != &candidates_.back()) candidate.trial = {};
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
  for (const auto* likely = aims_->likely(); likely && needs_draft(*likely); likely = aims_->likely()) {
    if (auto done = draft(*likely); !done) return done;
  }
  return {};
}

Result<void> FormatSearch::draft(const Mode& mode) {
  const double quality = aims_->at(mode).quality;
  const double predicted = Aims::expected_score(mode, quality);
  const auto step = draft(settings(quality, mode.chroma));
  if (!step) return std::unexpected(step.error());
  choice_.steps.back().predicted = predicted;
  std::vector<codec::Chroma> undrafted;
  for (const auto& other : aims_->modes()) {
    if (needs_draft(other)) undrafted.push_back(other.chroma);
  }
  aims_->start_anew(mode.chroma, subject_.features());
  aims_->learn_part(*step, ln_bits(step->bytes, image().size()), undrafted);
  return {};
}

/// For a codec that heeds where errors show but does not draft.
Result<void> FormatSearch::look_where_errors_show() {
  if (!codec_.heeds_guide || aims_->empty() || means_.effort < kDraftEffort || guide_) return {};
  const auto* likely = aims_->likely();
  const auto& mode = likely ? *likely : aims_->modes().front();
  if (!codec_.heeds_guide(image(), settings(codec_.quality.max, mode.chroma))) return {};
  double score = wanted_.goal.score.value_or(0);
  if (means_.encoder_quality) score = Aims::expected_score(mode, *means_.encoder_quality);
  if (wanted_.for_size) score = Aims::expected_score(mode, aims_->at(mode).quality);
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
  if (aims_->empty()) return {};
  if (codec_.draft) return draft_likely();
  const auto part = codec_.slow ? Part::quarter : Part::half;
  const auto mosaic = subject_.mosaic(part, means_.threads);
  if (!mosaic) return std::unexpected(mosaic.error());
  if (!*mosaic) return {};
  Metadata metadata = subject_.metadata();
  const auto fitted = codec::fit((*mosaic)->image, metadata, codec_);
  if (!fitted) return {};
  const auto features = subject_.features_with(**mosaic);
  const auto* likely = aims_->likely();
  for (const auto& mode : aims_->modes()) {
    // Where encoding is cheap, trying tells which sampling is the better one; elsewhere the features must.
    if (codec_.slow && &mode != likely) continue;
    if (auto done = probe(mode, fitted->image(), **mosaic, features); !done) return done;
  }
  return {};
}

Result<void> FormatSearch::probe(const Mode& mode, const Image& fitted, const Mosaic& mosaic,
                                 const Features& features) {
  aims_->start_anew(mode.chroma, features);
  const double quality = aims_->at(mode).quality;
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
  step.predicted = Aims::expected_score(mode, quality);
  step.score = trial->similarity->score;
  step.worst = trial->similarity->worst().score;
  step.bytes = trial->bytes.size();
  choice_.steps.push_back(step);
  const auto bytes = step.bytes - std::min<std::uint64_t>(step.bytes - 1, metadata.icc.size());
  aims_->learn_part(step, ln_bits(bytes, fitted.size()), {});
  return {};
}

// ---- searching ----

Result<Choice> FormatSearch::finish(std::optional<std::uint64_t> useless_from) {
  wanted_.goal.useless_from = useless_from;
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
  return wanted_.for_size ? search_for_size() : search_knob();
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
  if (wanted_.for_size && may_repack(wanted_.goal.max_bytes)) {
    const auto repacked = repack();
    return repacked ? Result<void>() : std::unexpected(repacked.error());
  }
  if (!may_lose_nothing() || codec_.slow || !subject_.regions().is_graphic()) return {};
  const auto mosaic = subject_.mosaic(Part::half, means_.threads);
  if (mosaic && *mosaic && !wanted_.for_size) {
    Metadata metadata = subject_.metadata();
    const auto fitted = codec::fit((*mosaic)->image, metadata, codec_);
    const auto* mode = aims_->likely();
    if (!fitted || !mode) return {};
    const auto tried = try_out(fitted->image(), {}, codec_, lossless_settings(), nullptr, subject_.clock(),
                               subject_.costs());
    if (!tried) return {};
    const double lossy = mode->prediction.at(Curve::mosaic_size, aims_->at(*mode).quality).mean;
    if (ln_bits(tried->bytes.size(), fitted->image().size()) > lossy + std::log(kLosslessPays)) return {};
  }
  return encode(lossless_settings(), 100);
}

/// Between lossless and what is coded by frequencies: for graphics, and for scores near lossless. From the
/// level that most often meets the goal up or down to the last that does.
Result<void> FormatSearch::try_nearly_lossless() {
  const auto is_near = [](const Step& step) { return step.params.near_lossless > 0; };
  if (codec_.near_lossless == 0 || !may_lose_nothing() || wanted_.for_size ||
      std::ranges::any_of(choice_.steps, is_near))
    return {};
  const double wanted = std::max(*wanted_.goal.score, wanted_.goal.region_floor + kUsualFloorBelow);
  const auto likely = std::ranges::find_if(kNearLosslessScores, [&](double score) { return score < wanted; });
  int level = static_cast<int>(likely - kNearLosslessScores.begin());
  int direction = 0;
  for (int left = kMostNearLossless; left > 0 && level >= 1 && level <= codec_.near_lossless; --left) {
    if (auto done = encode(nearly_lossless_settings(level), {}); !done) return done;
    const int next = wanted_.meets(choice_.steps.back()) ? 1 : -1;
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
    if (step.kind == Step::Kind::draft && step.score >= *wanted_.goal.score + kSpare &&
        step.worst >= wanted_.goal.region_floor + kSpare)
      return step.params;
  }
  if (const auto* mode = aims_->likely()) {
    if (const auto next = aims_->at(*mode); next.meets > kCertain)
      return settings(next.quality, mode->chroma);
  }
  return best_settings();
}

codec::EncodeParams FormatSearch::best_settings() const {
  return settings(codec_.quality.max, aims_->empty() ? codec_.samplings_within(means_.room).back()
                                                     : aims_->modes().back().chroma);
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
    const auto* mode = aims_->likely();
    if (!mode) break;
    const auto next = aims_->at(*mode);
    if (next.chance < 0) break;
    if (aims_->cannot_pay(*mode, next)) {
      const double bits = std::exp(mode->prediction.at(Curve::size, next.quality).mean);
      if (!has_met()) {
        return give_up_as_useless(
            static_cast<std::uint64_t>(bits * static_cast<double>(image().pixels()) / 8));
      }
      break;
    }
    if (mode->prediction.at(Curve::size, next.quality).mean > without_loss - kWorthAnEncode) break;
    if (aims_->cannot_fit(*mode, next)) break;
    if (const auto looked = look_where_errors_show(); !looked) return std::unexpected(looked.error());
    if (auto done = encode(settings(next.quality, mode->chroma), Aims::expected_score(*mode, next.quality));
        !done) {
      return std::unexpected(done.error());
    }
    if (aims_->is_settled(*mode) || wanted_.is_met_closely(choice_.steps.back())) break;
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
  if (wanted_.goal.max_bytes || has_met() || codec_.lossless()) return false;
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
  if (!has_met() && !wanted_.goal.max_bytes) {
    if (const auto tried = try_nearly_lossless(); !tried) return std::unexpected(tried.error());
  }
  return conclude();
}

Result<Choice> FormatSearch::search_for_size() {
  const auto is_lossless = [](const Step& step) { return step.kind == Step::Kind::lossless; };
  if (is_quick() && std::ranges::none_of(choice_.steps, is_lossless)) {
    if (auto done = encode(lossless_settings(), 100); !done) return std::unexpected(done.error());
  }
  const bool lossless_fits = std::ranges::any_of(choice_.steps, [&](const Step& step) {
    return step.kind == Step::Kind::lossless && wanted_.fits(step);
  });
  if (lossless_fits) return conclude();
  const int most = std::max(kMostEncodes, choice_.encodes + 2);
  while (choice_.encodes < most) {
    if (const auto drafted = draft_likely(); !drafted) return std::unexpected(drafted.error());
    const auto* mode = aims_->likely();
    if (!mode) break;
    const auto next = aims_->at(*mode);
    if (next.chance < 0) break;
    if (const auto looked = look_where_errors_show(); !looked) return std::unexpected(looked.error());
    if (auto done = encode(settings(next.quality, mode->chroma), Aims::expected_score(*mode, next.quality));
        !done) {
      return std::unexpected(done.error());
    }
    if (aims_->is_settled(*mode) || wanted_.is_met_closely(choice_.steps.back())) break;
  }
  return conclude();
}

// ---- the end ----

bool FormatSearch::has_met() const {
  return std::ranges::any_of(choice_.steps, [&](const Step& step) { return wanted_.meets(step); });
}

std::optional<std::uint64_t> FormatSearch::smallest_met() const {
  std::optional<std::uint64_t> smallest;
  for (const auto& step : choice_.steps) {
    if (wanted_.meets(step)) smallest = std::min(smallest.value_or(step.bytes), step.bytes);
  }
  return smallest;
}

const FormatSearch::Candidate* FormatSearch::best_candidate() const {
  const Candidate* best = nullptr;
  for (const auto& candidate : candidates_) {
    const auto& step = choice_.steps[candidate.step];
    if (!wanted_.fits(step) || (!wanted_.for_size && !wanted_.meets(step))) continue;
    if (wanted_.goal.keep_floor && step.worst < wanted_.goal.region_floor) continue;
    if (!best || wanted_.is_better(step, choice_.steps[best->step])) best = &candidate;
  }
  return best;
}

Result<Choice> FormatSearch::conclude() {
  const auto* best = best_candidate();
  if (!best) return fall_back();
  if (!wanted_.for_size && may_repack(choice_.steps[best->step].bytes)) {
    if (const auto repacked = repack(); !repacked) return std::unexpected(repacked.error());
    best = best_candidate();
  }
  return take(static_cast<std::size_t>(best - candidates_.data()),
              wanted_.reason_of(choice_.steps[best->step]));
}

/// Nothing that was tried is good enough: what is left is lossless, a lower score, or the source as it is.
Result<Choice> FormatSearch::fall_back() {
  if (!wanted_.for_size && wanted_.goal.max_bytes) {
    wanted_.for_size = true;
    aims_->bound_again(choice_.steps);
    return search_for_size();
  }
  const bool tried = std::ranges::any_of(
      candidates_, [&](const auto& c) { return choice_.steps[c.step].kind == Step::Kind::lossless; });
  const bool may_keep = can_keep_pixels() && (!codec_.has_lossless || may_lose_nothing());
  const auto kept = !wanted_.for_size && may_keep && !tried ? repack() : false;
  if (!kept) return std::unexpected(kept.error());
  if (*kept) {
    const auto& step = choice_.steps.back();
    if (wanted_.goal.useless_from && step.bytes >= *wanted_.goal.useless_from)
      return give_up_as_useless(step.bytes);
    if (wanted_.fits(step))
      return take(candidates_.size() - 1, "nothing but lossless reaches the score in every region");
  }
  if (wanted_.goal.max_bytes) return does_not_fit();
  const double spread = codec_.decoder_spread;
  const bool limited = codec_.samplings_within(means_.room).size() < codec_.samplings.size() ||
                       may_lose_nothing() != codec_.has_lossless;
  return fail(ErrorKind::left_alone, "no " + std::string(codec_.label) + " of it reaches " +
                                         rounded(*wanted_.goal.score - spread) + " with every region at " +
                                         rounded(wanted_.goal.region_floor - spread) +
                                         (limited ? " in so little memory" : "") + best_so_far());
}

std::unexpected<Error> FormatSearch::does_not_fit() const {
  return fail(ErrorKind::left_alone, "no " + std::string(codec_.label) + " of it fits " +
                                         std::to_string(*wanted_.goal.max_bytes) + " bytes" + best_so_far());
}

Result<Choice> FormatSearch::lossless() {
  if (codec_.lossless()) return finish(wanted_.goal.useless_from);
  if (!can_keep_pixels()) {
    return fail(ErrorKind::left_alone,
                std::string(codec_.label) + " cannot keep every pixel; -f png or webp can");
  }
  return only(lossless_settings(), "every pixel is kept");
}

Result<Choice> FormatSearch::only(const codec::EncodeParams& params, std::string why) {
  if (auto done = encode(params, {}); !done) return std::unexpected(done.error());
  if (!wanted_.fits(choice_.steps.back())) return does_not_fit();
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
  if (may_repack(wanted_.goal.useless_from)) {
    const auto repacked = repack();
    if (!repacked) return std::unexpected(repacked.error());
    if (*repacked && choice_.steps.back().bytes < *wanted_.goal.useless_from)
      return take(candidates_.size() - 1,
                  "nothing smaller reaches the score, but packing it more tightly saves");
  }
  choice_.bytes.clear();
  choice_.why = "it would not get smaller, or hardly (about " + std::to_string(bytes) + " bytes expected)";
  return std::move(choice_);
}

std::string FormatSearch::best_so_far() const {
  const Step* best = nullptr;
  for (const auto& candidate : candidates_) {
    const auto& step = choice_.steps[candidate.step];
    const bool nearer =
        !best || (wanted_.goal.max_bytes ? step.bytes < best->bytes : step.score > best->score);
    if (nearer) best = &step;
  }
  if (!best) return "";
  if (wanted_.goal.max_bytes) return "; the smallest tried has " + std::to_string(best->bytes);
  return "; the best tried scores " + rounded(best->score) + ", its worst region " + rounded(best->worst);
}

}  // namespace frugal::adapt
