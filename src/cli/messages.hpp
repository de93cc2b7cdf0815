// The lines that people read on standard error.
#pragma once

#include <string>

#include "batch/outcome.hpp"
#include "batch/reporter.hpp"

namespace frugal::cli {

/// One line on one row, without its newline: "converted a.png -> a.webp: 1.20 MB to 345 kB (71 % saved)".
/// `color`: with terminal escapes.
std::string row_message(const batch::Outcome& outcome, bool color);

/// What --debug-key tells of a row, without its last newline: "key 01ab… of a.png -> a.webp" and a line a
/// field.
std::string key_message(const batch::Outcome& outcome);

/// One line on the whole run. `dry_run`: nothing was written.
std::string summary_message(const batch::Summary& summary, bool dry_run);

/// "71 % saved", "3 % more", "same size".
std::string saving(std::uint64_t before, std::uint64_t after);

}  // namespace frugal::cli
