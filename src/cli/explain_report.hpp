// What `frugal explain` prints where it makes no page.
#pragma once

#include <string>
#include <string_view>

#include "batch/explain.hpp"

namespace frugal::cli {

/// A few lines for people: the picture, its classes, the decision, the score, and a table of the steps.
std::string explain_text(std::string_view name, const batch::Explanation& explanation);

/// One line of JSON; the keys and their order are part of the interface.
std::string explain_json(std::string_view name, const batch::Explanation& explanation);

}  // namespace frugal::cli
