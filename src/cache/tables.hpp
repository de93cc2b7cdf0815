// The store's tables: one function a statement, and what waits to be written to them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "cache/sqlite.hpp"
#include "cache/store.hpp"
#include "util/bytes.hpp"

namespace frugal::cache {

/// Counts uses. In Pending: since the last write; in the database: since the cache was made.
using Tick = std::int64_t;

struct Memo {
  FileIdentity identity;
  Content content;
  std::int64_t seen_ns = 0;  ///< ns since the epoch
};

struct Payload {
  std::optional<Bytes> data;  ///< nullopt: in a file
};

/// Rows not yet in the database, and uses of rows that are.
struct Pending {
  struct Result {
    Entry entry;
    Tick used = 0;
  };
  struct UsedPayload {
    Payload payload;
    Tick used = 0;
  };

  std::map<Hash, Result> results;
  std::map<Content, UsedPayload> payloads;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Memo> memos;  ///< by device and inode
  std::map<Hash, Tick> used_results;
  std::map<Content, Tick> used_payloads;
  Tick tick = 0;

  std::size_t rows() const { return results.size() + payloads.size() + memos.size(); }
  std::size_t uses() const { return used_results.size() + used_payloads.size(); }
};

class Tables {
 public:
  /// Prepares all statements, and by that checks that the tables are there. `database` must outlive them.
  static sqlite::Checked<Tables> prepare(const sqlite::Database& database, const Secret& secret);

  // Empty: no such row, or a damaged one.
  sqlite::Checked<std::optional<Entry>> find(const Hash& key);
  sqlite::Checked<std::optional<Payload>> payload(const Content& content);
  sqlite::Checked<std::optional<Memo>> memo(std::uint64_t device, std::uint64_t inode);

  sqlite::Checked<bool> is_output(const Content& content);

  sqlite::Checked<void> remove_payload(const Content& content);
  sqlite::Checked<std::int64_t> payload_bytes();
  /// The `limit` payloads that have not been used for longest, oldest first.
  sqlite::Checked<std::vector<Content>> least_used(std::int64_t limit);

  /// Writes all of `pending`; to be called in a transaction.
  sqlite::Checked<void> write(const Pending& pending);

 private:
  static constexpr std::size_t kStatements = 14;

  Tables(std::array<sqlite::Statement, kStatements> statements, const Secret& secret)
      : statements_(std::move(statements)), secret_(secret) {}
  sqlite::Checked<Tick> clock();
  sqlite::Checked<void> write_result(const Hash& key, const Entry& entry, Tick used);
  sqlite::Checked<void> write_memo(const Memo& memo);

  std::array<sqlite::Statement, kStatements> statements_;
  Secret secret_;
};

}  // namespace frugal::cache
