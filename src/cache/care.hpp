// Looks after a cache on the disk, while others may be using it: what is in it, whether it is sound, less of
// it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "util/result.hpp"

namespace frugal::cache {

/// What is in a cache, and what came of it so far.
struct Statistics {
  // results
  std::uint64_t encoded = 0;
  std::uint64_t kept = 0;
  std::uint64_t left_alone = 0;

  std::uint64_t payloads = 0;        ///< outputs that can be brought back
  std::uint64_t file_bytes = 0;      ///< of payloads in files
  std::uint64_t database_bytes = 0;  ///< of payloads in the database
  std::uint64_t files_known = 0;     ///< files that are told by their identity alone
  std::uint64_t disk_bytes = 0;      ///< what all of it takes on the disk

  // over all runs
  std::uint64_t runs = 0;
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t encodes = 0;
  std::uint64_t saved_bytes = 0;
  std::uint64_t evicted = 0;  ///< payloads
  std::uint64_t damaged = 0;  ///< rows and payloads found damaged and removed

  std::uint64_t results() const { return encoded + kept + left_alone; }
};

/// What a check found; what was damaged is removed.
struct Verification {
  /// What was wrong with the database, in SQLite's words; empty where nothing was. It is mended: all that
  /// could be read is kept.
  std::string fault;

  // looked at
  std::uint64_t results = 0;
  std::uint64_t blocks = 0;  ///< of known files
  std::uint64_t payloads = 0;

  // of these, removed
  std::uint64_t damaged_results = 0;
  std::uint64_t damaged_blocks = 0;
  std::uint64_t damaged_payloads = 0;

  bool totals_corrected = false;  ///< of bytes, which the limit goes by

  // What processes left that were killed, or evicted what another was about to use: removed, and no damage.
  std::uint64_t missing_payloads = 0;  ///< rows without their files
  std::uint64_t leftover_files = 0;
  std::uint64_t leftover_bytes = 0;

  std::uint64_t damaged() const { return damaged_results + damaged_blocks + damaged_payloads; }
  bool sound() const { return fault.empty() && damaged() == 0 && !totals_corrected; }
};

struct Pruned {
  Statistics before;
  Statistics after;
  std::uint64_t leftover_files = 0;  ///< of killed processes, removed
  std::uint64_t leftover_bytes = 0;
};

struct Cleared {
  std::uint64_t results = 0;  ///< 0 where the database could not be read
  std::uint64_t payloads = 0;
  std::uint64_t freed_bytes = 0;  ///< on the disk
};

// All of these give nothing where there is no cache in `directory`, and make none. Their errors are io, and
// name the directory.

/// Changes nothing.
Result<std::optional<Statistics>> statistics(const std::filesystem::path& directory);

/// Reads all of the cache. Others can use it meanwhile, but not write while the database itself is checked.
/// Errors: a database that cannot be opened or mended, is of another version, or locked for too long.
Result<std::optional<Verification>> verify(const std::filesystem::path& directory);

/// Evicts whatever is beyond `max_bytes`, what was not used for longest first, and removes what killed
/// processes left.
Result<std::optional<Pruned>> prune(const std::filesystem::path& directory, std::uint64_t max_bytes);

/// Removes all that is remembered, and the statistics. The secret stays: what processes at work are about to
/// remember is still of use. A database that cannot be used is removed as a file, unless it is another
/// program's or user's. Nothing is removed that is not frugal's.
Result<std::optional<Cleared>> clear(const std::filesystem::path& directory);

}  // namespace frugal::cache
