#include "adapt/search.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "adapt/format_search.hpp"

namespace frugal::adapt {

namespace {

using Searches = std::vector<std::unique_ptr<FormatSearch>>;

/// ln of how much larger a format may be expected to come out than the best one and still be probed.
constexpr double kProbedWithin = 0.4;

/// A format is tried whole when its chance of being smaller by a percent is at least this. What is known of
/// graphics is less sure.
constexpr double kWorthTrying = 0.15;
constexpr double kGraphicWorthTrying = 0.04;

double chance_of_less(const Estimate& size, std::uint64_t bytes) {
  const double limit = std::log(0.99 * static_cast<double>(bytes));
  return 0.5 * std::erfc((size.mean - limit) / (std::max(size.sd, 1e-6) * std::sqrt(2.0)));
}

/// The formats that can hold the picture at all; with none, the first one's reason.
Result<Searches> prepare(Subject& subject, std::span<const codec::Codec* const> codecs, const Goal& goal,
                         const Means& means) {
  Searches searches;
  std::optional<Error> first;
  for (const auto* codec : codecs) {
    if (!codec->encode) continue;
    auto search = std::make_unique<FormatSearch>(subject, *codec, goal, means);
    if (auto prepared = search->prepare(); !prepared) {
      if (!first) first = prepared.error();
      continue;
    }
    searches.push_back(std::move(search));
  }
  if (searches.empty()) {
    return std::unexpected(first.value_or(Error{ErrorKind::left_alone, "no format is left to choose from"}));
  }
  return searches;
}

bool meets(const Choice& choice, const Goal& goal) {
  if (!goal.score) return false;
  if (choice.params.lossless || choice.codec->lossless()) return true;
  return choice.similarity && choice.similarity->score >= *goal.score &&
         choice.similarity->worst().score >= goal.region_floor;
}

double score_of(const Choice& choice) {
  return choice.similarity ? choice.similarity->score : 0;
}

/// The smaller of two that meet the goal; where one does not, the better one.
bool is_better(const Choice& choice, const std::optional<Choice>& than, const Goal& goal) {
  if (choice.bytes.empty()) return false;
  if (!than) return true;
  if (!goal.max_bytes) return choice.bytes.size() < than->bytes.size();
  const bool both = meets(choice, goal) && meets(*than, goal);
  return both ? choice.bytes.size() < than->bytes.size() : score_of(choice) > score_of(*than);
}

/// Adds what was done for a format that lost to the winner's account.
void account(Choice& winner, Choice& loser) {
  winner.encodes += loser.encodes;
  for (auto& step : loser.steps) step.taken = false;
  winner.steps.insert(winner.steps.begin(), loser.steps.begin(), loser.steps.end());
}

void keep_better(std::optional<Choice>& best, Choice choice, const Goal& goal) {
  if (is_better(choice, best, goal)) {
    if (best) account(choice, *best);
    best = std::move(choice);
  } else if (best) {
    account(*best, choice);
  }
}

}  // namespace

Result<Choice> search(Subject& subject, const codec::Codec& codec, const Goal& goal, const Means& means) {
  FormatSearch search(subject, codec, goal, means);
  if (auto prepared = search.prepare(); !prepared) return std::unexpected(prepared.error());
  if (means.lossless) return search.lossless();
  if (!means.encoder_quality) {
    if (auto probed = search.probe(); !probed) return std::unexpected(probed.error());
  }
  return search.finish(goal.useless_from);
}

Result<Choice> search_formats(Subject& subject, std::span<const codec::Codec* const> codecs, const Goal& goal,
                              const Means& means) {
  auto searches = prepare(subject, codecs, goal, means);
  if (!searches) return std::unexpected(searches.error());
  std::optional<Choice> best;
  std::optional<Choice> useless;  // where nothing is small enough to be the best
  std::optional<Error> failure;
  const auto run = [&](FormatSearch& search, bool lossless) {
    const bool beaten_by_size = best && !goal.max_bytes;
    const auto limit = beaten_by_size ? std::optional<std::uint64_t>(best->bytes.size()) : goal.useless_from;
    auto choice = lossless ? search.lossless() : search.finish(limit);
    if (choice && !best && choice->bytes.empty()) {
      if (useless) account(*choice, *useless);
      useless = std::move(*choice);
    } else if (choice) {
      keep_better(best, std::move(*choice), goal);
      if (useless && best) {
        account(*best, *useless);
        useless.reset();
      }
    } else if (!failure) {
      failure = choice.error();
    }
  };

  const auto probe = [&](std::unique_ptr<FormatSearch>& search) {
    const auto probed = search->probe();
    if (probed) return true;
    if (!failure) failure = probed.error();
    search.reset();
    return false;
  };

  // Drawn pictures first as they are, or by the coder that weighs that against losing something: quick to
  // make, and often the end of it.
  const bool drawn = subject.reference() && subject.regions().is_graphic();
  const bool nothing_else =
      std::ranges::all_of(*searches, [](const auto& search) { return search->codec().lossless(); });
  const bool keeps_pixels = means.lossless || !subject.reference() || drawn || nothing_else ||
                            goal.score.value_or(100) >= kNearlyLossless;
  for (auto& search : *searches) {
    const auto& codec = search->codec();
    const bool as_it_is = codec.lossless() ? keeps_pixels : means.lossless && search->can_keep_pixels();
    const bool weighs = drawn && !means.lossless && !codec.lossless() && codec.has_lossless && !codec.slow;
    if (weighs && !probe(search)) continue;
    if (as_it_is || weighs) run(*search, as_it_is);
    if (as_it_is || weighs || codec.lossless()) search.reset();
  }
  std::erase(*searches, nullptr);
  if (means.lossless) searches->clear();

  const bool graphic = subject.regions().is_graphic();
  const double worth_trying = graphic ? kGraphicWorthTrying : kWorthTrying;
  const auto may_be_lossless = [graphic](const FormatSearch& search) {
    return graphic && search.codec().has_lossless && !search.codec().slow;
  };
  // The others by what they are expected to take: from the features alone, then from probes.
  const auto expected = [](const std::unique_ptr<FormatSearch>& search) {
    const auto size = search->expected_size();
    return size ? size->mean : 1e9;
  };
  std::ranges::stable_sort(*searches, {}, expected);
  if (!searches->empty()) {
    const double least = expected(searches->front());
    std::erase_if(*searches, [&](const auto& search) {
      return !goal.max_bytes && expected(search) > least + kProbedWithin && !may_be_lossless(*search);
    });
  }
  for (auto& search : *searches) probe(search);
  std::erase(*searches, nullptr);
  std::ranges::stable_sort(*searches, {}, expected);
  for (auto& search : *searches) {
    const auto size = search->expected_size();
    const bool likely = best && size && chance_of_less(*size, best->bytes.size()) >= worth_trying;
    if (!best || likely || goal.max_bytes || may_be_lossless(*search)) run(*search, false);
    search.reset();
  }
  if (best) return std::move(*best);
  if (useless) return std::move(*useless);
  return std::unexpected(failure.value_or(Error{ErrorKind::left_alone, "no format reaches the score"}));
}

}  // namespace frugal::adapt
