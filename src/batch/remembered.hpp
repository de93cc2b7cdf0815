// What the cache remembers of many units: outputs that stand as an earlier run left them are told without
// opening a file.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "batch/convert.hpp"
#include "batch/outcome.hpp"
#include "batch/plan.hpp"

namespace frugal::batch {

/// What the cache says about a unit.
struct Remembered {
  /// One a target, where all of its outputs stand or are known not to be made, so that there is nothing to
  /// read or write; else empty.
  std::vector<Outcome> outcomes;
  /// One a target, where every one has a result but not all of them stand; else empty.
  std::vector<cache::Entry> entries;
};

/// For each of these units. There is a cache.
std::vector<Remembered> remembered(const std::vector<Unit>& units, std::span<const std::size_t> which,
                                   const Context& context);

}  // namespace frugal::batch
