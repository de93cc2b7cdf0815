// One source from the disk to its outputs on the disk.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "batch/budget.hpp"
#include "batch/deliver.hpp"
#include "batch/options.hpp"
#include "batch/outcome.hpp"
#include "batch/plan.hpp"
#include "batch/recall.hpp"
#include "batch/transcoder.hpp"
#include "cache/store.hpp"

namespace frugal::batch {

/// What all conversions of a run share.
struct Context {
  const Options& options;
  cache::Store* store = nullptr;  ///< null: no cache
  std::string fingerprint;        ///< environment_fingerprint(), where there is a cache
  Budget& budget;
  Roots& roots;
  Workshop& workshop;
  RowsOfThisRun& rows_of_this_run;
  Clock clock;

  /// The same with other options, which are borrowed.
  Context with(const Options& other) const {
    return {other, store, fingerprint, budget, roots, workshop, rows_of_this_run, clock};
  }
};

/// Makes (or finds made) every target of `unit`: one outcome each, in order. `waiting`: units not begun by
/// any worker. `known`: what the cache has for each target, where that was asked already. Faults are
/// outcomes, never exceptions, but for std::bad_alloc and the like out of small allocations.
std::vector<Outcome> convert(const Unit& unit, const Context& context, std::size_t waiting,
                             std::span<const cache::Entry> known = {});

/// What is known of an output before anything is done.
Outcome blank_outcome(const Source& source, const Target& target, const Context& context);

/// The key of a target's result, for a source of `content` in the format `from`.
cache::KeyBuilder key_of(const Target& target, const cache::Content& content, const codec::Codec& from,
                         const Context& context);

/// The same, before there is a context.
cache::KeyBuilder key_of(const Target& target, const cache::Content& content, const codec::Codec& from,
                         const Options& options, const std::string& fingerprint);

/// The place among those of `target` where a result goes: one of a format's name, or the source's own bytes.
const Target& place_for(const Target& target, const cache::Entry& entry);

/// The wall clock of a run in ms.
double clock_ms();

}  // namespace frugal::batch
