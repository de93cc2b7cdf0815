// The one parallel loop over sources.
#pragma once

#include <atomic>
#include <vector>

#include "batch/options.hpp"
#include "batch/plan.hpp"
#include "batch/reporter.hpp"
#include "batch/transcoder.hpp"
#include "cache/store.hpp"
#include "util/result.hpp"

namespace frugal::batch {

/// Converts all units on `options.jobs` threads, the large ones first, and reports rows in input order.
/// Sources that no worker has begun with when `stop` becomes true (or at the first failure, with fail_fast)
/// are left out. `store` may be null. `workshop`: where pictures are read and written. Whatever goes wrong
/// with a file is a row. Errors: limit (options.total_size cannot be met; nothing was written). `start`: when
/// the run began, by clock_ms.
Result<Summary> run(std::vector<Unit> units, const Options& options, cache::Store* store, Workshop& workshop,
                    Reporter& reporter, const std::atomic<bool>& stop, double start);

}  // namespace frugal::batch
