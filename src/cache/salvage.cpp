#include "cache/salvage.hpp"

#include <string>

#include "cache/memos.hpp"
#include "cache/rows.hpp"
#include "cache/schema.hpp"

namespace frugal::cache {
namespace {

using sqlite::Checked;
using sqlite::Database;
using sqlite::Fault;
using sqlite::Rows;

/// Hands all rows of `table` to `copy` that can be read: from one end up to the damage, then from the other.
template <class Copy>
Checked<void> copy_rows(const Database& from, const std::string& columns, const std::string& table,
                        const std::string& key, const Copy& copy) {
  for (const char* direction : {" ASC", " DESC"}) {
    auto select = from.prepare("SELECT " + columns + " FROM " + table + " ORDER BY " + key + direction);
    if (!select) return std::unexpected(select.error());
    Rows rows = select->run();
    auto found = rows.next();
    for (; found && *found; found = rows.next()) {
      if (auto copied = copy(rows); !copied) return copied;
    }
    if (found) return {};
    if (found.error().kind != Fault::Kind::damaged) return std::unexpected(found.error());
  }
  return {};
}

Checked<void> copy_results(const Database& from, const Secret& secret, Changes& to) {
  const auto columns = std::string(kEntryColumns) + ", used, key";
  return copy_rows(from, columns, "result", "key", [&](const Rows& rows) -> Checked<void> {
    const auto key = hash_in(rows.blob(kEntryColumnCount + 1));
    const auto entry = key ? entry_in(rows, *key, secret) : std::nullopt;
    return entry ? to.write_result(*key, *entry, rows.integer(kEntryColumnCount)) : Checked<void>();
  });
}

Checked<void> copy_blocks(const Database& from, const Secret& secret, Changes& to) {
  return copy_rows(from, "data, used", "memo", "id", [&](const Rows& rows) -> Checked<void> {
    const auto owner = owner_of(rows.blob(0), secret);
    return owner ? to.write_block(*owner, rows.blob(0), rows.integer(1)) : Checked<void>();
  });
}

/// Whether the bytes are right is not looked at here.
Checked<void> copy_payloads(const Database& from, Changes& to) {
  return copy_rows(from, "hash, size, used, data", "payload", "rowid",
                   [&](const Rows& rows) -> Checked<void> {
                     const auto hash = hash_in(rows.blob(0));
                     if (!hash) return {};
                     Payload payload;
                     const ByteView data = rows.blob(3);
                     if (!rows.null(3)) payload.data = Bytes(data.begin(), data.end());
                     return to.write_payload({*hash, static_cast<std::uint64_t>(rows.integer(1))}, payload,
                                             rows.integer(2));
                   });
}

/// The totals come with the payloads. What cannot be read stays 0.
Checked<void> copy_numbers(Changes& from, Changes& to) {
  for (const auto which : {Number::generation, Number::runs, Number::hits, Number::misses, Number::encodes,
                           Number::saved_bytes, Number::evicted, Number::damaged}) {
    if (auto set = to.set(which, from.number(which).value_or(0)); !set) return set;
  }
  return {};
}

}  // namespace

Checked<void> salvage(const Database& database, const Secret& secret, Changes& changes) {
  const auto fresh = Database::open_temporary();
  if (!fresh) return std::unexpected(fresh.error());
  if (auto set = make_shrinkable(*fresh); !set) return set;
  if (auto made = make_tables(*fresh, secret); !made) return made;
  const auto filled = sqlite::in_transaction(*fresh, [&]() -> Checked<void> {
    auto to = Changes::prepare(*fresh, secret);
    if (!to) return std::unexpected(to.error());
    if (auto copied = copy_results(database, secret, *to); !copied) return copied;
    if (auto copied = copy_blocks(database, secret, *to); !copied) return copied;
    if (auto copied = copy_payloads(database, *to); !copied) return copied;
    return copy_numbers(changes, *to);
  });
  if (!filled) return filled;
  return database.become_copy_of(*fresh);
}

}  // namespace frugal::cache
