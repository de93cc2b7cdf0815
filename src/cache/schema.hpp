// How a cache's database is laid out, made, and recognised.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <optional>

#include "cache/key.hpp"
#include "cache/sqlite.hpp"
#include "util/result.hpp"

namespace frugal::cache {

struct OpenedDatabase {
  sqlite::Database database;
  Secret secret;
};

/// The database's name in the cache's folder.
inline constexpr char kDatabaseName[] = "frugal.sqlite3";

/// For a database without tables, before it gets them: what is freed in it goes back to the file system.
sqlite::Checked<void> make_shrinkable(const sqlite::Database& database);

/// Makes the tables of a new cache, in place of an older format's, with `secret`.
sqlite::Checked<void> make_tables(const sqlite::Database& database, const Secret& secret);

/// What a fault means to the user; does not name the directory.
Error database_error(const sqlite::Fault& fault);

/// Opens the database in `directory` (which exists), or makes it. Processes that make it at the same time end
/// up with one database and one secret. Errors: io, for what is damaged, from a newer frugal, none of ours,
/// or cannot be written; the message does not name the directory.
Result<OpenedDatabase> open_database(const std::filesystem::path& directory,
                                     std::chrono::milliseconds patience);

/// Why there is a database, but none to use.
struct Unusable {
  Error error;              ///< does not name the directory
  bool disposable = false;  ///< it is frugal's, and of no use to anyone: damaged, or of another version
};

/// Opens the database in `directory` (which exists) as it is: nothing is made, or made anew. Empty where
/// there is none, or one without anything in it. Errors: io.
std::expected<std::optional<OpenedDatabase>, Unusable> open_existing_database(
    const std::filesystem::path& directory, std::chrono::milliseconds patience);

/// Removes the database in `directory` with its journals. Errors: io; the message does not name the
/// directory.
Result<void> remove_database(const std::filesystem::path& directory);

/// What `fault` means for a database that could be opened.
Unusable unusable(const sqlite::Fault& fault);

}  // namespace frugal::cache
