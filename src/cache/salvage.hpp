// Makes a damaged database sound again, with all of it that can still be read.
#pragma once

#include "cache/changes.hpp"
#include "cache/key.hpp"
#include "cache/sqlite.hpp"

namespace frugal::cache {

/// Copies the rows that can be read and have their seals, with the secret and the numbers, to a new database,
/// and then that in the place of `database`, in which `changes` goes on: other processes with the cache open
/// go on with it. What they wrote meanwhile is lost. A fault of the kind `damaged`: it cannot be written
/// either.
sqlite::Checked<void> salvage(const sqlite::Database& database, const Secret& secret, Changes& changes);

}  // namespace frugal::cache
