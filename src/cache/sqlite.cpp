#include "cache/sqlite.hpp"

#include <sqlite3.h>

#include "util/text.hpp"

namespace frugal::cache::sqlite {
namespace {

/// More than any row of ours; what a damaged file claims beyond it is refused before it is allocated.
constexpr int kMaxRowBytes = 1 << 20;

Fault::Kind kind_of(int status) {
  switch (status & 0xff) {  // the low byte of an extended code is the primary one
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Fault::Kind::damaged;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Fault::Kind::busy;
    default:
      return Fault::Kind::other;
  }
}

/// The fault that the last call on `database` (null: none could be made) ended with. SQLite's words may quote
/// what is in a damaged file.
std::unexpected<Fault> fault(sqlite3* database, int status) {
  return std::unexpected(Fault{kind_of(status), printable(sqlite3_errmsg(database))});
}

}  // namespace

std::string version() {
  return sqlite3_libversion();
}

Rows::~Rows() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Checked<bool> Rows::next() {
  sqlite3* database = sqlite3_db_handle(statement_);
  if (status_ != SQLITE_OK) return fault(database, status_);
  const int status = sqlite3_step(statement_);
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  return fault(database, status);
}

bool Rows::null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Rows::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string_view Rows::text(int column) const {
  const ByteView bytes = blob(column);  // asked for as a blob, text is not converted
  return as_chars(bytes);
}

ByteView Rows::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const std::uint8_t*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

int Statement::bind(int index, std::nullopt_t) {
  return sqlite3_bind_null(handle_.get(), index);
}

int Statement::bind(int index, double value) {
  return sqlite3_bind_double(handle_.get(), index, value);
}

int Statement::bind(int index, std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();  // a null pointer would bind NULL
  return sqlite3_bind_text64(handle_.get(), index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

int Statement::bind(int index, ByteView value) {
  if (value.empty()) return sqlite3_bind_zeroblob(handle_.get(), index, 0);
  return sqlite3_bind_blob64(handle_.get(), index, value.data(), value.size(), SQLITE_TRANSIENT);
}

int Statement::bind_integer(int index, std::int64_t value) {
  return sqlite3_bind_int64(handle_.get(), index, value);
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Checked<Database> Database::open(const std::filesystem::path& path, std::chrono::milliseconds patience,
                                 IfMissing if_missing) {
  sqlite3* handle = nullptr;
  // No mutex of SQLite's own: the owner lets one thread in at a time.
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (if_missing == IfMissing::make ? SQLITE_OPEN_CREATE : 0);
  const int status = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Database database(handle);  // to be closed even when opening failed
  if (status != SQLITE_OK) return fault(handle, status);
  if (auto done = database.set_up(patience); !done) return std::unexpected(done.error());
  return database;
}

Checked<Database> Database::open_temporary() {
  return open({}, std::chrono::milliseconds(0), IfMissing::make);
}

Checked<void> Database::become_copy_of(const Database& other) const {
  sqlite3_backup* copying = sqlite3_backup_init(handle_.get(), "main", other.handle_.get(), "main");
  if (copying == nullptr) return fault(handle_.get(), sqlite3_errcode(handle_.get()));
  constexpr int kAllPages = -1;
  sqlite3_backup_step(copying, kAllPages);
  const int status = sqlite3_backup_finish(copying);  // also tells how the step went
  if (status != SQLITE_OK) return fault(handle_.get(), status);
  return {};
}

/// No memory map: a file truncated by another would end the process with SIGBUS.
Checked<void> Database::set_up(std::chrono::milliseconds patience) const {
  sqlite3_extended_result_codes(handle_.get(), 1);
  sqlite3_limit(handle_.get(), SQLITE_LIMIT_LENGTH, kMaxRowBytes);
  set_patience(patience);
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return execute(
      "PRAGMA trusted_schema=OFF;"
      "PRAGMA cell_size_check=ON;"
      "PRAGMA cache_size=-32768;"  // KiB, for trees of many files; taken as it is needed
      "PRAGMA mmap_size=0;");
}

Checked<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* handle = nullptr;
  const int status = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  Statement statement;
  statement.handle_.reset(handle);
  if (status != SQLITE_OK) return fault(handle_.get(), status);
  return statement;
}

Checked<void> Database::execute(const std::string& sql) const {
  const int status = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return fault(handle_.get(), status);
  return {};
}

Checked<std::int64_t> Database::integer(std::string_view sql) const {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  Rows rows = statement->run();
  const auto found = rows.next();
  if (!found) return std::unexpected(found.error());
  return *found ? rows.integer(0) : 0;
}

void Database::set_patience(std::chrono::milliseconds patience) const {
  sqlite3_busy_timeout(handle_.get(), static_cast<int>(patience.count()));
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

Checked<Transaction> Transaction::begin(const Database& database) {
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return std::unexpected(begun.error());
  return Transaction(database);
}

Checked<void> Transaction::commit() {
  auto committed = database_->execute("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

Transaction::~Transaction() {
  // Some faults (disk full, out of memory) have rolled back already.
  if (database_ != nullptr && database_->in_transaction()) static_cast<void>(database_->execute("ROLLBACK"));
}

}  // namespace frugal::cache::sqlite
