#include "batch/share_out.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "batch/allot.hpp"
#include "util/text.hpp"

namespace frugal::batch {

namespace {

constexpr int kMostRounds = 12;

class Sharing {
 public:
  Sharing(std::vector<Unit>& units, const Options& options, const Measure& measure)
      : units_(units),
        budget_(*options.total_size),
        most_(options.quality.value_or(kBestQuality)),
        measure_(measure) {
    for (std::size_t i = 0; i < units.size(); ++i) {
      for (std::size_t j = 0; j < units[i].targets.size(); ++j) {
        places_.push_back({i, j});
        Portion portion;
        portion.flat = is_flat(units[i].targets[j], options);
        portions_.push_back(std::move(portion));
      }
    }
    spent_.resize(places_.size());
    outcomes_.resize(places_.size());
  }

  Result<std::vector<std::vector<Spent>>> run() {
    bool going = true;
    for (int round = 0; going && round < kMostRounds; ++round)
      going = try_all(next_trials(portions_, budget_, most_));
    if (stopped_) return by_unit();
    auto choice = best_choice(portions_, budget_);
    if (!choice && try_all(lowest())) choice = best_choice(portions_, budget_);
    if (!choice && !stopped_) return fail(ErrorKind::limit, too_large());
    if (choice && !stopped_) apply(*choice);
    return by_unit();
  }

 private:
  struct Place {
    std::size_t unit = 0;
    std::size_t target = 0;
  };

  static bool is_flat(const Target& target, const Options& options) {
    const bool lossless = target.codec && target.codec->lossless() &&
                          !(options.lossy_png && codec::lossy_coder_of(*target.codec));
    return target.refusal || lossless || options.lossless;
  }

  /// Tries what is wanted, each source once for all of its targets. False when nothing is.
  bool try_all(const std::vector<std::optional<double>>& wanted) {
    std::vector<Unit> tried;
    std::vector<std::vector<std::size_t>> indices;  // of the portions, for each unit tried
    for (std::size_t k = 0; k < wanted.size(); ++k) {
      if (!wanted[k]) continue;
      const auto& unit = units_[places_[k].unit];
      const bool same = k > 0 && !indices.empty() && places_[indices.back().back()].unit == places_[k].unit;
      if (!same) {
        tried.push_back({unit.source, {}});
        indices.emplace_back();
      }
      tried.back().targets.push_back(unit.targets[places_[k].target]);
      tried.back().targets.back().quality = wanted[k];
      indices.back().push_back(k);
    }
    if (tried.empty()) return false;
    const auto outcomes = measure_(tried);
    stopped_ = outcomes.empty();
    for (std::size_t u = 0; u < outcomes.size(); ++u) {
      for (std::size_t t = 0; t < indices[u].size() && t < outcomes[u].size(); ++t) {
        learn(indices[u][t], *wanted[indices[u][t]], outcomes[u][t]);
      }
    }
    return !stopped_;
  }

  void learn(std::size_t k, double quality, const Outcome& outcome) {
    auto& portion = portions_[k];
    spent_[k].encodes += outcome.figures.encodes;
    spent_[k].ms += outcome.ms;
    outcomes_[k][quality] = {{}, {}, outcome.status, outcome.reason, outcome.kept, outcome.cache};
    if (outcome.output_bytes) {
      portion.trials[quality] = {outcome.figures.score.value_or(100), *outcome.output_bytes};
    } else {
      portion.barred = std::min(portion.barred.value_or(quality), quality);
      portion.flat |= outcome.status == Status::failed;
    }
  }

  /// For what never came out well enough to be chosen.
  std::vector<std::optional<double>> lowest() const {
    std::vector<std::optional<double>> wanted;
    for (const auto& portion : portions_) {
      const bool known = portion.flat || portion.trials.empty() || portion.trials.contains(kLeastQuality);
      wanted.push_back(known ? std::nullopt : std::optional(kLeastQuality));
    }
    return wanted;
  }

  void apply(const std::vector<double>& choice) {
    for (std::size_t k = 0; k < places_.size(); ++k) {
      units_[places_[k].unit].targets[places_[k].target].quality = choice[k];
      const auto tried = outcomes_[k].find(choice[k]);
      if (tried == outcomes_[k].end()) continue;
      auto spent = tried->second;
      spent.encodes = spent_[k].encodes;
      spent.ms = spent_[k].ms;
      spent_[k] = std::move(spent);
    }
  }

  std::string too_large() const {
    const auto least = least_bytes(portions_);
    return "--total-size: all outputs together do not get smaller than " + std::to_string(least) +
           " bytes (" + human_bytes(least) + "), and " + std::to_string(budget_) +
           " are allowed; nothing was written";
  }

  std::vector<std::vector<Spent>> by_unit() const {
    std::vector<std::vector<Spent>> spent(units_.size());
    for (std::size_t k = 0; k < places_.size(); ++k) spent[places_[k].unit].push_back(spent_[k]);
    return spent;
  }

  std::vector<Unit>& units_;
  std::uint64_t budget_;
  double most_;
  const Measure& measure_;
  std::vector<Place> places_;  ///< of each portion
  std::vector<Portion> portions_;
  std::vector<Spent> spent_;
  std::vector<std::map<double, Spent>> outcomes_;  ///< by the quality tried; without the costs
  bool stopped_ = false;
};

}  // namespace

Result<std::vector<std::vector<Spent>>> share_out(std::vector<Unit>& units, const Options& options,
                                                  const Measure& measure) {
  return Sharing(units, options, measure).run();
}

}  // namespace frugal::batch
