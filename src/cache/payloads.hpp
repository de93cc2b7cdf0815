// Payload files: `DIR/ab/<hash>-<size>`, named by content, never seen half-written under that name.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>

#include "cache/key.hpp"
#include "util/bytes.hpp"
#include "util/fd.hpp"
#include "util/result.hpp"

namespace frugal::cache {

/// Files that were removed.
struct Swept {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// Holds no state but the directory: any thread and any process may use the same one. What it reads is as the
/// file has it; whoever asked checks the hash (so that nothing needs to be flushed to the disk here: what a
/// power cut spoils is found out then).
class PayloadFiles {
 public:
  /// `directory` must exist; folders in it are made as needed.
  explicit PayloadFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Writes `bytes` under the name of `content`. A file of that name and length is left as it is.
  Result<void> write(const Content& content, ByteView bytes) const;

  /// The file's bytes; empty where there is no regular file of this name and length. `opened`, where given,
  /// gets the file itself.
  Result<std::optional<Bytes>> read(const Content& content, Fd* opened = nullptr) const;

  /// True where there is anything of its name.
  bool exists(const Content& content) const;

  /// Removes the file, if there is one.
  void remove(const Content& content) const;

  /// How many folders the files lie in: each takes a block on the disk.
  std::uint64_t folders() const;

  using IsKnown = std::function<bool(const Content&)>;

  /// Removes what killed processes left: unfinished files, and files that nobody knows. Only files older than
  /// `age`: a younger one's row may be about to be written.
  Swept sweep(const IsKnown& is_known, std::chrono::seconds age = std::chrono::hours(1)) const;

  /// Removes all payload files, and nothing of another name.
  Swept remove_all() const;

 private:
  std::filesystem::path path_of(const Content& content) const;

  /// Calls `visit` for each payload file.
  template <class Visit>
  void for_each_file(const Visit& visit) const;

  std::filesystem::path directory_;
};

}  // namespace frugal::cache
