// How a cache's database is laid out, made, and recognised.
#pragma once

#include <chrono>
#include <filesystem>

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

/// What a fault means to the user; does not name the directory.
Error database_error(const sqlite::Fault& fault);

/// Opens the database in `directory` (which exists), or makes it. Processes that make it at the same time end
/// up with one database and one secret. Errors: io, for what is damaged, from a newer frugal, none of ours,
/// or cannot be written; the message does not name the directory.
Result<OpenedDatabase> open_database(const std::filesystem::path& directory,
                                     std::chrono::milliseconds patience);

}  // namespace frugal::cache
