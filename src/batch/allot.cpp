#include "batch/allot.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace frugal::batch {

namespace {

/// A point of score more costs a typical photograph about so much of its bytes.
constexpr double kBytesAPoint = 0.04;

/// Tried first: in the middle of what people ask for.
constexpr double kFirstQuality = 75;

/// Shares of the budget: what all at one quality are to come to, what may yet turn out to fit, from where on
/// single outputs are raised instead, and from where on the rest is not worth an encode.
constexpr double kAim = 0.99;
constexpr double kOver = 1.01;
constexpr double kNear = 0.985;
constexpr double kFull = 0.996;

/// How far one output is raised at a time, in points of score.
constexpr double kStep = 1;

/// Scores that lie no further apart are alike.
constexpr double kAlike = 2.5;

double on_grain(double quality) {
  return std::floor(quality / kQualityGrain + 1e-6) * kQualityGrain;
}

/// The slope of log(bytes) over quality between two trials; what noise and plateaus make of it is bounded.
double slope_between(const std::pair<const double, Trial>& a, const std::pair<const double, Trial>& b) {
  const double rise =
      std::log(static_cast<double>(b.second.bytes) + 1) - std::log(static_cast<double>(a.second.bytes) + 1);
  return std::clamp(rise / (b.first - a.first), 0.0, 4 * kBytesAPoint);
}

using Chosen = std::map<double, Trial>::const_iterator;

/// The smallest trial that scores at least `score` (of several alike the one that was asked the most of),
/// else the one with the highest score.
Chosen smallest_from(const Portion& portion, double score) {
  const auto& trials = portion.trials;
  auto best = trials.begin();
  for (auto at = trials.begin(); at != trials.end(); ++at) {
    const bool reaches = at->second.score >= score;
    const bool best_reaches = best->second.score >= score;
    const bool better =
        reaches ? at->second.bytes <= best->second.bytes : at->second.score > best->second.score;
    if (reaches != best_reaches ? reaches : better) best = at;
  }
  return best;
}

std::vector<Chosen> choose(std::span<const Portion> portions, double score) {
  std::vector<Chosen> chosen;
  for (const auto& portion : portions) chosen.push_back(smallest_from(portion, score));
  return chosen;
}

std::uint64_t bytes_of(std::span<const Portion> portions, const std::vector<Chosen>& chosen) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i] != portions[i].trials.end()) sum += chosen[i]->second.bytes;
  }
  return sum;
}

/// The portions that have trials, those with the lowest chosen score first.
std::vector<std::size_t> lowest_first(std::span<const Portion> portions, const std::vector<Chosen>& chosen) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < portions.size(); ++i) {
    if (!portions[i].trials.empty()) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return chosen[i]->second.score; });
  return order;
}

/// The smallest trial that scores more than `now` does and takes at most `room` bytes more; else `now`.
Chosen next_better(const Portion& portion, Chosen now, std::uint64_t room) {
  auto better = now;
  for (auto at = portion.trials.begin(); at != portion.trials.end(); ++at) {
    if (at->second.score <= now->second.score || at->second.bytes > now->second.bytes + room) continue;
    if (better == now || at->second.bytes < better->second.bytes) better = at;
  }
  return better;
}

/// Gives the room that is left to the lowest scores, a step each in turn.
void fill_up(std::span<const Portion> portions, std::uint64_t room, std::vector<Chosen>& chosen) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto i : lowest_first(portions, chosen)) {
      const auto better = next_better(portions[i], chosen[i], room);
      if (better == chosen[i]) continue;
      room += chosen[i]->second.bytes;
      room -= better->second.bytes;
      chosen[i] = better;
      changed = true;
    }
  }
}

/// All scores that were reached, the highest first.
std::vector<double> scores_of(std::span<const Portion> portions) {
  std::set<double, std::greater<>> scores;
  for (const auto& portion : portions) {
    for (const auto& [quality, trial] : portion.trials) scores.insert(trial.score);
  }
  return {scores.begin(), scores.end()};
}

/// Each portion's smallest trial that reaches the highest score that all can have within `budget`.
std::optional<std::vector<Chosen>> choose_alike(std::span<const Portion> portions, std::uint64_t budget) {
  const auto scores = scores_of(portions);
  const auto fits = [&](double score) { return bytes_of(portions, choose(portions, score)) <= budget; };
  const auto score = std::ranges::partition_point(scores, [&](double one) { return !fits(one); });
  auto chosen = choose(portions, score != scores.end() ? *score : std::numeric_limits<double>::lowest());
  return bytes_of(portions, chosen) <= budget ? std::optional(std::move(chosen)) : std::nullopt;
}

/// False where some outputs score much more than others: bytes are wasted on them. What is as good as it gets
/// does not count.
bool are_alike(std::span<const Portion> portions, const std::vector<Chosen>& chosen) {
  double lowest = 100;
  double highest = 0;
  for (std::size_t i = 0; i < portions.size(); ++i) {
    if (portions[i].trials.empty() || portions[i].flat || chosen[i]->second.score >= 100) continue;
    lowest = std::min(lowest, chosen[i]->second.score);
    highest = std::max(highest, chosen[i]->second.score);
  }
  return highest - lowest <= kAlike;
}

/// What to try below the quality from which on nothing can be made.
std::optional<double> below_bar(const Portion& portion) {
  constexpr double kWorthIt = 2;
  if (portion.trials.empty()) return on_grain(*portion.barred * 0.6);
  const double highest = portion.trials.rbegin()->first;
  return *portion.barred - highest > kWorthIt ? std::optional(on_grain((highest + *portion.barred) / 2))
                                              : std::nullopt;
}

/// `quality`, or what comes nearest to it and is possible; nothing once that was tried.
std::optional<double> untried(const Portion& portion, double quality) {
  if (portion.flat && (portion.barred || !portion.trials.empty())) return std::nullopt;
  if (portion.barred && quality >= *portion.barred) {
    const auto below = below_bar(portion);
    if (!below || *below < kLeastQuality) return std::nullopt;
    quality = *below;
  }
  const auto near = portion.trials.lower_bound(quality - kQualityGrain / 2);
  if (near != portion.trials.end() && near->first < quality + kQualityGrain / 2) return std::nullopt;
  return quality;
}

/// True when a file that was found when less was asked scores as much: it would, most likely, be found again.
bool is_covered(const Portion& portion, double quality) {
  const auto above = portion.trials.lower_bound(quality);
  return above != portion.trials.begin() && std::prev(above)->second.score >= quality;
}

/// The highest common quality at which all are expected to take at most `bytes`.
double common_quality(std::span<const Portion> portions, double bytes, double most) {
  double low = kLeastQuality;
  double high = most;
  const auto sum_at = [&](double quality) {
    return std::accumulate(portions.begin(), portions.end(), 0.0, [&](double sum, const Portion& portion) {
      return sum + (portion.trials.empty() ? 0 : portion.predicted_bytes(quality));
    });
  };
  if (sum_at(high) <= bytes) return high;
  while (high - low > kQualityGrain / 4) {
    const double middle = (low + high) / 2;
    (sum_at(middle) <= bytes ? low : high) = middle;
  }
  return std::max(on_grain(low), kLeastQuality);
}

std::vector<std::optional<double>> all_at(std::span<const Portion> portions, double quality) {
  std::vector<std::optional<double>> wanted;
  for (const auto& portion : portions) {
    wanted.push_back(is_covered(portion, quality) ? std::nullopt : untried(portion, quality));
  }
  return wanted;
}

/// As all_at, with nothing left to likelihood: the outcome is what that quality gives to a batch.
std::vector<std::optional<double>> just_all_at(std::span<const Portion> portions, double quality) {
  std::vector<std::optional<double>> wanted;
  for (const auto& portion : portions) wanted.push_back(untried(portion, quality));
  return wanted;
}

bool any(const std::vector<std::optional<double>>& wanted) {
  return std::ranges::any_of(wanted, [](const auto& one) { return one.has_value(); });
}

/// All at the highest common whole number that `bytes` are expected to allow, which is what people would ask
/// for; and at the next one where it may turn out to fit.
std::vector<std::optional<double>> all_at_whole(std::span<const Portion> portions, double bytes,
                                                double most) {
  const double whole = std::max(std::floor(common_quality(portions, bytes, most)), kLeastQuality);
  auto wanted = all_at(portions, whole);
  if (any(wanted)) return wanted;
  const bool next_may_fit = common_quality(portions, kOver * bytes, most) >= whole + 1;
  if (next_may_fit) wanted = all_at(portions, whole + 1);
  return any(wanted) ? wanted : just_all_at(portions, whole);
}

/// For all that nothing is known of yet.
std::vector<std::optional<double>> first_trials(std::span<const Portion> portions, double most) {
  std::vector<std::optional<double>> wanted;
  for (const auto& portion : portions) {
    wanted.push_back(portion.trials.empty() ? untried(portion, std::min(kFirstQuality, most)) : std::nullopt);
  }
  return wanted;
}

/// Raises the lowest scores as far as `room` bytes are expected to take them.
std::vector<std::optional<double>> raise_lowest(std::span<const Portion> portions,
                                                const std::vector<Chosen>& chosen, double room, double most) {
  std::vector<std::optional<double>> wanted(portions.size());
  for (const auto i : lowest_first(portions, chosen)) {
    if (chosen[i]->second.score >= 100) continue;
    const double quality = std::max(chosen[i]->first, chosen[i]->second.score);
    const auto next = portions[i].trials.upper_bound(quality);
    const double gap = next == portions[i].trials.end() ? most - quality : (next->first - quality) / 2;
    const double now = static_cast<double>(chosen[i]->second.bytes);
    double step = std::min(kStep, gap);
    const double cost = portions[i].predicted_bytes(quality + step) - now;
    if (cost > room) step *= room / cost;
    const double higher = on_grain(quality + step);
    if (higher <= quality + kQualityGrain / 2) continue;
    wanted[i] = untried(portions[i], higher);
    if (wanted[i]) room -= std::min(room, cost);
  }
  return wanted;
}

}  // namespace

double Portion::predicted_bytes(double quality) const {
  const auto at_least = trials.lower_bound(quality);
  const auto first = trials.begin();
  const auto last = std::prev(trials.end());
  if (at_least != trials.end() && at_least->first == quality) {
    return static_cast<double>(at_least->second.bytes);
  }
  auto from = at_least == trials.end() ? last : at_least == first ? first : std::prev(at_least);
  if (quality > from->first && quality <= from->second.score) return static_cast<double>(from->second.bytes);
  double slope = kBytesAPoint;
  if (trials.size() > 1) {
    slope = from == last ? slope_between(*std::prev(last), *last) : slope_between(*from, *std::next(from));
  }
  // A plateau (the source itself is the result) ends somewhere below.
  if (quality < first->first) slope = std::max(slope, kBytesAPoint / 2);
  if (flat) slope = 0;
  return static_cast<double>(from->second.bytes) * std::exp(slope * (quality - from->first));
}

std::optional<std::vector<double>> best_choice(std::span<const Portion> portions, std::uint64_t budget) {
  auto chosen = choose_alike(portions, budget);
  if (!chosen) return std::nullopt;
  fill_up(portions, budget - bytes_of(portions, *chosen), *chosen);
  std::vector<double> choice;
  for (std::size_t i = 0; i < portions.size(); ++i) {
    choice.push_back(portions[i].trials.empty() ? kLeastQuality : (*chosen)[i]->first);
  }
  return choice;
}

std::uint64_t least_bytes(std::span<const Portion> portions) {
  std::uint64_t sum = 0;
  for (const auto& portion : portions) {
    if (portion.trials.empty()) continue;
    const auto least =
        std::ranges::min_element(portion.trials, {}, [](const auto& trial) { return trial.second.bytes; });
    sum += least->second.bytes;
  }
  return sum;
}

std::vector<std::optional<double>> next_trials(std::span<const Portion> portions, std::uint64_t budget,
                                               double most) {
  auto first = first_trials(portions, most);
  if (any(first)) return first;
  const auto bytes = static_cast<double>(budget);
  auto whole = all_at_whole(portions, bytes, most);
  if (any(whole)) return whole;
  auto chosen = choose_alike(portions, budget);
  if (!chosen || static_cast<double>(bytes_of(portions, *chosen)) < kNear * bytes ||
      !are_alike(portions, *chosen)) {
    auto wanted = all_at(portions, common_quality(portions, kAim * bytes, most));
    if (!chosen || any(wanted)) return wanted;
  }
  fill_up(portions, budget - bytes_of(portions, *chosen), *chosen);
  const auto used = static_cast<double>(bytes_of(portions, *chosen));
  if (used >= kFull * bytes) return std::vector<std::optional<double>>(portions.size());
  return raise_lowest(portions, *chosen, bytes - used, most);
}

}  // namespace frugal::batch
