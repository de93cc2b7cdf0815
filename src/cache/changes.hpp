// What can be changed in the database: all of it to be called in a transaction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/rows.hpp"
#include "cache/sqlite.hpp"

namespace frugal::cache {

/// A number that the cache keeps about itself.
enum class Number : std::uint8_t {
  generation,    ///< times that a process came with something to remember
  file_bytes,    ///< of payload files, as they take place on the disk
  inline_bytes,  ///< of payloads in the database
  runs,
  hits,
  misses,
  encodes,
  saved_bytes,
  evicted,  ///< payloads
  damaged,  ///< rows and payloads found damaged and removed
};

/// What a payload file of so many bytes takes on the disk, about: whole blocks.
std::uint64_t disk_bytes(std::uint64_t size);

class Changes {
 public:
  static constexpr std::size_t kStatements = 15;

  /// Prepares all statements, and by that checks that the tables are there. `database` must outlive them.
  static sqlite::Checked<Changes> prepare(const sqlite::Database& database, const Secret& secret);

  sqlite::Checked<std::int64_t> number(Number which);
  sqlite::Checked<void> add(Number which, std::int64_t more);
  sqlite::Checked<void> set(Number which, std::int64_t value);

  /// Writes all of `pending`, as used at `moment` (see moment_of).
  sqlite::Checked<void> write(const Pending& pending, std::int64_t moment);

  // In place of what is there. `moment`: of its last use.
  sqlite::Checked<void> write_result(const Hash& key, const Entry& entry, std::int64_t moment);
  sqlite::Checked<void> write_payload(const Content& content, const Payload& payload, std::int64_t moment);
  sqlite::Checked<void> write_block(const BlockId& id, ByteView packed, std::int64_t moment);

  sqlite::Checked<void> remove_payload(const Content& content);

  /// The `limit` payloads that have not been used for longest, oldest first.
  sqlite::Checked<std::vector<Content>> least_used(std::int64_t limit);

  /// Removes up to so many results and as many blocks of memos, those not used for longest; how many it was.
  sqlite::Checked<std::int64_t> remove_oldest_rows(std::int64_t limit);

  /// Also true where a fault keeps it open.
  bool may_have_payload(const Content& content);

 private:
  Changes(std::array<sqlite::Statement, kStatements> statements, const Secret& secret)
      : statements_(std::move(statements)), secret_(secret) {}

  sqlite::Checked<void> write_payloads(const Pending& pending, std::int64_t moment);
  sqlite::Checked<void> write_memos(const MemoChanges& memos, std::int64_t moment);
  sqlite::Checked<void> write_uses(const Pending& pending, std::int64_t moment);
  sqlite::Checked<void> write_tally(const Pending& pending);

  std::array<sqlite::Statement, kStatements> statements_;
  Secret secret_;
};

}  // namespace frugal::cache
