#include "batch/runner.hpp"

#include <omp.h>
#include <sys/resource.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>

#include "batch/budget.hpp"
#include "batch/convert.hpp"
#include "batch/recall.hpp"
#include "util/parallel.hpp"

namespace frugal::batch {

namespace {

/// Longest first: the last worker to finish then has something small. Equal sizes keep the input order.
std::vector<std::size_t> largest_first(const std::vector<Unit>& units) {
  std::vector<std::uint64_t> sizes;
  for (const auto& unit : units) {
    const bool file = !unit.source.error && !unit.source.content;
    const auto identity = file ? identity_at(unit.source.path) : fail(ErrorKind::missing, {});
    sizes.push_back(identity ? identity->size : 0);
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
std::vector<Outcome> convert_safely(const Unit& unit, const Context& context, std::size_t waiting) {
  try {
    return convert(unit, context, waiting);
  } catch (const std::exception& exception) {
    Outcome outcome;
    outcome.input = unit.source.path;
    outcome.reason = std::string("stopped by an error: ") + exception.what();
    return {std::move(outcome)};
  }
}

/// Gathers outcomes as they come and passes them on in input order.
class Collector {
 public:
  Collector(std::size_t units, Reporter& reporter) : done_(units), reporter_(reporter) {}

  /// True when some row failed.
  bool add(std::size_t index, std::vector<Outcome> outcomes) {
    const std::lock_guard lock(mutex_);
    bool failed = false;
    for (const auto& outcome : outcomes) {
      summary_.add(outcome);
      failed |= outcome.status == Status::failed;
    }
    done_[index] = std::move(outcomes);
    reporter_.advance(summary_, ++count_);
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

Summary run(const std::vector<Unit>& units, const Options& options, cache::Store* store, Reporter& reporter,
            const std::atomic<bool>& stop) {
  const double start = clock_ms();
  const int jobs = options.jobs > 0 ? options.jobs : default_jobs();
  Budget budget(jobs, options.memory_limit > 0 ? options.memory_limit : default_memory_limit());
  RowsOfThisRun rows_of_this_run;
  const Context context{options,          store,   store ? environment_fingerprint() : std::string(), budget,
                        rows_of_this_run, clock_ms};
  const auto order = largest_first(units);
  Collector collector(units.size(), reporter);
  std::atomic<bool> failed_fast{false};
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    while (!stop && !failed_fast) {
      const auto at = next.fetch_add(1);
      if (at >= order.size()) break;
      const bool failed =
          collector.add(order[at], convert_safely(units[order[at]], context, order.size() - at - 1));
      if (failed && options.fail_fast) failed_fast = true;
    }
  };
  reporter.begin(units.size());
  const auto workers = std::min<std::size_t>(static_cast<std::size_t>(jobs), units.size());
  on_threads(static_cast<int>(workers), work);
  if (store) store->flush();
  auto summary = collector.finish();
  summary.seconds = (clock_ms() - start) / 1000;
  summary.peak_memory = peak_memory();
  reporter.end(summary);
  return summary;
}

}  // namespace frugal::batch
