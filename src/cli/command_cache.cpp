#include "cli/command_cache.hpp"

#include <array>
#include <utility>

#include "batch/cache_care.hpp"
#include "cli/apply.hpp"
#include "cli/shared_options.hpp"

namespace frugal::cli {
namespace {

using batch::CacheAction;
using batch::CacheOptions;

/// In the order of CacheAction.
constexpr std::string_view kActions[] = {"stats", "verify", "prune", "clear"};

constexpr Option kOptions[] = {
    kCacheDirOption<&CacheOptions::cache_dir>,
    kCacheMaxOption<&CacheOptions::cache_max>,
    {.name = "json",
     .group = Group::report,
     .local = true,
     .help = "print one JSON object (stats, verify)",
     .long_help =
         "Prints one JSON object on one line in place of text, for stats and verify. Sizes are in bytes. "
         "FRUGAL_JSON does not set it.\n\n"
         "The keys of stats, in this order: v (1), directory, exists, limit_bytes, disk_bytes, results (an "
         "object: encoded, kept, left_alone), payloads (an object: count, file_bytes, database_bytes), "
         "files_known, runs, hits, misses, hit_rate (from 0 to 1; null before the first of both), encodes, "
         "saved_bytes, evicted, damaged.\n\n"
         "The keys of verify: v (1), directory, exists, sound, database (sound or mended), fault "
         "(SQLite's words about the database, or null), results, damaged_results, blocks (of known files), "
         "damaged_blocks, payloads, damaged_payloads, totals_corrected, missing_payloads, leftover_files, "
         "leftover_bytes.",
     .apply = set_flag<&CacheOptions::json>},
    kHelpOption,
};

constexpr std::string_view kAbout =
    "Looks after the cache of finished work: ACTION is one of stats, verify, prune and clear. Other frugal "
    "processes may be using it meanwhile: their outputs "
    "stay right. Where there is no cache, none is made, and the exit status is 0.";

constexpr std::string_view kStats =
    "stats prints where the cache is, what is in it (results, the payloads to bring outputs back from, files "
    "known by their times alone), what it takes of --cache-max, and what came of it over all runs. It "
    "changes nothing.";

constexpr std::string_view kVerify =
    "verify reads the whole cache: the database by SQLite's own check, every row and every payload by its "
    "hash. What is damaged is removed, so that the cache is sound afterwards; of a damaged database all "
    "that can be read is kept. The exit status is 0 when all was sound, and 1 when damage was found. What "
    "killed processes left is removed too, and is no damage.";

constexpr std::string_view kPrune =
    "prune removes what was not used for longest until the cache takes no more than --cache-max, and what "
    "killed processes left.";

constexpr std::string_view kClear =
    "clear removes all that the cache holds, and its statistics; also a database that is damaged, or that "
    "another version of frugal made. It touches no file that is not frugal's.";

constexpr std::string_view kDescription[] = {kAbout, kStats, kVerify, kPrune, kClear};

constexpr auto kExamples = std::to_array<Example>({
    {"See what the cache takes, and how often it helped:", "frugal cache stats"},
    {"Make the cache small enough to be kept between two CI jobs:",
     "frugal cache prune --cache-dir .cache --cache-max 500M"},
});

Result<void> complete(Request& request, std::vector<std::string> operands) {
  auto& options = std::get<CacheOptions>(request);
  if (operands.size() != 1) {
    return fail(ErrorKind::usage, "cache takes one of " + join(kActions) + "; usage: " +
                                      usage(cache_command()) + " (frugal cache -h lists the options)");
  }
  const auto action = parse_choice(operands.front(), kActions);
  if (!action) return fail(ErrorKind::usage, "cache: " + action.error().message);
  options.action = static_cast<CacheAction>(*action);
  const bool reports = options.action == CacheAction::stats || options.action == CacheAction::verify;
  if (options.json && !reports) return fail(ErrorKind::usage, "--json is for stats and verify");
  return {};
}

}  // namespace

Command cache_command() {
  return {.name = "cache",
          .operands = "ACTION",
          .words = kActions,
          .help = "look after the cache: stats, verify, prune or clear",
          .description = kDescription,
          .examples = kExamples,
          .options = [] { return std::span<const Option>(kOptions); },
          .request = [] { return Request(CacheOptions{}); },
          .complete = complete};
}

}  // namespace frugal::cli
