// --total-size: gives every output of a run the quality at which all together fill the size.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "batch/options.hpp"
#include "batch/outcome.hpp"
#include "batch/plan.hpp"
#include "util/result.hpp"

namespace frugal::batch {

/// Converts units without writing anything: the outcomes of each, in the order of `units`. Empty when it was
/// stopped.
using Measure = std::function<std::vector<std::vector<Outcome>>(const std::vector<Unit>& units)>;

/// What the search for the qualities took for one output, and what became of the output at the quality chosen
/// when that was tried.
struct Spent {
  int encodes = 0;
  Timings ms;
  Status status = Status::failed;
  std::string reason;
  bool kept = false;
  CacheUse cache = CacheUse::off;
};

/// Sets Target::quality in all of `units` so that their outputs together take at most `options.total_size`
/// bytes and the worst score is as high as can be. Returns what it took, for each target of each unit.
/// `measure` is called a bounded number of times, with targets of given qualities. The result depends on what
/// `measure` finds alone. Errors: limit (even the least sizes are too large).
Result<std::vector<std::vector<Spent>>> share_out(std::vector<Unit>& units, const Options& options,
                                                  const Measure& measure);

}  // namespace frugal::batch
