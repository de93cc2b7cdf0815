// Outputs that stand as an earlier run left them: told without opening a file, for many units at a time.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "batch/convert.hpp"
#include "batch/outcome.hpp"
#include "batch/plan.hpp"

namespace frugal::batch {

/// For each of these units its outcomes, one a target, where all of its outputs stand or are known not to be
/// made, so that there is nothing to read or write; else none. There is a cache.
std::vector<std::vector<Outcome>> standing(const std::vector<Unit>& units, std::span<const std::size_t> which,
                                           const Context& context);

}  // namespace frugal::batch
