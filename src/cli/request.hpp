// What a command line can ask for: one alternative a command.
#pragma once

#include <variant>

#include "batch/cache_care.hpp"
#include "batch/compare.hpp"
#include "batch/explain.hpp"
#include "batch/options.hpp"

namespace frugal::cli {

using Request =
    std::variant<batch::Options, batch::CompareOptions, batch::ExplainOptions, batch::CacheOptions>;

}  // namespace frugal::cli
