// What `frugal cache` prints.
#pragma once

#include <string>

#include "batch/cache_care.hpp"

namespace frugal::cli {

/// Lines of a name without spaces, then the figures.
std::string cache_text(const batch::CacheOptions& options, const batch::CacheStatistics& statistics);
std::string cache_text(const batch::CacheOptions& options, const batch::CacheVerification& verification);

// One line of JSON; the keys and their order are part of the interface. `exists`: there is a cache; if not,
// all figures are those of an empty one.

std::string cache_json(const batch::CacheOptions& options, const batch::CacheStatistics& statistics,
                       bool exists);
std::string cache_json(const batch::CacheOptions& options, const batch::CacheVerification& verification,
                       bool exists);

/// One line, for people.
std::string cache_message(const batch::CacheOptions& options, const batch::CachePruned& pruned);
std::string cache_message(const batch::CacheOptions& options, const batch::CacheCleared& cleared);

}  // namespace frugal::cli
