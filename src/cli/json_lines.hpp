// JSON lines: one object an output, and a last one with the totals.
#pragma once

#include <string>

#include "batch/outcome.hpp"
#include "batch/reporter.hpp"

namespace frugal::cli {

/// One row without its newline; the keys and their order are part of the interface.
std::string json_row(const batch::Outcome& outcome);

/// The last line: {"v":1,"summary":{…}}.
std::string json_summary(const batch::Summary& summary);

}  // namespace frugal::cli
