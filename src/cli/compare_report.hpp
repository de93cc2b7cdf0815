// What `frugal compare` prints.
#pragma once

#include <string>

#include "batch/compare.hpp"

namespace frugal::cli {

/// A line for each metric, the worst region and the seconds: a name without spaces, then the figure.
std::string compare_text(const batch::Comparison& comparison);

/// One line of JSON; the keys and their order are part of the interface.
std::string compare_json(const batch::CompareOptions& options, const batch::Comparison& comparison);

}  // namespace frugal::cli
