#include "cache/lookups.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace frugal::cache {
namespace {

using sqlite::Checked;

enum Sql : std::size_t { kFind, kPayload, kIsOutput, kBlock, kBegin, kEnd };

constexpr const char* kSql[] = {
    ", used FROM result WHERE key = ?1",  // after the columns of an Entry
    "SELECT used, data FROM payload WHERE hash = ?1 AND size = ?2",
    "SELECT 1 FROM result WHERE output = ?1 AND output_size = ?2 AND verdict = 1",
    "SELECT data, used FROM memo WHERE id = ?1",
    "BEGIN",
    "END",
};

}  // namespace

Checked<Lookups> Lookups::prepare(const sqlite::Database& database, const Secret& secret) {
  static_assert(std::size(kSql) == kStatements);
  std::array<sqlite::Statement, kStatements> statements;
  const std::string find = "SELECT " + std::string(kEntryColumns) + kSql[kFind];
  for (std::size_t i = 0; i < kStatements; ++i) {
    auto statement = database.prepare(i == kFind ? find : kSql[i]);
    if (!statement) return std::unexpected(statement.error());
    statements[i] = std::move(*statement);
  }
  return Lookups(std::move(statements), secret);
}

Checked<std::optional<Found<Entry>>> Lookups::find(const Hash& key) {
  auto rows = statements_[kFind].run(key);
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  auto entry = *found ? entry_in(rows, key, secret_) : std::nullopt;
  if (!entry) return std::nullopt;
  return Found<Entry>{std::move(*entry), rows.integer(kEntryColumnCount)};
}

Checked<std::vector<std::optional<Found<Entry>>>> Lookups::find_all(std::span<const Hash> keys) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return keys[i]; });  // as they lie in the database
  std::vector<std::optional<Found<Entry>>> all(keys.size());
  if (auto begun = statements_[kBegin].execute(); !begun) return std::unexpected(begun.error());
  Checked<void> done;
  for (const std::size_t i : order) {
    auto found = find(keys[i]);
    if (!found) done = std::unexpected(found.error());
    if (!found) break;
    all[i] = std::move(*found);
  }
  const auto ended = statements_[kEnd].execute();
  if (done && !ended) done = ended;
  if (!done) return std::unexpected(done.error());
  return all;
}

Checked<std::optional<Found<Payload>>> Lookups::payload(const Content& content) {
  auto rows = statements_[kPayload].run(content.hash, content.size);
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  Found<Payload> payload{{}, rows.integer(0)};
  if (!rows.null(1)) {
    const ByteView data = rows.blob(1);
    payload.row.data.emplace(data.begin(), data.end());
  }
  return payload;
}

Checked<bool> Lookups::is_output(const Content& content) {
  return statements_[kIsOutput].run(content.hash, content.size).next();
}

Checked<Found<MemoBlock>> Lookups::block(const BlockId& id) {
  auto rows = statements_[kBlock].run(id.row());
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  if (!*found) return Found<MemoBlock>{MemoBlock(id), 0};
  return Found<MemoBlock>{MemoBlock::unpacked(id, rows.blob(0), secret_), rows.integer(1)};
}

}  // namespace frugal::cache
