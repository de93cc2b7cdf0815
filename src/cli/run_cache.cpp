#include "batch/cache_care.hpp"
#include "cli/cache_report.hpp"
#include "cli/console.hpp"
#include "cli/run.hpp"
#include "util/text.hpp"

namespace frugal::cli {

namespace {

using batch::CacheAction;
using batch::CacheOptions;

int failed(const Error& error) {
  say("frugal: " + error.message);
  return kFailed;
}

std::string no_cache(const CacheOptions& options) {
  return "no cache there yet: " + printable(batch::cache_directory(options.cache_dir).native());
}

/// `found` as text or JSON; what is empty is no cache.
template <class Found>
bool print_report(const CacheOptions& options, const std::optional<Found>& found) {
  if (options.json) return print(cache_json(options, found.value_or(Found{}), found.has_value()) + "\n");
  return print(found ? cache_text(options, *found) : no_cache(options) + "\n");
}

int run_stats(const CacheOptions& options) {
  const auto statistics = batch::cache_statistics(options);
  if (!statistics) return failed(statistics.error());
  return print_report(options, *statistics) ? 0 : kFailed;
}

int run_verify(const CacheOptions& options) {
  const auto found = batch::verify_cache(options);
  if (!found) return failed(found.error());
  const bool printed = print_report(options, *found);
  const bool sound = !*found || (*found)->sound();
  if (!sound) say("frugal: damage was found in the cache, and removed");
  return printed && sound ? 0 : kFailed;
}

/// What `act` did, or why it could not.
template <class Act>
int run_change(const CacheOptions& options, const Act& act) {
  const auto done = act(options);
  if (!done) return failed(done.error());
  say(*done ? cache_message(options, **done) : no_cache(options));
  return 0;
}

}  // namespace

int run(const CacheOptions& options) {
  switch (options.action) {
    case CacheAction::stats:
      return run_stats(options);
    case CacheAction::verify:
      return run_verify(options);
    case CacheAction::prune:
      return run_change(options, batch::prune_cache);
    case CacheAction::clear:
      break;
  }
  return run_change(options, batch::clear_cache);
}

}  // namespace frugal::cli
