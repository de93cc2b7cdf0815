#include "cache/checkup.hpp"

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cache/memos.hpp"
#include "cache/rows.hpp"
#include "cache/salvage.hpp"

namespace frugal::cache {
namespace {

using sqlite::Checked;
using sqlite::Database;
using sqlite::Fault;
using sqlite::Rows;
using sqlite::Statement;

// Rows that are read at a time: who wants to write waits so long.
constexpr std::int64_t kResultsAStep = 1024;
constexpr std::int64_t kBlocksAStep = 256;
constexpr std::int64_t kPayloadsAStep = 64;

constexpr std::int64_t kFirstRow = std::numeric_limits<std::int64_t>::min();

/// Calls `visit` for each row.
template <class Visit>
Checked<void> for_each_row(Rows rows, const Visit& visit) {
  for (;;) {
    const auto found = rows.next();
    if (!found) return std::unexpected(found.error());
    if (!*found) return {};
    visit(rows);
  }
}

Bytes copy_of(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

/// A row of the payload table, whatever is in it.
struct PayloadRow {
  std::int64_t id = 0;
  std::optional<Content> content;  ///< empty: its columns cannot be one
  Payload payload;
};

PayloadRow payload_row_in(const Rows& rows) {
  PayloadRow row{.id = rows.integer(0), .content = {}, .payload = {}};
  if (const auto hash = hash_in(rows.blob(1))) {
    row.content = Content{*hash, static_cast<std::uint64_t>(rows.integer(2))};
  }
  if (!rows.null(3)) row.payload.data = copy_of(rows.blob(3));
  return row;
}

enum class Condition : std::uint8_t { sound, damaged, missing };

class Checkup {
 public:
  Checkup(const Database& database, const Secret& secret, Changes& changes, const PayloadFiles& files)
      : database_(database), secret_(secret), changes_(changes), files_(files) {}

  Checked<Verification> run() {
    if (auto done = check_database(); !done) return std::unexpected(done.error());
    for (const auto step : {&Checkup::check_results, &Checkup::check_blocks, &Checkup::check_payloads,
                            &Checkup::correct_totals}) {
      if (auto done = (this->*step)(); !done) return std::unexpected(done.error());
    }
    const auto swept =
        files_.sweep([this](const Content& content) { return changes_.may_have_payload(content); });
    found_.leftover_files = swept.files;
    found_.leftover_bytes = swept.bytes;
    return found_;
  }

 private:
  /// What is wrong with the database as SQLite has it, in one line; empty where nothing is.
  Checked<std::string> integrity() const {
    auto check = database_.prepare("PRAGMA integrity_check(1)");
    if (!check) return std::unexpected(check.error());
    std::string said;
    const auto done = for_each_row(check->run(), [&](const Rows& rows) { said = rows.text(0); });
    if (!done && done.error().kind != Fault::Kind::damaged) return std::unexpected(done.error());
    if (!done) return done.error().message;
    if (said == "ok") return std::string();
    return said.substr(said.rfind('\n') + 1);  // under a heading that names the database
  }

  Checked<void> check_database() {
    const auto fault = integrity();
    if (!fault) return std::unexpected(fault.error());
    if (fault->empty()) return {};
    found_.fault = *fault;
    if (auto mended = salvage(database_, secret_, changes_); !mended) return mended;
    const auto left = integrity();
    if (!left) return std::unexpected(left.error());
    if (!left->empty()) return std::unexpected(Fault{Fault::Kind::damaged, *left});
    return {};
  }

  // Results.

  Checked<void> check_results() {
    auto select = database_.prepare("SELECT " + std::string(kEntryColumns) +
                                    ", key FROM result WHERE key > ?1 ORDER BY key LIMIT ?2");
    if (!select) return std::unexpected(select.error());
    Bytes last;
    for (;;) {
      std::int64_t count = 0;
      std::vector<Bytes> damaged;
      const auto done = for_each_row(select->run(ByteView(last), kResultsAStep), [&](const Rows& rows) {
        ++count;
        last = copy_of(rows.blob(kEntryColumnCount));
        const auto key = hash_in(last);
        if (!key || !entry_in(rows, *key, secret_)) damaged.push_back(last);
      });
      if (!done) return done;
      found_.results += static_cast<std::uint64_t>(count);
      const auto removed = remove("DELETE FROM result WHERE key = ?1", damaged, found_.damaged_results);
      if (!removed) return removed;
      if (count < kResultsAStep) return remove_odd_results();
    }
  }

  /// Keys that are no bytes, or none, come before all others.
  Checked<void> remove_odd_results() {
    auto remove = database_.prepare("DELETE FROM result WHERE key <= x'' RETURNING 1");
    if (!remove) return std::unexpected(remove.error());
    return sqlite::in_transaction(database_, [&]() -> Checked<void> {
      std::int64_t count = 0;
      if (auto done = for_each_row(remove->run(), [&](const Rows&) { ++count; }); !done) return done;
      found_.results += static_cast<std::uint64_t>(count);
      found_.damaged_results += static_cast<std::uint64_t>(count);
      return changes_.add(Number::damaged, count);
    });
  }

  // Blocks of known files.

  Checked<void> check_blocks() {
    auto select = database_.prepare("SELECT id, data FROM memo WHERE id >= ?1 ORDER BY id LIMIT ?2");
    if (!select) return std::unexpected(select.error());
    for (std::int64_t next = kFirstRow;;) {
      std::int64_t count = 0;
      std::vector<std::int64_t> damaged;
      const auto done = for_each_row(select->run(next, kBlocksAStep), [&](const Rows& rows) {
        ++count;
        next = rows.integer(0);
        const auto owner = owner_of(rows.blob(1), secret_);
        if (!owner || owner->row() != next) damaged.push_back(next);
      });
      if (!done) return done;
      found_.blocks += static_cast<std::uint64_t>(count);
      const auto removed = remove("DELETE FROM memo WHERE id = ?1", damaged, found_.damaged_blocks);
      if (!removed || count < kBlocksAStep) return removed;
      if (next++ == std::numeric_limits<std::int64_t>::max()) return {};
    }
  }

  // Payloads.

  Checked<void> check_payloads() {
    auto select = database_.prepare(
        "SELECT rowid, hash, size, data FROM payload WHERE rowid >= ?1 ORDER BY rowid LIMIT ?2");
    if (!select) return std::unexpected(select.error());
    for (std::int64_t next = kFirstRow;;) {
      std::vector<PayloadRow> step;
      const auto done = for_each_row(select->run(next, kPayloadsAStep),
                                     [&](const Rows& rows) { step.push_back(payload_row_in(rows)); });
      if (!done) return done;
      std::vector<std::int64_t> suspects;
      for (const PayloadRow& row : step) {  // nobody waits for us while files are read
        if (condition_of(row) != Condition::sound) suspects.push_back(row.id);
      }
      if (auto removed = remove_payloads(suspects, *select); !removed) return removed;
      found_.payloads += step.size();
      if (std::ssize(step) < kPayloadsAStep) return {};
      next = step.back().id + 1;
    }
  }

  Condition condition_of(const PayloadRow& row) const {
    if (!row.content) return Condition::damaged;
    auto data = row.payload.data;
    if (!data) {
      if (!files_.exists(*row.content)) return Condition::missing;
      auto read = files_.read(*row.content);
      if (!read || !*read) return Condition::damaged;
      data = std::move(**read);
    }
    return content_of(*data, secret_) == *row.content ? Condition::sound : Condition::damaged;
  }

  Checked<void> remove_payloads(const std::vector<std::int64_t>& suspects, Statement& select) {
    if (suspects.empty()) return {};
    return sqlite::in_transaction(database_, [&]() -> Checked<void> {
      for (const auto id : suspects) {
        if (auto removed = remove_payload(id, select); !removed) return removed;
      }
      return {};
    });
  }

  /// Removes the row, and its file, unless another process has removed or replaced it meanwhile. In a
  /// transaction.
  Checked<void> remove_payload(std::int64_t id, Statement& select) {
    std::optional<PayloadRow> row;
    const auto read = for_each_row(select.run(id, 1), [&](const Rows& rows) { row = payload_row_in(rows); });
    if (!read) return read;
    const auto condition = row && row->id == id ? condition_of(*row) : Condition::sound;
    if (condition == Condition::sound) return {};
    const bool damaged = condition == Condition::damaged;
    ++(damaged ? found_.damaged_payloads : found_.missing_payloads);
    if (auto counted = changes_.add(Number::damaged, damaged ? 1 : 0); !counted) return counted;
    if (!row->content) return database_.execute("DELETE FROM payload WHERE rowid = " + std::to_string(id));
    files_.remove(*row->content);
    return changes_.remove_payload(*row->content);
  }

  Checked<void> correct_totals() {
    auto select = database_.prepare("SELECT data IS NULL, size FROM payload");
    if (!select) return std::unexpected(select.error());
    return sqlite::in_transaction(database_, [&]() -> Checked<void> {
      std::int64_t in_files = 0;
      std::int64_t in_rows = 0;
      const auto summed = for_each_row(select->run(), [&](const Rows& rows) {
        const auto size = rows.integer(1);
        if (rows.integer(0) != 0)
          in_files += static_cast<std::int64_t>(disk_bytes(static_cast<std::uint64_t>(size)));
        else
          in_rows += size;
      });
      if (!summed) return summed;
      if (auto set = correct(Number::file_bytes, in_files); !set) return set;
      return correct(Number::inline_bytes, in_rows);
    });
  }

  Checked<void> correct(Number which, std::int64_t value) {
    const auto noted = changes_.number(which);
    if (!noted) return std::unexpected(noted.error());
    if (*noted == value) return {};
    found_.totals_corrected = true;
    return changes_.set(which, value);
  }

  /// Runs `sql` for each of `rows`, and adds to `found` how many these are.
  template <class Row>
  Checked<void> remove(std::string_view sql, const std::vector<Row>& rows, std::uint64_t& found) {
    if (rows.empty()) return {};
    auto statement = database_.prepare(sql);
    if (!statement) return std::unexpected(statement.error());
    found += rows.size();
    return sqlite::in_transaction(database_, [&]() -> Checked<void> {
      for (const Row& row : rows) {
        if (auto done = statement->execute(row); !done) return done;
      }
      return changes_.add(Number::damaged, std::ssize(rows));
    });
  }

  const Database& database_;
  const Secret& secret_;
  Changes& changes_;
  const PayloadFiles& files_;
  Verification found_;
};

}  // namespace

Checked<Verification> check_up(const Database& database, const Secret& secret, Changes& changes,
                               const PayloadFiles& files) {
  return Checkup(database, secret, changes, files).run();
}

}  // namespace frugal::cache
