// What can be asked of the database: one function a statement.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cache/rows.hpp"
#include "cache/sqlite.hpp"
#include "cache/store.hpp"

namespace frugal::cache {

class Lookups {
 public:
  /// Prepares all statements, and by that checks that the tables are there. `database` must outlive them.
  static sqlite::Checked<Lookups> prepare(const sqlite::Database& database, const Secret& secret);

  // Empty: no such row, or a damaged one.
  sqlite::Checked<std::optional<Found<Entry>>> find(const Hash& key);
  /// `find` for many keys, in one transaction.
  sqlite::Checked<std::vector<std::optional<Found<Entry>>>> find_all(std::span<const Hash> keys);
  sqlite::Checked<std::optional<Found<Payload>>> payload(const Content& content);
  sqlite::Checked<bool> is_output(const Content& content);

  /// An empty block where there is none, or a damaged one.
  sqlite::Checked<Found<MemoBlock>> block(const BlockId& id);

 private:
  static constexpr std::size_t kStatements = 6;

  Lookups(std::array<sqlite::Statement, kStatements> statements, const Secret& secret)
      : statements_(std::move(statements)), secret_(secret) {}

  std::array<sqlite::Statement, kStatements> statements_;
  Secret secret_;
};

}  // namespace frugal::cache
