#include "batch/runner.hpp"

#include <omp.h>
#include <sys/resource.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "batch/budget.hpp"
#include "batch/convert.hpp"
#include "batch/recall.hpp"
#include "batch/remembered.hpp"
#include "batch/share_out.hpp"
#include "util/parallel.hpp"

namespace frugal::batch {

namespace {

/// Longest first: the last worker to finish then has something small. Equal sizes keep the input order.
std::vector<std::size_t> largest_first(const std::vector<Unit>& units) {
  std::vector<std::uint64_t> sizes;
  for (const auto& unit : units) {
    const bool readable = unit.source.file && !unit.source.error;
    sizes.push_back(readable ? unit.source.file->size : 0);
  }
  std::vector<std::size_t> order(units.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t i) { return sizes[i]; });
  return order;
}

std::uint64_t peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
}

/// `convert`, with what small allocations may throw turned into rows: no exception leaves the parallel
/// region.
std::vector<Outcome> convert_safely(const Unit& unit, const Context& context, std::size_t waiting,
                                    std::span<const cache::Entry> known = {}) {
  try {
    return convert(unit, context, waiting, known);
  } catch (const std::exception& exception) {
    Outcome outcome;
    outcome.input = unit.source.path;
    outcome.reason = std::string("stopped by an error: ") + exception.what();
    return {std::move(outcome)};
  }
}

/// Units by their index, each with its outcomes.
using Results = std::vector<std::pair<std::size_t, std::vector<Outcome>>>;

/// Gathers outcomes as they come and passes them on in input order.
class Collector {
 public:
  Collector(std::size_t units, Reporter& reporter) : done_(units), reporter_(reporter) {}

  /// True when some row failed.
  bool add(Results results) {
    const std::lock_guard lock(mutex_);
    bool failed = false;
    for (auto& [index, outcomes] : results) {
      for (const auto& outcome : outcomes) {
        summary_.add(outcome);
        failed |= outcome.status == Status::failed;
      }
      done_[index] = std::move(outcomes);
    }
    count_ += results.size();
    reporter_.advance(summary_, count_);
    while (next_ < done_.size() && done_[next_]) tell(*std::exchange(done_[next_++], std::nullopt));
    return failed;
  }

  /// Tells what waits for sources that were never begun; after all workers have ended.
  Summary finish() {
    const std::lock_guard lock(mutex_);
    summary_.interrupted = count_ < done_.size();
    for (; next_ < done_.size(); ++next_) {
      if (done_[next_]) tell(*done_[next_]);
    }
    return summary_;
  }

 private:
  void tell(const std::vector<Outcome>& outcomes) {
    for (const auto& outcome : outcomes) reporter_.row(outcome);
  }

  std::mutex mutex_;
  std::vector<std::optional<std::vector<Outcome>>> done_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  Summary summary_;
  Reporter& reporter_;
};

}  // namespace

void Summary::add(const Outcome& outcome) {
  converted += outcome.status == Status::converted;
  reused += outcome.status == Status::reused;
  skipped += outcome.status == Status::skipped;
  failed += outcome.status == Status::failed;
  cache_hits += outcome.cache == CacheUse::hit;
  encodes += static_cast<std::uint64_t>(outcome.figures.encodes);
  if (outcome.status == Status::converted && outcome.output_bytes.value_or(0) < outcome.input_bytes) {
    saved_bytes += outcome.input_bytes - outcome.output_bytes.value_or(outcome.input_bytes);
  }
  if (outcome.output_bytes) {
    input_bytes += outcome.input_bytes;
    output_bytes += *outcome.output_bytes;
    larger += outcome.status == Status::converted && *outcome.output_bytes > outcome.input_bytes;
  }
  if (const auto score = outcome.figures.score) {
    score_sum += *score;
    ++scored;
    worst_score = std::min(worst_score.value_or(*score), *score);
  }
}

namespace {

/// Hands over the outcomes of all units that the cache has results for, many at a time; gives the others, in
/// their order.
template <class Done>
std::vector<std::size_t> recall_all(const std::vector<Unit>& units, std::vector<std::size_t> order, int jobs,
                                    const Context& context, const std::function<bool()>& stopped,
                                    const Done& done) {
  constexpr std::size_t kAtOnce = 256;
  if (!context.store || context.options.force || context.options.debug_key) return order;
  std::vector<char> settled(order.size());
  parallel_for((order.size() + kAtOnce - 1) / kAtOnce, jobs, [&](std::size_t chunk) {
    const auto begin = chunk * kAtOnce;
    const auto part = std::span(order).subspan(begin, std::min(kAtOnce, order.size() - begin));
    auto all = remembered(units, part, context);
    Results results;
    for (std::size_t i = 0; i < part.size() && !stopped(); ++i) {
      if (!all[i].entries.empty()) {
        all[i].outcomes = convert_safely(units[part[i]], context, order.size(), all[i].entries);
      }
      if (all[i].outcomes.empty()) continue;
      settled[begin + i] = 1;
      results.emplace_back(part[i], std::move(all[i].outcomes));
    }
    done(std::move(results));
  });
  std::size_t i = 0;
  std::erase_if(order, [&](std::size_t) { return settled[i++] != 0; });
  return order;
}

/// Converts `units` on the threads that the budget has: first those that the cache knows, then the large ones
/// first. `done(results)` is called from any thread, for every unit begun before `stop`; it may
/// say, by true, that no more shall be begun.
template <class Done>
void convert_all(const std::vector<Unit>& units, int jobs, const Context& context,
                 const std::atomic<bool>& stop, const Done& done) {
  std::atomic<bool> enough{false};
  const auto stopped = [&] { return stop || enough; };
  const auto hand_over = [&](Results results) {
    if (done(std::move(results))) enough = true;
  };
  const auto order = recall_all(units, largest_first(units), jobs, context, stopped, hand_over);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    while (!stopped()) {
      const auto at = next.fetch_add(1);
      if (at >= order.size()) break;
      auto outcomes = convert_safely(units[order[at]], context, order.size() - at - 1);
      hand_over(Results{{order[at], std::move(outcomes)}});
    }
  };
  on_threads(static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(jobs), units.size())), work);
}

cache::Tally tally_of(const Summary& summary) {
  return {.hits = summary.cache_hits,
          .misses = summary.rows() - summary.cache_hits,
          .encodes = summary.encodes,
          .saved_bytes = summary.saved_bytes};
}

/// The whole of one run.
class Run {
 public:
  Run(const Options& options, cache::Store* store, Workshop& workshop, Reporter& reporter,
      const std::atomic<bool>& stop)
      : options_(options),
        store_(store),
        workshop_(workshop),
        reporter_(reporter),
        stop_(stop),
        jobs_(options.jobs > 0 ? options.jobs : default_jobs()),
        budget_(jobs_, options.memory_limit > 0 ? memory_for_pictures(options.memory_limit)
                                                : default_memory_limit()),
        fingerprint_(store ? environment_fingerprint() : std::string()) {}

  Result<Summary> run(std::vector<Unit> units) {
    reporter_.begin(units.size());
    if (options_.total_size) {
      auto spent =
          share_out(units, options_, [this](const std::vector<Unit>& tried) { return measure(tried); });
      if (!spent) return std::unexpected(spent.error());
      spent_ = std::move(*spent);
    }
    return deliver(units);
  }

 private:
  Context context(const Options& options) {
    return {options, store_, fingerprint_, budget_, roots_, workshop_, rows_of_this_run_, clock_ms};
  }

  std::vector<std::vector<Outcome>> measure(const std::vector<Unit>& units) {
    Options options = options_;
    options.dry_run = true;
    std::vector<std::vector<Outcome>> all(units.size());
    std::mutex mutex;
    convert_all(units, jobs_, context(options), stop_, [&](Results results) {
      const std::lock_guard lock(mutex);
      for (auto& [index, outcomes] : results) all[index] = std::move(outcomes);
      return false;
    });
    if (stop_) all.clear();
    return all;
  }

  Summary deliver(const std::vector<Unit>& units) {
    Options options = options_;
    if (options_.total_size) options.force = false;  // what was made a moment ago counts
    Collector collector(units.size(), reporter_);
    convert_all(units, jobs_, context(options), stop_, [&](Results results) {
      for (auto& [index, outcomes] : results) {
        if (!spent_.empty()) take_in(spent_[index], outcomes);
      }
      return collector.add(std::move(results)) && options_.fail_fast;
    });
    auto summary = collector.finish();
    if (store_) {
      store_->count(tally_of(summary));
      store_->flush();
    }
    return summary;
  }

  /// Found again, a result of this very run is no reuse.
  void take_in(const std::vector<Spent>& spent, std::vector<Outcome>& outcomes) const {
    for (std::size_t i = 0; i < std::min(spent.size(), outcomes.size()); ++i) {
      auto& outcome = outcomes[i];
      outcome.figures.encodes += spent[i].encodes;
      outcome.ms += spent[i].ms;
      if (outcome.status == Status::reused) {
        outcome.status = spent[i].status;
        outcome.reason = spent[i].reason;
        outcome.kept = spent[i].kept;
        outcome.cache = spent[i].cache;
      }
      if (!options_.use_cache) outcome.cache = CacheUse::off;
    }
  }

  const Options& options_;
  cache::Store* store_;
  Workshop& workshop_;
  Reporter& reporter_;
  const std::atomic<bool>& stop_;
  int jobs_;
  Budget budget_;
  Roots roots_;
  std::string fingerprint_;
  RowsOfThisRun rows_of_this_run_;
  std::vector<std::vector<Spent>> spent_;  ///< by unit and target; empty without --total-size
};

}  // namespace

Result<Summary> run(std::vector<Unit> units, const Options& options, cache::Store* store, Workshop& workshop,
                    Reporter& reporter, const std::atomic<bool>& stop, double start) {
  ::omp_set_max_active_levels(2);  // a large picture's own loops get threads inside the one over sources
  auto summary = Run(options, store, workshop, reporter, stop).run(std::move(units));
  if (!summary) return summary;
  summary->seconds = (clock_ms() - start) / 1000;
  summary->peak_memory = peak_memory() + workshop.peak_memory();
  reporter.end(*summary);
  return summary;
}

}  // namespace frugal::batch
