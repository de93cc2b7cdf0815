// SQLite behind RAII handles and values: the home of sqlite3.h.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "util/bytes.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace frugal::cache::sqlite {

struct Fault {
  enum class Kind : std::uint8_t {
    damaged,  ///< the file is no database, or breaks its format's rules
    busy,     ///< another process held a lock for longer than we wait
    other,    ///< the system refused (disk full, read only, out of memory …)
  };
  Kind kind = Kind::other;
  std::string message;  ///< SQLite's own words, on one line
};

template <class T>
using Checked = std::expected<T, Fault>;

/// The version of the SQLite library in use, as in "3.40.1".
std::string version();

/// The rows of one run of a statement, which is reset when they go: no lock outlives them.
class Rows {
 public:
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  /// Steps to the next row; false at the end.
  Checked<bool> next();

  // Columns of the current row, counted from 0, as SQLite converts them. Views end with the row.
  bool null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  ByteView blob(int column) const;

 private:
  friend class Statement;
  Rows(sqlite3_stmt* statement, int status) : statement_(statement), status_(status) {}

  sqlite3_stmt* statement_;
  int status_;  ///< of binding the values
};

/// A prepared statement. Must go before its database.
class Statement {
 public:
  /// Binds ?1, ?2, … (integers, double, string_view, ByteView, optional of these) and starts. Values are
  /// copied. One run at a time: the last one's Rows must be gone.
  template <class... Values>
  Rows run(const Values&... values) {
    [[maybe_unused]] int index = 0;  // not used where there are no values
    int status = 0;
    ((status = status != 0 ? status : bind(++index, values)), ...);
    return {handle_.get(), status};
  }

  /// Runs a statement that gives no rows.
  template <class... Values>
  Checked<void> execute(const Values&... values) {
    const auto done = run(values...).next();
    if (!done) return std::unexpected(done.error());
    return {};
  }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  int bind(int index, std::nullopt_t);
  int bind(int index, double value);
  int bind(int index, std::string_view value);
  int bind(int index, ByteView value);
  int bind_integer(int index, std::int64_t value);
  template <std::integral T>
  int bind(int index, T value) {
    return bind_integer(index, static_cast<std::int64_t>(value));
  }
  template <class T>
  int bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind(index, std::nullopt);
  }

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// A connection, used by one thread at a time.
class Database {
 public:
  enum class IfMissing : std::uint8_t { make, fail };

  /// Opens the database in the file `path`, set up to trust nothing that the file says about itself.
  /// `patience`: how long to wait for the locks of others.
  static Checked<Database> open(const std::filesystem::path& path, std::chrono::milliseconds patience,
                                IfMissing if_missing);

  /// A new one in a temporary file, which goes with it.
  static Checked<Database> open_temporary();

  /// Makes this database a copy of `other`, as a whole or not at all, under the locks of any write.
  Checked<void> become_copy_of(const Database& other) const;

  Checked<Statement> prepare(std::string_view sql) const;
  /// Runs statements that have no parameters.
  Checked<void> execute(const std::string& sql) const;
  /// The single integer that a query gives; 0 where it gives none.
  Checked<std::int64_t> integer(std::string_view sql) const;

  void set_patience(std::chrono::milliseconds patience) const;
  bool in_transaction() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Checked<void> set_up(std::chrono::milliseconds patience) const;

  std::unique_ptr<sqlite3, Close> handle_;
};

/// A write transaction; rolled back unless committed.
class Transaction {
 public:
  /// Takes the write lock at once, so that nothing later in the transaction can find it taken.
  static Checked<Transaction> begin(const Database& database);
  Checked<void> commit();

  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

 private:
  explicit Transaction(const Database& database) : database_(&database) {}
  const Database* database_;
};

/// What `step` (giving Checked<…>) gives, done as a whole or, after a fault, not at all.
template <class Step>
auto in_transaction(const Database& database, const Step& step) -> decltype(step()) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return std::unexpected(transaction.error());
  auto done = step();
  if (!done) return done;
  if (auto committed = transaction->commit(); !committed) return std::unexpected(committed.error());
  return done;
}

}  // namespace frugal::cache::sqlite
