// The main job, from options to exit status.
#pragma once

#include "batch/options.hpp"

namespace frugal::cli {

/// Converts what `options` name, reports on it as they ask, and returns the exit status: 0 all done or
/// nothing to do, 1 some file failed or was missing, 2 usage (found only with the file system's help, as two
/// inputs for one output), 3 no input matched, 130 or 143 interrupted.
int run(const batch::Options& options);

}  // namespace frugal::cli
