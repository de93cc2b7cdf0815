// The main job: scan, plan, convert, report.
#pragma once

#include <atomic>
#include <string>

#include "batch/options.hpp"
#include "batch/reporter.hpp"
#include "util/result.hpp"

namespace frugal::batch {

/// Does all that `options` ask, telling `reporter`. Nothing is written before the whole plan is known to
/// hold. A summary without rows that was not interrupted means that no input matched. Errors: usage, io.
Result<Summary> run_job(const Options& options, Reporter& reporter, const std::atomic<bool>& stop);

/// Run-time versions of the libraries behind the cache, for --version.
std::string cache_libraries();

}  // namespace frugal::batch
