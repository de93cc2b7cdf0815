// Each command, from options to exit status.
#pragma once

#include "batch/cache_care.hpp"
#include "batch/compare.hpp"
#include "batch/explain.hpp"
#include "batch/options.hpp"

namespace frugal::cli {

/// Converts what `options` name, reports on it as they ask, and returns the exit status: 0 all done or
/// nothing to do, 1 some file failed or was missing, 2 usage (found only with the file system's help, as two
/// inputs for one output), 3 no input matched, 130 or 143 interrupted.
int run(const batch::Options& options);

/// Compares the two files that `options` name, prints what comes of it on standard output, draws the map if
/// one is asked for, and returns the exit status: 0 whatever the scores are, 1 where there are none or
/// something could not be written, 2 usage (the map would replace one of the two files).
int run(const batch::CompareOptions& options);

/// Explains what would be made of the picture that `options` name: writes the page, prints text where there
/// is none and JSON where it is asked for, and returns the exit status: 0 also where the picture would be
/// left alone, 1 where it cannot be read or something could not be written, 2 usage (the page would replace
/// it).
int run(const batch::ExplainOptions& options);

/// Looks after the cache as `options` say, prints what comes of it, and returns the exit status: 0 also where
/// there is no cache, 1 where it cannot be used or something in it was damaged.
int run(const batch::CacheOptions& options);

}  // namespace frugal::cli
