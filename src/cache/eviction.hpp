// Keeps a cache within its limit while others use it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <utility>

#include "cache/changes.hpp"
#include "cache/payloads.hpp"
#include "cache/sqlite.hpp"

namespace frugal::cache {

/// What a cache takes on the disk, in bytes.
struct DiskUse {
  std::uint64_t files = 0;     ///< payload files
  std::uint64_t folders = 0;   ///< that these lie in
  std::uint64_t payloads = 0;  ///< payloads in the database
  std::uint64_t database = 0;  ///< pages of the database in use, those payloads among them

  std::uint64_t rows() const { return database > payloads ? database - payloads : 0; }
  std::uint64_t total() const { return files + folders + database; }
};

sqlite::Checked<DiskUse> disk_use(const sqlite::Database& database, Changes& changes,
                                  const PayloadFiles& files);

/// One process evicts at a time: the one that has the lock, which ends with it at the latest. It goes in
/// small steps, so that others get in between. First go the payloads that were not used for longest. Where
/// rows alone take half of the limit, the oldest of them go too: they are worth the most, being small.
class Evictor {
 public:
  /// `folder`: of the cache. All must outlive it. Used by one thread.
  Evictor(const sqlite::Database& database, Changes& changes, const PayloadFiles& files,
          const std::filesystem::path& folder, std::uint64_t max_bytes)
      : database_(database),
        changes_(changes),
        files_(files),
        lock_path_(folder / "evict.lock"),
        max_bytes_(max_bytes) {}

  /// Down to 90 % of the limit where the cache is beyond it. Where another process is at it, waits so long
  /// for it, and looks again.
  sqlite::Checked<void> keep_within_limit(std::chrono::milliseconds patience);

  /// Down to the limit itself. Removes files that belong to nothing, too, and gives what these took.
  sqlite::Checked<Swept> prune();

 private:
  sqlite::Checked<void> evict_to(std::uint64_t target);
  sqlite::Checked<std::int64_t> remove_payloads(std::uint64_t bytes);
  sqlite::Checked<std::int64_t> remove_rows();
  Swept sweep();

  const sqlite::Database& database_;
  Changes& changes_;
  const PayloadFiles& files_;
  const std::filesystem::path lock_path_;
  const std::uint64_t max_bytes_;
  bool swept_ = false;
};

}  // namespace frugal::cache
