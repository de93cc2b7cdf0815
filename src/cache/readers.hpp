// Connections that only read: each thread that asks has one to itself for the time of its question.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "cache/lookups.hpp"
#include "cache/sqlite.hpp"

namespace frugal::cache {

class Readers {
 public:
  /// `database` exists.
  Readers(std::filesystem::path database, const Secret& secret, std::chrono::milliseconds patience)
      : path_(std::move(database)), secret_(secret), patience_(patience) {}

  /// What `question` gives for a connection's Lookups, or why there is no connection.
  template <class Question>
  std::invoke_result_t<Question, Lookups&> ask(const Question& question) {
    auto reader = take();
    if (!reader) return std::unexpected(reader.error());
    auto answer = question((*reader)->lookups);
    give_back(std::move(*reader));
    return answer;
  }

  /// How long to wait for the locks of others from now on.
  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

 private:
  struct Reader {
    sqlite::Database database;
    Lookups lookups;  // goes first
  };

  sqlite::Checked<std::unique_ptr<Reader>> take();
  sqlite::Checked<std::unique_ptr<Reader>> open() const;
  void give_back(std::unique_ptr<Reader> reader);

  const std::filesystem::path path_;
  const Secret secret_;
  std::atomic<std::chrono::milliseconds> patience_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;
};

}  // namespace frugal::cache
