// The user's cache: where it is, and `frugal cache`, which looks after it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "batch/options.hpp"
#include "cache/care.hpp"
#include "util/result.hpp"

namespace frugal::batch {

enum class CacheAction : std::uint8_t { stats, verify, prune, clear };

/// Everything a user can ask of `frugal cache`.
struct CacheOptions {
  CacheAction action = CacheAction::stats;
  std::string cache_dir;                       ///< empty: where the main job has it
  std::uint64_t cache_max = kDefaultCacheMax;  ///< bytes that the cache may take on the disk
  bool json = false;                           ///< report as one JSON object, not as text
};

using CacheStatistics = cache::Statistics;
using CacheVerification = cache::Verification;
using CachePruned = cache::Pruned;
using CacheCleared = cache::Cleared;

/// Where the cache is: in `named`, else $XDG_CACHE_HOME/frugal or ~/.cache/frugal; empty where nobody says
/// and there is no home.
std::filesystem::path cache_directory(const std::string& named);

// Each gives nothing where there is no cache, and makes none. Errors: io, with the directory's name; also
// where there is no home.

Result<std::optional<CacheStatistics>> cache_statistics(const CacheOptions& options);
Result<std::optional<CacheVerification>> verify_cache(const CacheOptions& options);
Result<std::optional<CachePruned>> prune_cache(const CacheOptions& options);
Result<std::optional<CacheCleared>> clear_cache(const CacheOptions& options);

}  // namespace frugal::batch
