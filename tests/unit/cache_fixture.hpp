// What the tests of the cache share: a directory of their own, and values to store.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "cache/sqlite.hpp"
#include "cache/store.hpp"
#include "temporary_fixture.hpp"

namespace cache_fixture {

namespace fs = std::filesystem;
namespace cache = frugal::cache;
using frugal::Bytes;
using frugal::ByteView;

/// A directory of its own, with a cache in it.
class TemporaryDirectory : public temporary_fixture::Directory {
 public:
  fs::path cache() const { return path() / "cache"; }
  fs::path database() const { return cache() / "v1" / "frugal.sqlite3"; }
};

inline std::unique_ptr<cache::Store> open(const cache::Store::Options& options) {
  auto store = cache::Store::open(options);
  const std::string error = store ? "" : store.error().message;
  INFO(error);
  REQUIRE(store.has_value());
  return std::move(*store);
}

inline std::unique_ptr<cache::Store> open(const fs::path& directory) {
  return open({.directory = directory});
}

/// The message of an `open` that must fail; empty when it did not. One line that names the directory.
inline std::string open_error(const fs::path& directory) {
  const auto store = cache::Store::open({.directory = directory});
  if (store) return {};
  const std::string& message = store.error().message;
  CHECK(store.error().kind == frugal::ErrorKind::io);
  CHECK(message.find(directory.string()) != std::string::npos);
  CHECK(message.find('\n') == std::string::npos);
  CHECK_FALSE(message.ends_with('.'));
  return message;
}

/// `size` bytes that differ with `seed`.
inline Bytes bytes_of(std::size_t size, unsigned seed) {
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>((seed = seed * 1664525u + 1013904223u) >> 24);
  return bytes;
}

inline cache::Hash key_of(unsigned number) {
  cache::Hash key{};
  for (std::size_t i = 0; i < sizeof number; ++i) key[i] = static_cast<std::uint8_t>(number >> 8 * i);
  return key;
}

inline cache::Entry entry_for(const cache::Store& store, ByteView payload) {
  cache::Entry entry;
  entry.output = cache::content_of(payload, store.secret());
  entry.width = 640;
  entry.height = 480;
  return entry;
}

/// Stores `payload` under `key` as an encoded result.
inline cache::Content put(cache::Store& store, unsigned key, ByteView payload) {
  const cache::Entry entry = entry_for(store, payload);
  store.put(key_of(key), entry, payload);
  return entry.output;
}

/// Where the payload's file is, if it has one.
inline fs::path payload_file(const fs::path& directory, const cache::Content& content) {
  const std::string hex = cache::to_hex(content.hash);
  return directory / "v1" / hex.substr(0, 2) / (hex + '-' + std::to_string(content.size));
}

/// Runs SQL on the database, behind the store's back.
inline void sql(const fs::path& database, const std::string& statements) {
  const auto opened = cache::sqlite::Database::open(database, std::chrono::seconds(5),
                                                    cache::sqlite::Database::IfMissing::make);
  REQUIRE(opened.has_value());
  const auto done = opened->execute(statements);
  const std::string error = done ? "" : done.error().message;
  INFO(error);
  REQUIRE(done.has_value());
}

inline std::int64_t sql_integer(const fs::path& database, const std::string& query) {
  const auto opened = cache::sqlite::Database::open(database, std::chrono::seconds(5),
                                                    cache::sqlite::Database::IfMissing::make);
  REQUIRE(opened.has_value());
  const auto value = opened->integer(query);
  REQUIRE(value.has_value());
  return *value;
}

inline std::string read_file(const fs::path& path) {
  std::string content(fs::file_size(path), '\0');
  std::ifstream(path, std::ios::binary).read(content.data(), static_cast<std::streamsize>(content.size()));
  return content;
}

inline void write_file(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

/// Starts a process that runs `body` and ends with what it gives; no checks in there.
template <class Body>
pid_t start_process(Body body) {
  std::cout.flush();  // else both would write what waits in it
  const pid_t process = ::fork();
  if (process == 0) ::_exit(body());
  REQUIRE(process > 0);
  return process;
}

inline int exit_status(pid_t process) {
  int status = 0;
  REQUIRE(::waitpid(process, &status, 0) == process);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace cache_fixture
