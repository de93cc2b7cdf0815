// What the harnesses of the cache share.
#pragma once

#include <filesystem>

#include "cache/key.hpp"
#include "fuzz/harness.hpp"

namespace frugal::fuzz {

/// Keys, files and contents that a cache is asked for are numbered; so many of each are.
inline constexpr unsigned kAskedFor = 12;

/// The secret of the caches made here.
cache::Secret fixed_secret();

cache::Hash numbered_key(unsigned number);

/// A cache in `directory` with nothing in it.
void make_cache(const std::filesystem::path& directory);

/// Where a cache's database is.
std::filesystem::path database_in(const std::filesystem::path& directory);

/// Does all that the program does with the cache in `directory`: asks it, brings something, looks after it.
Outcome use_cache(const std::filesystem::path& directory);

}  // namespace frugal::fuzz
