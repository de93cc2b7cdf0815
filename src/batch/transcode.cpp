#include "batch/transcode.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "image/exif.hpp"
#include "image/orient.hpp"

namespace frugal::batch {

namespace {

void apply(MetadataPolicy policy, Metadata& metadata) {
  metadata.orientation = Orientation::upright;
  switch (policy) {
    case MetadataPolicy::safe:
      metadata.exif = safe_exif(metadata.exif);
      metadata.xmp.clear();
      break;
    case MetadataPolicy::all:
      metadata.exif = upright_exif(metadata.exif);
      break;
    case MetadataPolicy::none:
      metadata.exif.clear();
      metadata.xmp.clear();
      metadata.density.reset();
      break;
  }
}

std::string list_of(const std::vector<std::string>& phrases) {
  std::string list;
  for (const auto& phrase : phrases) list += (list.empty() ? "" : ", ") + phrase;
  return list;
}

adapt::Goal goal_of(const Settings& settings, std::optional<std::uint64_t> useless_from) {
  adapt::Goal goal;
  goal.score = settings.quality;
  goal.region_floor = settings.region_floor.value_or(settings.quality.value_or(0) - kFloorBelow);
  goal.keep_floor = settings.region_floor.has_value();
  goal.max_bytes = settings.max_bytes;
  goal.useless_from = useless_from;
  return goal;
}

/// The coders for those formats.
std::vector<const codec::Codec*> coders_of(std::span<const codec::Codec* const> targets, bool lossy_png) {
  std::vector<const codec::Codec*> coders(targets.begin(), targets.end());
  for (auto& coder : coders) {
    if (lossy_png && codec::lossy_coder_of(*coder)) coder = codec::lossy_coder_of(*coder);
  }
  return coders;
}

Result<adapt::Choice> search(adapt::Subject& subject, std::span<const codec::Codec* const> coders,
                             const adapt::Goal& goal, const adapt::Means& means) {
  if (coders.size() > 1) return adapt::search_formats(subject, coders, goal, means);
  return adapt::search(subject, *coders.front(), goal, means);
}

Figures figures_of(const adapt::Choice& choice, Size size) {
  Figures figures;
  figures.size = size;
  figures.encodes = choice.encodes;
  const bool knob = !choice.params.lossless && choice.params.near_lossless == 0 && !choice.codec->lossless();
  if (knob) figures.encoder_quality = choice.params.quality;
  if (const auto& similarity = choice.similarity) {
    const auto& worst = similarity->worst();
    figures.score = similarity->score;
    figures.worst_region =
        WorstRegion{worst.score, worst.area.x, worst.area.y, worst.area.width, worst.area.height};
  }
  return figures;
}

/// A file of the same format that was coded hardly better than what would now be made of it, and that would
/// hardly get smaller: the score is held against a picture that has lost something already, and each
/// generation loses more.
constexpr double kWorthCodingAgain = 8;  // steps of the codec's own quality
constexpr double kWorthLosing = 0.85;    // of the size from which a result is of no use

bool is_poor_already(const Picture& picture, const adapt::Choice& choice, const Settings& settings,
                     std::uint64_t useless_from) {
  if (!picture.quality || choice.codec->format != picture.format || choice.bytes.empty()) return false;
  if (choice.params.lossless || choice.params.near_lossless > 0) return false;
  if (settings.recode || settings.encoder_quality || settings.lossless || settings.max_bytes) return false;
  return choice.params.quality > *picture.quality - kWorthCodingAgain &&
         static_cast<double>(choice.bytes.size()) > kWorthLosing * static_cast<double>(useless_from);
}

/// Nothing was done to the pixels since they were decoded but turning them upright.
std::optional<codec::Origin> origin_of(const Picture& picture, const Settings& settings) {
  if (picture.file.empty()) return std::nullopt;
  // What a file stores of full chroma takes twice as much.
  const bool large = !picture.reduced_chroma && !picture.image.gray();
  if (settings.room == codec::Room::scarcest && !settings.lossless && large) return std::nullopt;
  return codec::Origin{picture.format, picture.file, picture.stored, picture.reduced_chroma};
}

/// What loses nothing, where what loses something is not worth it: none where that is of no use either.
std::optional<adapt::Choice> packed(Picture& picture, adapt::Choice& lossy, adapt::Goal goal,
                                    adapt::Means means) {
  if (lossy.codec->has_lossless || !lossy.codec->can_keep_pixels(means.origin)) return std::nullopt;
  means.lossless = true;
  auto choice = adapt::search(*picture.subject, *lossy.codec, goal, means);
  if (!choice || choice->bytes.size() >= goal.useless_from) return std::nullopt;
  for (auto& step : lossy.steps) step.taken = false;
  choice->steps.insert(choice->steps.begin(), lossy.steps.begin(), lossy.steps.end());
  choice->encodes += lossy.encodes;
  choice->why = "it is compressed nearly as much already, so it is only packed more tightly";
  return std::move(*choice);
}

/// Takes the time that the subject's work took out of its account.
void charge(adapt::Costs& costs, Timings& ms) {
  ms.analyse += costs.analyse;
  ms.encode += costs.encode;
  ms.score += costs.score;
  costs = {};
}

}  // namespace

bool needs_score(std::span<const codec::Codec* const> targets, bool lossless, bool lossy_png) {
  return !std::ranges::all_of(coders_of(targets, lossy_png), [&](const codec::Codec* codec) {
    return codec->lossless() || (lossless && codec->has_lossless);
  });
}

Result<Picture> decode(ByteView file, const codec::Codec& source, MetadataPolicy policy,
                       const codec::Limits& limits, int threads, Clock clock, Timings& ms) {
  const adapt::Stopwatch watch(clock, ms.decode);
  auto decoded = source.decode(file, limits, threads);
  if (!decoded) return std::unexpected(decoded.error());
  const auto stored = decoded->metadata.orientation;
  auto upright = make_upright(std::move(decoded->image), decoded->metadata.orientation);
  if (!upright) return std::unexpected(upright.error());
  apply(policy, decoded->metadata);
  return Picture{std::move(*upright),
                 std::move(decoded->metadata),
                 std::move(decoded->extras),
                 source.format,
                 decoded->quality,
                 stored,
                 decoded->reduced_chroma,
                 {},
                 {}};
}

Result<Made> encode(Picture& picture, std::span<const codec::Codec* const> targets, const Settings& settings,
                    std::optional<std::uint64_t> useless_from, int threads, Clock clock, Timings& ms) try {
  const auto can = [](const codec::Codec* codec) { return codec->encode != nullptr; };
  if (std::ranges::none_of(targets, can)) {
    return fail(ErrorKind::left_alone,
                std::string(targets.front()->label) + " is read but not written; -f names another format");
  }
  const auto same = [&](const codec::Codec* codec) { return codec->format == picture.format; };
  if ((std::ranges::all_of(targets, same) || settings.source_goes) && !picture.extras.empty()) {
    return fail(ErrorKind::left_alone, list_of(picture.extras) + " would be lost");
  }
  const bool scored = needs_score(targets, settings.lossless, settings.lossy_png);
  const auto scoring =
      settings.room != codec::Room::ample ? adapt::Scoring::sparing : adapt::Scoring::prepared;
  if (!picture.subject) {
    auto subject = adapt::Subject::of(picture.image, picture.metadata, threads, clock,
                                      scored ? scoring : adapt::Scoring::none);
    if (!subject) return std::unexpected(subject.error());
    picture.subject = std::make_unique<adapt::Subject>(std::move(*subject));
  } else if (scored) {
    if (auto ready = picture.subject->prepare_scoring(scoring, threads); !ready)
      return std::unexpected(ready.error());
  }
  const adapt::Means means{
      settings.effort, threads, settings.lossless, settings.encoder_quality, origin_of(picture, settings),
      settings.room};
  const auto goal = goal_of(settings, useless_from);
  auto choice = search(*picture.subject, coders_of(targets, settings.lossy_png), goal, means);
  if (choice && useless_from && is_poor_already(picture, *choice, settings, *useless_from)) {
    if (auto tight = packed(picture, *choice, goal, means)) {
      choice = std::move(*tight);
    } else {
      choice->bytes.clear();
      choice->why = "it is compressed nearly as much already, and coding it again would lose more";
    }
  }
  charge(picture.subject->costs(), ms);
  if (!choice) return std::unexpected(choice.error());
  const auto figures = figures_of(*choice, picture.image.size());
  return Made{choice->codec, std::move(choice->bytes), figures, std::move(choice->steps),
              std::move(choice->why)};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

}  // namespace frugal::batch
