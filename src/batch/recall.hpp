// What the cache knows of files and results, in the batch's own terms.
#pragma once

#include <sys/stat.h>

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "batch/outcome.hpp"
#include "batch/transcode.hpp"
#include "cache/key.hpp"
#include "cache/store.hpp"
#include "codec/codec.hpp"
#include "util/result.hpp"

namespace frugal::batch {

cache::FileIdentity identity_in(const struct stat& status);

/// The identity of the file at `path` (symbolic links followed). Errors: missing, io.
Result<cache::FileIdentity> identity_at(const std::string& path);

/// The identity of an open file. Errors: io.
Result<cache::FileIdentity> identity_of(int fd);

/// ns since the epoch.
std::int64_t now_ns();

/// The content of the file at `path`, which had this identity a moment ago: as the store remembers it, else
/// read (and remembered). Errors: missing, io.
Result<cache::Content> content_at(const std::string& path, const cache::FileIdentity& identity,
                                  cache::Store& store);

/// The same of whatever is there now.
Result<cache::Content> content_at(const std::string& path, cache::Store& store);

/// Everything outside the source and the settings that decides bytes: frugal's own algorithms, and the
/// versions and build ids of the libraries loaded. Distributions mend libraries without changing their
/// versions.
std::string environment_fingerprint();

/// The key of the result of making `target` (a format's name, or what tells a choice of formats) from a
/// source of `content`: all that decides its bytes, and nothing else. `useless_from`: as for `encode`.
cache::KeyBuilder key_of(const cache::Content& content, const codec::Codec& source, std::string_view target,
                         const Settings& settings, std::optional<std::uint64_t> useless_from,
                         const std::string& fingerprint);

/// For --debug-key: the key in hexadecimal digits, and a line a field.
std::string described(const cache::KeyBuilder& key, const cache::Secret& secret);

/// From here on a file of this content counts as somebody's picture, not as an output that may be written
/// over: the source it was made from is gone.
void mark_original(const cache::Content& content, cache::Store& store);
bool is_original(const cache::Content& content, cache::Store& store);

/// Rows that say "already an output of frugal" and were written in this run. They are for later runs: if this
/// one heeded them, a tree that holds a picture and its own output would come out differently by the order of
/// work.
class RowsOfThisRun {
 public:
  void add(const cache::Hash& key) {
    const std::lock_guard lock(mutex_);
    keys_.insert(key);
  }
  bool contains(const cache::Hash& key) const {
    const std::lock_guard lock(mutex_);
    return keys_.contains(key);
  }

 private:
  mutable std::mutex mutex_;
  std::set<cache::Hash> keys_;
};

/// A row for a result with these figures.
cache::Entry entry_of(cache::Verdict verdict, const cache::Content& output, std::string reason,
                      const Figures& figures);

Figures figures_of(const cache::Entry& entry);

}  // namespace frugal::batch
