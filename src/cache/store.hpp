// The store behind the cache: a SQLite database of results and of file identities, and payload files beside
// it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cache/key.hpp"
#include "util/bytes.hpp"
#include "util/fd.hpp"
#include "util/result.hpp"

namespace frugal::cache {

/// What was decided about a source under some settings.
enum class Verdict : std::uint8_t {
  encoded = 1,     ///< a new file was made: `output` is its content
  kept = 2,        ///< the source itself is the best result: `output` is the source's content
  left_alone = 3,  ///< not converted; `reason` says why
};

struct Region {
  double score = 0;
  std::uint32_t x = 0, y = 0, w = 0, h = 0;  ///< pixels
};

/// One remembered result: a row.
struct Entry {
  Verdict verdict = Verdict::encoded;
  Content output;
  std::string reason;                     ///< for left_alone and kept
  std::uint32_t width = 0, height = 0;    ///< pixels, of the upright picture
  std::optional<double> encoder_quality;  ///< the codec's own knob
  std::optional<double> score;            ///< SSIMULACRA2
  std::optional<Region> worst_region;
  std::string format;  ///< the output's, where several were to choose from
};

/// What the file system knows a file by. A file whose identity is unchanged is taken to have unchanged
/// content.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;     ///< bytes
  std::int64_t mtime_ns = 0;  ///< ns since the epoch
  std::int64_t ctime_ns = 0;  ///< ns since the epoch
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// What is known of a file.
struct Known {
  std::optional<Content> content;  ///< none: it was never read whole
  std::uint16_t kind = 0;          ///< the caller's word for what it is; 0: nobody said
  friend bool operator==(const Known&, const Known&) = default;
};

/// What a run did, for the statistics.
struct Tally {
  std::uint64_t hits = 0;         ///< outputs settled by an earlier result
  std::uint64_t misses = 0;       ///< outputs that had to be worked out
  std::uint64_t encodes = 0;      ///< full-size encodes
  std::uint64_t saved_bytes = 0;  ///< that outputs made in this run are smaller by than their sources
};

/// A cache in one directory. All member functions may be called from any thread, but not by a process forked
/// after `open`: that one opens its own.
///
/// No fault of the cache may change a result: every error past `open` turns into a miss or a write not done;
/// the first one is kept for `warning()`.
class Store {
 public:
  static constexpr std::uint64_t kDefaultMaxBytes = 5ULL << 30;

  struct Options {
    std::filesystem::path directory;             ///< made (mode 0700) where missing
    std::uint64_t max_bytes = kDefaultMaxBytes;  ///< on the disk; beyond, it is evicted down to 90 %
    std::chrono::milliseconds patience{5000};    ///< with the locks of other processes
  };

  /// Opens or makes the cache. Errors: io (the message names the directory), for a database that is damaged,
  /// from a newer frugal, of a foreign owner, or cannot be written; the caller then runs without a cache.
  static Result<std::unique_ptr<Store>> open(const Options& options);

  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// This cache's secret, for content_of and KeyBuilder::finish.
  virtual const Secret& secret() const = 0;

  virtual std::optional<Entry> find(const Hash& key) = 0;

  /// The same for many keys, in their order: takes less than one by one.
  virtual std::vector<std::optional<Entry>> find_all(std::span<const Hash> keys) = 0;

  /// Remembers `entry` under `key`, in place of what was there. A non-empty `payload` must be the content
  /// `entry.output`; it is stored once however many rows name it. Where it cannot be stored, or is evicted
  /// later, the row stays: it still tells a file on disk that it is done, only `payload` is a miss.
  virtual void put(const Hash& key, const Entry& entry, ByteView payload) = 0;

  /// The payload of a remembered output, its own hash and length checked; a mismatch deletes it and is a
  /// miss. `file`, where given, gets the open file that it is in, if it is in one: never changed once
  /// written, so that a file system can share its blocks.
  virtual std::optional<Bytes> payload(const Content& output, Fd* file = nullptr) = 0;

  /// True when frugal itself wrote a file of this content under this cache.
  virtual bool is_output(const Content& content) = 0;

  /// What was in the file when it was last seen under this identity.
  virtual std::optional<Known> known(const FileIdentity& identity) = 0;

  /// True when something is remembered of a file that was there before, under the same inode.
  virtual bool was_known(const FileIdentity& identity) = 0;

  /// Remembers what is in a file of this identity. `seen_ns` (since the epoch) was read before the file was.
  /// Where the file's times were then younger than the file system's clock can tell apart, a later change
  /// could leave no trace in them: nothing is remembered, and what was known of the file is forgotten.
  virtual void remember(const FileIdentity& identity, const Known& known, std::int64_t seen_ns) = 0;

  /// The same for a file that this process has just written: nobody else can have changed it since, unless in
  /// that very moment. `flush` waits until the clock would show a change.
  virtual void remember_own(const FileIdentity& identity, const Known& known) = 0;

  /// Adds to the statistics.
  virtual void count(const Tally& tally) = 0;

  /// Writes what is pending and evicts. Called at the end of a run; the destructor does it too.
  virtual void flush() = 0;

  /// The first fault met since `open`, one line; empty when there was none.
  virtual std::string warning() const = 0;

 protected:
  Store() = default;
};

/// The run-time versions of the libraries in this room, as in "SQLite 3.40.1, xxHash 0.8.1".
std::string library_versions();

}  // namespace frugal::cache
