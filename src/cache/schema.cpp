#include "cache/schema.hpp"

#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

namespace frugal::cache {
namespace {

using sqlite::Checked;
using sqlite::Database;
using sqlite::Fault;

constexpr std::int64_t kApplicationId = 0x6672676c;  // "frgl", at offset 68 of the file
constexpr std::int64_t kFormat = 3;                  // raised with each change to the tables

// No absolute path anywhere: a cache may be moved.
constexpr char kTables[] = R"(
  CREATE TABLE meta(             -- secret, generation, totals and statistics
    name TEXT PRIMARY KEY,
    value NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE result(           -- one Entry
    key BLOB PRIMARY KEY,
    verdict INTEGER NOT NULL,
    output BLOB NOT NULL,        -- hash
    output_size INTEGER NOT NULL,
    reason TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    encoder_quality REAL,
    score REAL,
    region_score REAL,           -- with the next four, or none
    region_x INTEGER,
    region_y INTEGER,
    region_w INTEGER,
    region_h INTEGER,
    format TEXT NOT NULL,
    seal BLOB NOT NULL,          -- hash of all above
    used INTEGER NOT NULL        -- moment
  ) WITHOUT ROWID;
  CREATE INDEX result_encoded ON result(output, output_size) WHERE verdict = 1;
  CREATE INDEX result_used ON result(used);
  CREATE TABLE payload(          -- with rowid: inline data makes long rows, which an index tree takes badly
    hash BLOB NOT NULL,
    size INTEGER NOT NULL,
    used INTEGER NOT NULL,       -- moment
    data BLOB,                   -- null: in a file
    UNIQUE(hash, size)
  );
  CREATE INDEX payload_used ON payload(used);
  CREATE TABLE memo(             -- one MemoBlock
    id INTEGER PRIMARY KEY,
    data BLOB NOT NULL,          -- with a seal of its own
    used INTEGER NOT NULL        -- moment
  );
  CREATE INDEX memo_used ON memo(used);
)";

/// Every integer in `meta`, all 0 at first; see Meta.
constexpr char kNumbers[] = R"(
  INSERT INTO meta VALUES('generation', 0), ('file_bytes', 0), ('inline_bytes', 0),
    ('runs', 0), ('hits', 0), ('misses', 0), ('encodes', 0), ('saved_bytes', 0), ('evicted', 0),
    ('damaged', 0);
)";

/// What an older format remembered is forgotten; its payload files are swept in time.
constexpr char kForget[] =
    "DROP TABLE IF EXISTS meta; DROP TABLE IF EXISTS result; DROP TABLE IF EXISTS payload;"
    "DROP TABLE IF EXISTS memo;";

// A rollback journal, not a write-ahead log (WAL): before SQLite 3.51.3 two connections that reset the log at
// the same time can damage the database (Debian 12 has 3.40.1), and a log needs shared memory, so no network
// file system. Writes come in batches, which leaves little of a log's advantage. With NORMAL a power cut may,
// on some file systems, damage the database: that is found out, and a cache can be made anew.
constexpr char kJournal[] = "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=NORMAL";

/// What to do about a database that is of no use.
constexpr char kWayOut[] = "; frugal cache clear empties the cache";

enum class State : std::uint8_t { fresh, older, ours, newer, foreign };

/// What the database says it is. To be called in a transaction, so that the answers belong together.
Checked<State> state_in_transaction(const Database& database) {
  const auto application = database.integer("PRAGMA application_id");
  if (!application) return std::unexpected(application.error());
  const auto format = database.integer("PRAGMA user_version");
  if (!format) return std::unexpected(format.error());
  const auto tables = database.integer("SELECT count(*) FROM sqlite_master");
  if (!tables) return std::unexpected(tables.error());
  if (*application == 0 && *format == 0 && *tables == 0) return State::fresh;
  if (*application != kApplicationId) return State::foreign;
  if (*format > kFormat) return State::newer;
  if (*format > 0 && *format < kFormat) return State::older;
  if (*format != kFormat) return std::unexpected(Fault{Fault::Kind::damaged, "no such format"});
  return State::ours;
}

Checked<State> state_of(const Database& database) {
  if (auto begun = database.execute("BEGIN"); !begun) return std::unexpected(begun.error());
  auto state = state_in_transaction(database);
  if (database.in_transaction()) static_cast<void>(database.execute("ROLLBACK"));
  return state;
}

Checked<Secret> random_secret() {
  Secret secret;
  static_assert(sizeof secret <= 256);  // up to here getrandom gives all or nothing
  while (::getrandom(secret.data(), secret.size(), 0) != static_cast<ssize_t>(secret.size())) {
    if (errno != EINTR) return std::unexpected(Fault{Fault::Kind::other, "no random numbers"});
  }
  return secret;
}

std::string set_format() {
  return "; PRAGMA user_version=" + std::to_string(kFormat);
}

/// Makes the tables unless another process was faster: only under the write lock is that known.
Checked<State> prepare(const Database& database) {
  if (auto set = make_shrinkable(database); !set) return std::unexpected(set.error());
  auto transaction = sqlite::Transaction::begin(database);
  if (!transaction) return std::unexpected(transaction.error());
  const auto state = state_in_transaction(database);
  if (!state || (*state != State::fresh && *state != State::older)) return state;
  const auto secret = random_secret();
  if (!secret) return std::unexpected(secret.error());
  if (auto done = make_tables(database, *secret); !done) return std::unexpected(done.error());
  if (auto committed = transaction->commit(); !committed) return std::unexpected(committed.error());
  return State::ours;
}

Checked<Secret> read_secret(const Database& database) {
  auto select = database.prepare("SELECT value FROM meta WHERE name = 'secret'");
  if (!select) return std::unexpected(select.error());
  auto rows = select->run();
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  const ByteView value = *found ? rows.blob(0) : ByteView();
  Secret secret;
  if (value.size() != secret.size()) return std::unexpected(Fault{Fault::Kind::damaged, "no secret"});
  std::ranges::copy(value, secret.begin());
  return secret;
}

std::unexpected<Error> cannot_use(const Fault& fault) {
  return std::unexpected(database_error(fault));
}

/// A link or another user's file could make us read or write what we should not. The file is never opened
/// here: closing any descriptor of it would drop SQLite's locks in this process. True: there is a file.
Result<bool> check_owner(const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return false;  // SQLite makes it, or says why not
  if (!S_ISREG(status.st_mode)) return fail(ErrorKind::io, "its database is not a regular file");
  if (status.st_uid != ::geteuid()) return fail(ErrorKind::io, "its database belongs to another user");
  return true;
}

Result<void> check_file(const std::filesystem::path& path) {
  const auto found = check_owner(path);
  if (!found) return std::unexpected(found.error());
  if (*found && ::access(path.c_str(), R_OK | W_OK) != 0) {
    return fail(ErrorKind::io, "its database cannot be written");
  }
  return {};
}

Result<void> check_state(State state) {
  switch (state) {
    case State::newer:
      return fail(
          ErrorKind::io,
          std::string("it was made by a newer frugal; name another directory with --cache-dir") + kWayOut);
    case State::older:
      return fail(ErrorKind::io,
                  std::string("it was made by an older frugal; the next run begins it anew") + kWayOut);
    case State::foreign:
      return fail(ErrorKind::io, "its database is not one of frugal's");
    case State::fresh:
    case State::ours:
      break;
  }
  return {};
}

}  // namespace

Checked<void> make_shrinkable(const Database& database) {
  return database.execute("PRAGMA auto_vacuum=INCREMENTAL");
}

Checked<void> make_tables(const Database& database, const Secret& secret) {
  const auto done = database.execute(std::string(kForget) + kTables + kNumbers + "PRAGMA application_id=" +
                                     std::to_string(kApplicationId) + set_format());
  if (!done) return done;
  auto insert = database.prepare("INSERT INTO meta VALUES('secret', ?1)");
  if (!insert) return std::unexpected(insert.error());
  return insert->execute(ByteView(secret));
}

Error database_error(const Fault& fault) {
  if (fault.kind == Fault::Kind::damaged) {
    return {ErrorKind::io, "its database is damaged (" + fault.message + ")" + kWayOut};
  }
  return {ErrorKind::io, "its database cannot be used: " + fault.message};
}

Unusable unusable(const Fault& fault) {
  auto error = database_error(fault);
  if (fault.kind == Fault::Kind::other) error.message += kWayOut;
  return {error, fault.kind != Fault::Kind::busy};
}

Result<OpenedDatabase> open_database(const std::filesystem::path& directory,
                                     std::chrono::milliseconds patience) {
  const auto path = directory / kDatabaseName;
  if (auto checked = check_file(path); !checked) return std::unexpected(checked.error());
  auto database = Database::open(path, patience, Database::IfMissing::make);
  if (!database) return cannot_use(database.error());
  auto state = state_of(*database);
  if (state && (*state == State::fresh || *state == State::older)) state = prepare(*database);
  if (!state) return cannot_use(state.error());
  if (auto checked = check_state(*state); !checked) return std::unexpected(checked.error());
  if (auto set = database->execute(kJournal); !set) return cannot_use(set.error());
  const auto secret = read_secret(*database);
  if (!secret) return cannot_use(secret.error());
  return OpenedDatabase{std::move(*database), *secret};
}

std::expected<std::optional<OpenedDatabase>, Unusable> open_existing_database(
    const std::filesystem::path& directory, std::chrono::milliseconds patience) {
  const auto path = directory / kDatabaseName;
  const auto found = check_owner(path);
  if (!found) return std::unexpected(Unusable{found.error(), false});
  if (!*found) return std::nullopt;
  auto database = Database::open(path, patience, Database::IfMissing::fail);
  if (!database) return std::unexpected(unusable(database.error()));
  const auto state = state_of(*database);
  if (!state) return std::unexpected(unusable(state.error()));
  if (*state == State::fresh) return std::nullopt;
  if (auto checked = check_state(*state); !checked) {
    return std::unexpected(Unusable{checked.error(), *state != State::foreign});
  }
  if (auto set = database->execute(kJournal); !set) return std::unexpected(unusable(set.error()));
  const auto secret = read_secret(*database);
  if (!secret) return std::unexpected(unusable(secret.error()));
  return OpenedDatabase{std::move(*database), *secret};
}

Result<void> remove_database(const std::filesystem::path& directory) {
  for (const char* ending : {"", "-journal", "-wal", "-shm"}) {  // the latter two a newer frugal may have
    const auto path = directory / (kDatabaseName + std::string(ending));
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) continue;
    return fail(ErrorKind::io, "its database cannot be removed: " + std::generic_category().message(errno));
  }
  return {};
}

}  // namespace frugal::cache
