#include "cache/tables.hpp"

#include <algorithm>
#include <concepts>
#include <utility>

namespace frugal::cache {
namespace {

using sqlite::Checked;
using sqlite::Rows;

enum Sql : std::size_t {
  kFind,
  kPayload,
  kMemo,
  kIsOutput,
  kRemovePayload,
  kPayloadBytes,
  kLeastUsed,
  kClock,
  kSetClock,
  kWriteResult,
  kWritePayload,
  kWriteMemo,
  kUseResult,
  kUsePayload,
  kCount,
};

constexpr std::array<const char*, kCount> kSql = {
    "SELECT verdict, output, output_size, reason, width, height, encoder_quality, score,"
    " region_score, region_x, region_y, region_w, region_h, seal, format FROM result WHERE key = ?1",
    "SELECT data FROM payload WHERE hash = ?1 AND size = ?2",
    "SELECT size, mtime_ns, ctime_ns, hash, content_size, seen_ns FROM memo WHERE device = ?1 AND inode = ?2",
    "SELECT 1 FROM result WHERE output = ?1 AND output_size = ?2 AND verdict = 1",
    "DELETE FROM payload WHERE hash = ?1 AND size = ?2",
    "SELECT coalesce(sum(size), 0) FROM payload",
    "SELECT hash, size FROM payload ORDER BY used LIMIT ?1",
    "SELECT value FROM meta WHERE name = 'clock'",
    "UPDATE meta SET value = ?1 WHERE name = 'clock'",
    "INSERT OR REPLACE INTO result VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
    " ?16, ?17)",
    "INSERT OR REPLACE INTO payload(hash, size, used, data) VALUES(?1, ?2, ?3, ?4)",
    "INSERT OR REPLACE INTO memo VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    "UPDATE result SET used = ?1 WHERE key = ?2",
    "UPDATE payload SET used = ?1 WHERE hash = ?2 AND size = ?3",
};

std::optional<Hash> hash_in(ByteView blob) {
  Hash hash;
  if (blob.size() != hash.size()) return {};
  std::ranges::copy(blob, hash.begin());
  return hash;
}

std::uint64_t unsigned_at(const Rows& rows, int column) {
  return static_cast<std::uint64_t>(rows.integer(column));
}

std::uint32_t pixels_at(const Rows& rows, int column) {
  return static_cast<std::uint32_t>(rows.integer(column));
}

std::optional<double> real_at(const Rows& rows, int column) {
  if (rows.null(column)) return {};
  return rows.real(column);
}

std::optional<Verdict> verdict_at(const Rows& rows, int column) {
  const auto value = rows.integer(column);
  if (value < 1 || value > 3) return {};
  return static_cast<Verdict>(value);
}

std::optional<Region> region_at(const Rows& rows, int column) {
  if (rows.null(column)) return {};
  return Region{rows.real(column), pixels_at(rows, column + 1), pixels_at(rows, column + 2),
                pixels_at(rows, column + 3), pixels_at(rows, column + 4)};
}

std::optional<Entry> entry_in(const Rows& rows) {
  const auto verdict = verdict_at(rows, 0);
  const auto hash = hash_in(rows.blob(1));
  if (!verdict || !hash) return {};
  return Entry{
      .verdict = *verdict,
      .output = {*hash, unsigned_at(rows, 2)},
      .reason = std::string(rows.text(3)),
      .width = pixels_at(rows, 4),
      .height = pixels_at(rows, 5),
      .encoder_quality = real_at(rows, 6),
      .score = real_at(rows, 7),
      .worst_region = region_at(rows, 8),
      .format = std::string(rows.text(14)),
  };
}

/// A value of the region, where there is a region.
template <class T>
std::optional<T> part(const std::optional<Region>& region, T Region::*member) {
  if (!region) return {};
  return (*region).*member;
}

/// SQLite does not notice a bit that flips on the disk. In a payload the hash of its content tells, in a row
/// this one does: over the key and all that the row says about it.
Hash seal_of(const Hash& key, const Entry& entry, const Secret& secret) {
  KeyBuilder row;
  row.add("key", as_chars(key)).add("verdict", std::int64_t{std::to_underlying(entry.verdict)});
  row.add("output", entry.output).add("reason", entry.reason);
  row.add("width", std::int64_t{entry.width}).add("height", std::int64_t{entry.height});
  if (entry.encoder_quality) row.add("encoder_quality", *entry.encoder_quality);
  if (entry.score) row.add("score", *entry.score);
  if (const auto& region = entry.worst_region) {
    row.add("region_score", region->score);
    row.add("x", std::int64_t{region->x}).add("y", std::int64_t{region->y});
    row.add("w", std::int64_t{region->w}).add("h", std::int64_t{region->h});
  }
  if (!entry.format.empty()) row.add("format", entry.format);
  return row.finish(secret);
}

}  // namespace

Checked<Tables> Tables::prepare(const sqlite::Database& database, const Secret& secret) {
  static_assert(kCount == kStatements);
  std::array<sqlite::Statement, kStatements> statements;
  for (std::size_t i = 0; i < kStatements; ++i) {
    auto statement = database.prepare(kSql[i]);
    if (!statement) return std::unexpected(statement.error());
    statements[i] = std::move(*statement);
  }
  return Tables(std::move(statements), secret);
}

Checked<std::optional<Entry>> Tables::find(const Hash& key) {
  auto rows = statements_[kFind].run(key);
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  auto entry = *found ? entry_in(rows) : std::nullopt;
  if (!entry || hash_in(rows.blob(13)) != seal_of(key, *entry, secret_)) return std::nullopt;
  return entry;
}

Checked<std::optional<Payload>> Tables::payload(const Content& content) {
  auto rows = statements_[kPayload].run(content.hash, content.size);
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  if (rows.null(0)) return Payload{};
  const ByteView data = rows.blob(0);
  return Payload{Bytes(data.begin(), data.end())};
}

Checked<std::optional<Memo>> Tables::memo(std::uint64_t device, std::uint64_t inode) {
  auto rows = statements_[kMemo].run(device, inode);
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  const auto hash = *found ? hash_in(rows.blob(3)) : std::nullopt;
  if (!hash) return std::nullopt;
  return Memo{
      .identity = {device, inode, unsigned_at(rows, 0), rows.integer(1), rows.integer(2)},
      .content = {*hash, unsigned_at(rows, 4)},
      .seen_ns = rows.integer(5),
  };
}

Checked<bool> Tables::is_output(const Content& content) {
  return statements_[kIsOutput].run(content.hash, content.size).next();
}

Checked<void> Tables::remove_payload(const Content& content) {
  return statements_[kRemovePayload].execute(content.hash, content.size);
}

Checked<std::int64_t> Tables::payload_bytes() {
  auto rows = statements_[kPayloadBytes].run();
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  return *found ? rows.integer(0) : 0;
}

Checked<std::vector<Content>> Tables::least_used(std::int64_t limit) {
  auto rows = statements_[kLeastUsed].run(limit);
  std::vector<Content> contents;
  for (;;) {
    const auto found = rows.next();
    if (!found) return std::unexpected(found.error());
    if (!*found) return contents;
    if (const auto hash = hash_in(rows.blob(0))) contents.push_back({*hash, unsigned_at(rows, 1)});
  }
}

Checked<Tick> Tables::clock() {
  auto rows = statements_[kClock].run();
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  return *found ? rows.integer(0) : 0;
}

Checked<void> Tables::write_result(const Hash& key, const Entry& entry, Tick used) {
  const auto& region = entry.worst_region;
  return statements_[kWriteResult].execute(
      key, std::to_underlying(entry.verdict), entry.output.hash, entry.output.size,
      std::string_view(entry.reason), entry.width, entry.height, entry.encoder_quality, entry.score,
      part(region, &Region::score), part(region, &Region::x), part(region, &Region::y),
      part(region, &Region::w), part(region, &Region::h), seal_of(key, entry, secret_), used, entry.format);
}

Checked<void> Tables::write_memo(const Memo& memo) {
  const auto& file = memo.identity;
  return statements_[kWriteMemo].execute(file.device, file.inode, file.size, file.mtime_ns, file.ctime_ns,
                                         memo.content.hash, memo.content.size, memo.seen_ns);
}

Checked<void> Tables::write(const Pending& pending) {
  const auto clock_then = clock();
  if (!clock_then) return std::unexpected(clock_then.error());
  const Tick base = *clock_then;
  Checked<void> done;
  for (const auto& [key, result] : pending.results) {
    if (done = write_result(key, result.entry, base + result.used); !done) return done;
  }
  for (const auto& [content, row] : pending.payloads) {
    done = statements_[kWritePayload].execute(content.hash, content.size, base + row.used, row.payload.data);
    if (!done) return done;
  }
  for (const auto& [file, memo] : pending.memos) {
    if (done = write_memo(memo); !done) return done;
  }
  for (const auto& [key, used] : pending.used_results) {
    if (done = statements_[kUseResult].execute(base + used, key); !done) return done;
  }
  for (const auto& [content, used] : pending.used_payloads) {
    done = statements_[kUsePayload].execute(base + used, content.hash, content.size);
    if (!done) return done;
  }
  return statements_[kSetClock].execute(base + pending.tick);
}

}  // namespace frugal::cache
