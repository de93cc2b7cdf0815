// What can be wrong with options as a whole, found without looking at any file.
#pragma once

#include "batch/options.hpp"
#include "util/result.hpp"

namespace frugal::cli {

/// Error: usage, for options that contradict each other or leave open what to do.
Result<void> check(const batch::Options& options);

}  // namespace frugal::cli
