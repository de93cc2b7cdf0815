#include "cache/changes.hpp"

#include <optional>
#include <string_view>

namespace frugal::cache {
namespace {

using sqlite::Checked;

enum Sql : std::size_t {
  kNumber,
  kAdd,
  kSet,
  kWriteResult,
  kUseResult,
  kHasPayload,
  kWritePayload,
  kUsePayload,
  kRemovePayload,
  kLeastUsed,
  kReadBlock,
  kWriteBlock,
  kUseBlock,
  kRemoveResults,
  kRemoveBlocks,
};

constexpr const char* kSql[] = {
    "SELECT value FROM meta WHERE name = ?1",
    "UPDATE meta SET value = value + ?2 WHERE name = ?1",
    "INSERT OR REPLACE INTO meta VALUES(?1, ?2)",
    R"(INSERT OR REPLACE INTO result
       VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17))",
    "UPDATE result SET used = ?2 WHERE key = ?1",
    "SELECT data IS NULL FROM payload WHERE hash = ?1 AND size = ?2",
    "INSERT INTO payload(hash, size, used, data) VALUES(?1, ?2, ?3, ?4)",
    "UPDATE payload SET used = ?3 WHERE hash = ?1 AND size = ?2",
    "DELETE FROM payload WHERE hash = ?1 AND size = ?2",
    "SELECT hash, size FROM payload ORDER BY used LIMIT ?1",
    "SELECT data FROM memo WHERE id = ?1",
    "INSERT OR REPLACE INTO memo VALUES(?1, ?2, ?3)",
    "UPDATE memo SET used = ?2 WHERE id = ?1",
    "DELETE FROM result WHERE key IN (SELECT key FROM result ORDER BY used LIMIT ?1) RETURNING 1",
    "DELETE FROM memo WHERE id IN (SELECT id FROM memo ORDER BY used LIMIT ?1) RETURNING 1",
};

/// As `meta` has it.
std::string_view name_of(Number which) {
  constexpr std::string_view kNames[] = {"generation", "file_bytes", "inline_bytes", "runs",    "hits",
                                         "misses",     "encodes",    "saved_bytes",  "evicted", "damaged"};
  return kNames[static_cast<std::size_t>(which)];
}

std::int64_t signed_of(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

/// Runs `steps` one after the other, up to the first that fails.
template <class... Steps>
Checked<void> in_order(const Steps&... steps) {
  Checked<void> done;
  static_cast<void>(((done = steps(), done.has_value()) && ...));
  return done;
}

}  // namespace

std::uint64_t disk_bytes(std::uint64_t size) {
  constexpr std::uint64_t kBlock = 4096;
  return (size + kBlock - 1) / kBlock * kBlock;
}

Checked<Changes> Changes::prepare(const sqlite::Database& database, const Secret& secret) {
  static_assert(std::size(kSql) == kStatements);
  std::array<sqlite::Statement, kStatements> statements;
  for (std::size_t i = 0; i < kStatements; ++i) {
    auto statement = database.prepare(kSql[i]);
    if (!statement) return std::unexpected(statement.error());
    statements[i] = std::move(*statement);
  }
  return Changes(std::move(statements), secret);
}

Checked<std::int64_t> Changes::number(Number which) {
  auto rows = statements_[kNumber].run(name_of(which));
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  return *found ? rows.integer(0) : 0;
}

Checked<void> Changes::add(Number which, std::int64_t more) {
  return more == 0 ? Checked<void>() : statements_[kAdd].execute(name_of(which), more);
}

Checked<void> Changes::set(Number which, std::int64_t value) {
  return statements_[kSet].execute(name_of(which), value);
}

Checked<void> Changes::write(const Pending& pending, std::int64_t moment) {
  Checked<void> done;
  for (const auto& [key, entry] : pending.results) {
    if (done = write_result(key, entry, moment); !done) return done;
  }
  return in_order([&] { return write_payloads(pending, moment); },
                  [&] { return write_memos(pending.memos, moment); },
                  [&] { return write_uses(pending, moment); }, [&] { return write_tally(pending); });
}

Checked<void> Changes::write_result(const Hash& key, const Entry& entry, std::int64_t moment) {
  const auto& region = entry.worst_region;
  return statements_[kWriteResult].execute(
      key, std::to_underlying(entry.verdict), entry.output.hash, entry.output.size,
      std::string_view(entry.reason), entry.width, entry.height, entry.encoder_quality, entry.score,
      part(region, &Region::score), part(region, &Region::x), part(region, &Region::y),
      part(region, &Region::w), part(region, &Region::h), std::string_view(entry.format),
      seal_of(key, entry, secret_), moment);
}

Checked<void> Changes::write_payload(const Content& content, const Payload& payload, std::int64_t moment) {
  return in_order(
      [&] { return remove_payload(content); },
      [&] { return statements_[kWritePayload].execute(content.hash, content.size, moment, payload.data); },
      [&] {
        return payload.data ? add(Number::inline_bytes, signed_of(content.size))
                            : add(Number::file_bytes, signed_of(disk_bytes(content.size)));
      });
}

Checked<void> Changes::write_payloads(const Pending& pending, std::int64_t moment) {
  Checked<void> done;
  for (const auto& content : pending.lost_payloads) {
    if (done = remove_payload(content); !done) return done;
  }
  for (const auto& [content, payload] : pending.payloads) {
    if (done = write_payload(content, payload, moment); !done) return done;
  }
  return done;
}

Checked<void> Changes::write_memos(const MemoChanges& memos, std::int64_t moment) {
  for (const auto& [id, changes] : memos) {
    MemoBlock block(id);
    {
      auto rows = statements_[kReadBlock].run(id.row());
      const auto found = rows.next();
      if (!found) return std::unexpected(found.error());
      if (*found) block = MemoBlock::unpacked(id, rows.blob(0), secret_);
    }
    block.change(changes);
    if (auto done = write_block(id, block.packed(secret_), moment); !done) return done;
  }
  return {};
}

Checked<void> Changes::write_block(const BlockId& id, ByteView packed, std::int64_t moment) {
  return statements_[kWriteBlock].execute(id.row(), packed, moment);
}

Checked<void> Changes::write_uses(const Pending& pending, std::int64_t moment) {
  Checked<void> done;
  for (const auto& key : pending.used_results) {
    if (done = statements_[kUseResult].execute(key, moment); !done) return done;
  }
  for (const auto& content : pending.used_payloads) {
    if (done = statements_[kUsePayload].execute(content.hash, content.size, moment); !done) return done;
  }
  for (const auto& id : pending.used_blocks) {
    if (done = statements_[kUseBlock].execute(id.row(), moment); !done) return done;
  }
  return done;
}

Checked<void> Changes::write_tally(const Pending& pending) {
  const auto& tally = pending.tally;
  return in_order([&] { return add(Number::runs, signed_of(pending.runs)); },
                  [&] { return add(Number::hits, signed_of(tally.hits)); },
                  [&] { return add(Number::misses, signed_of(tally.misses)); },
                  [&] { return add(Number::encodes, signed_of(tally.encodes)); },
                  [&] { return add(Number::saved_bytes, signed_of(tally.saved_bytes)); },
                  [&] { return add(Number::damaged, signed_of(pending.lost_payloads.size())); });
}

Checked<void> Changes::remove_payload(const Content& content) {
  std::optional<bool> in_file;
  {
    auto rows = statements_[kHasPayload].run(content.hash, content.size);
    const auto found = rows.next();
    if (!found) return std::unexpected(found.error());
    if (*found) in_file = rows.integer(0) != 0;
  }
  if (!in_file) return {};
  return in_order([&] { return statements_[kRemovePayload].execute(content.hash, content.size); },
                  [&] {
                    return *in_file ? add(Number::file_bytes, -signed_of(disk_bytes(content.size)))
                                    : add(Number::inline_bytes, -signed_of(content.size));
                  });
}

Checked<std::vector<Content>> Changes::least_used(std::int64_t limit) {
  auto rows = statements_[kLeastUsed].run(limit);
  std::vector<Content> contents;
  for (;;) {
    const auto found = rows.next();
    if (!found) return std::unexpected(found.error());
    if (!*found) return contents;
    if (const auto hash = hash_in(rows.blob(0))) {
      contents.push_back({*hash, static_cast<std::uint64_t>(rows.integer(1))});
    }
  }
}

Checked<std::int64_t> Changes::remove_oldest_rows(std::int64_t limit) {
  std::int64_t removed = 0;
  for (const auto which : {kRemoveResults, kRemoveBlocks}) {
    auto rows = statements_[which].run(limit);
    for (;;) {
      const auto found = rows.next();
      if (!found) return std::unexpected(found.error());
      if (!*found) break;
      ++removed;
    }
  }
  return removed;
}

bool Changes::may_have_payload(const Content& content) {
  return statements_[kHasPayload].run(content.hash, content.size).next().value_or(true);
}

}  // namespace frugal::cache
