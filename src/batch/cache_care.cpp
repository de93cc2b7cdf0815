#include "batch/cache_care.hpp"

#include <cstdlib>

namespace frugal::batch {

namespace fs = std::filesystem;

namespace {

/// XDG Base Directory Specification: an empty or relative value counts as not set.
std::optional<fs::path> environment_directory(const char* name) {
  const char* value = std::getenv(name);
  if (!value || value[0] != '/') return std::nullopt;
  return value;
}

/// What `look` gives for the cache's directory.
template <class Look>
auto look_after(const CacheOptions& options, const Look& look) -> decltype(look(fs::path())) {
  const auto directory = cache_directory(options.cache_dir);
  if (!directory.empty()) return look(directory);
  return fail(ErrorKind::io, "there is no home to have a cache in; name its directory with --cache-dir");
}

}  // namespace

fs::path cache_directory(const std::string& named) {
  if (!named.empty()) return named;
  if (const auto cache = environment_directory("XDG_CACHE_HOME")) return *cache / "frugal";
  if (const auto home = environment_directory("HOME")) return *home / ".cache" / "frugal";
  return {};
}

Result<std::optional<CacheStatistics>> cache_statistics(const CacheOptions& options) {
  return look_after(options, cache::statistics);
}

Result<std::optional<CacheVerification>> verify_cache(const CacheOptions& options) {
  return look_after(options, cache::verify);
}

Result<std::optional<CachePruned>> prune_cache(const CacheOptions& options) {
  return look_after(options, [&](const fs::path& at) { return cache::prune(at, options.cache_max); });
}

Result<std::optional<CacheCleared>> clear_cache(const CacheOptions& options) {
  return look_after(options, cache::clear);
}

}  // namespace frugal::batch
