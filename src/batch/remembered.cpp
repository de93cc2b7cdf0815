#include "batch/remembered.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "batch/demand.hpp"
#include "batch/recall.hpp"
#include "batch/terms.hpp"

namespace frugal::batch {

namespace {

/// What the cache remembers of a source; empty where it must be read first.
std::optional<cache::Content> known_content(const Unit& unit, const Context& context) {
  if (!unit.source.file || !unit.source.codec) return {};
  const auto known = context.store->known(*unit.source.file);
  return known ? known->content : std::nullopt;
}

/// Whether `convert` may have more to do for the target than to look.
bool wants_more(const Target& target) {
  return target.refusal || target.replaces_source || target.removes_source || target.must_be_made;
}

/// True when the file that the place had when the run was planned has that very content.
bool holds(const Target& place, const cache::Content& output, const Context& context) {
  if (place.path.empty() || !place.there) return false;
  const auto known = context.store->known(*place.there);
  return known && known->content == output;
}

/// False where memory may not be enough for the manner that was asked for.
bool is_made_as_asked(const Unit& unit, const cache::Entry& entry, const Context& context) {
  const auto manner = manner_within(context.budget.memory(), unit, Size{entry.width, entry.height},
                                    unit.source.file->size, context.options);
  return manner == asked(context.options);
}

/// The outcome where it is that of an earlier run.
std::optional<Outcome> settled(const Unit& unit, const Target& target, const cache::Entry& entry,
                               const Context& context) {
  if (!codec::check_limits({entry.width, entry.height}, {context.options.max_pixels})) return {};
  if (context.options.memory_limit > 0 && !is_made_as_asked(unit, entry, context)) return {};
  auto outcome = blank_outcome(unit.source, target, context);
  outcome.cache = CacheUse::hit;
  outcome.figures = figures_of(entry);
  if (entry.verdict == cache::Verdict::left_alone) {
    if (home_of(target).copy_if_left_alone) return {};
    outcome.status = Status::skipped;
    outcome.reason = entry.reason;
    return outcome;
  }
  const auto& place = place_for(target, entry);
  if (!place.codec || !holds(place, entry.output, context)) return {};
  outcome.output = place.path;
  outcome.format = place.codec->name;
  outcome.status = Status::reused;
  outcome.output_bytes = entry.output.size;
  return outcome;
}

}  // namespace

std::vector<Remembered> remembered(const std::vector<Unit>& units, std::span<const std::size_t> which,
                                   const Context& context) {
  const double start = context.clock();
  std::vector<Remembered> all(which.size());
  std::vector<cache::Hash> keys;
  std::vector<std::pair<std::size_t, const Target*>> asked;  // for each key
  for (std::size_t i = 0; i < which.size(); ++i) {
    const auto& unit = units[which[i]];
    const auto content = known_content(unit, context);
    if (!content || std::ranges::any_of(unit.targets, wants_more)) continue;
    for (const auto& target : unit.targets) {
      const auto key = key_of(target, *content, *unit.source.codec, context).finish(context.store->secret());
      if (context.rows_of_this_run.contains(key)) continue;
      keys.push_back(key);
      asked.emplace_back(i, &target);
    }
  }
  auto entries = context.store->find_all(keys);
  for (std::size_t k = 0; k < entries.size(); ++k) {
    if (!entries[k]) continue;
    const auto& [i, target] = asked[k];
    if (auto outcome = settled(units[which[i]], *target, *entries[k], context)) {
      all[i].outcomes.push_back(std::move(*outcome));
    }
    all[i].entries.push_back(std::move(*entries[k]));
  }
  const double each = which.empty() ? 0 : (context.clock() - start) / static_cast<double>(which.size());
  for (std::size_t i = 0; i < which.size(); ++i) {
    const auto targets = units[which[i]].targets.size();
    if (all[i].outcomes.size() != targets) all[i].outcomes.clear();
    if (all[i].entries.size() != targets || !all[i].outcomes.empty()) all[i].entries.clear();
    for (auto& outcome : all[i].outcomes) outcome.ms.total = each;
  }
  return all;
}

}  // namespace frugal::batch
