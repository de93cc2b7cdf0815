#include "batch/terms.hpp"

#include <algorithm>

namespace frugal::batch {

namespace {

/// A second lossy generation is not worth a percent: a result in the same format must save that share.
constexpr double kLeastSaving = 0.02;

/// None where the sizes decide alone.
std::optional<double> quality_of(const Options& options, const Target& target) {
  if (target.quality) return target.quality;
  if (options.quality) return options.quality;
  return options.max_size ? std::nullopt : std::optional(kDefaultQuality);
}

bool encodable(const Target& candidate) {
  return !candidate.refusal && !candidate.path.empty();
}

}  // namespace

Settings settings_of(const Options& options, const Target& target, std::uint64_t size) {
  Settings settings;
  settings.quality = quality_of(options, target);
  settings.region_floor = options.region_floor;
  if (options.max_size) settings.max_bytes = std::max<std::uint64_t>(options.max_size->of(size), 1);
  settings.encoder_quality = options.encoder_quality;
  settings.lossless = options.lossless;
  settings.lossy_png =
      options.lossy_png && std::ranges::any_of(codecs_of(target, options.room), [](const auto* codec) {
        return codec && codec::lossy_coder_of(*codec);
      });
  settings.effort = options.effort;
  settings.room = options.room;
  settings.metadata = options.metadata;
  settings.recode = target.quality.has_value() || options.min_savings.has_value();
  settings.source_goes = target.removes_source;
  return settings;
}

std::optional<std::uint64_t> useless_from(const Options& options, const Target& target, std::uint64_t size,
                                          const codec::Codec& from) {
  const bool stays = may_stay(target);
  if (options.min_savings) {
    const auto limit = size - std::min(size, options.min_savings->of(size)) + 1;
    return stays || target.removes_source ? std::min(limit, size) : limit;
  }
  if (!stays) return target.removes_source ? std::optional(size) : std::nullopt;
  const bool lossy = options.lossy_png && codec::lossy_coder_of(from);
  if ((from.lossless() && !lossy) || options.lossless || too_large(options, size)) return size;
  return static_cast<std::uint64_t>(static_cast<double>(size) * (1 - kLeastSaving)) + 1;
}

bool fits_as_it_is(const Options& options, const Target& target, std::uint64_t size) {
  return may_stay(target) && options.max_size && !too_large(options, size) && !quality_of(options, target);
}

bool too_large(const Options& options, std::uint64_t size) {
  return options.max_size && size > options.max_size->of(size);
}

std::vector<const codec::Codec*> codecs_of(const Target& target, codec::Room room) {
  if (target.candidates.empty()) return {target.codec};
  std::vector<const codec::Codec*> codecs;
  for (const auto& candidate : target.candidates) {
    if (encodable(candidate)) codecs.push_back(candidate.codec);
  }
  const auto is_large = [](const codec::Codec* codec) { return codec->large; };
  if (room == codec::Room::scarcest && !std::ranges::all_of(codecs, is_large))
    std::erase_if(codecs, is_large);
  return codecs;
}

std::string tag_of(const Target& target) {
  if (target.candidates.empty()) return std::string(target.codec->name);
  const auto& own = home_of(target);
  return &own == &target || encodable(own) ? "auto" : "auto but its own";
}

const Target& home_of(const Target& target) {
  const auto own = std::ranges::find_if(target.candidates, &Target::format_stays);
  return own == target.candidates.end() ? target : *own;
}

Target met_again(const Target& target, const codec::Codec& codec) {
  Target again = target;
  if (again.candidates.empty()) {
    again.format_stays = true;
    again.removes_source = false;
  }
  const bool own_has_place = &home_of(target) == &target || encodable(home_of(target));
  for (auto& candidate : again.candidates) {
    candidate.format_stays = candidate.codec == &codec;
    if (candidate.format_stays && !own_has_place) candidate.path.clear();
  }
  return again;
}

bool may_stay(const Target& target) {
  return home_of(target).format_stays;
}

}  // namespace frugal::batch
