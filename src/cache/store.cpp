#include "cache/store.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <string_view>
#include <type_traits>
#include <utility>

#include "cache/directory.hpp"
#include "cache/payloads.hpp"
#include "cache/schema.hpp"
#include "cache/sqlite.hpp"
#include "cache/tables.hpp"

namespace fs = std::filesystem;

namespace frugal::cache {
namespace {

using namespace std::chrono_literals;
using sqlite::Checked;
using sqlite::Fault;
using Clock = std::chrono::steady_clock;

// Measured: a 10 KB payload costs the same in the database and in a file, 1 MB twenty times as much.
constexpr std::size_t kInlineBytes = 16 << 10;

constexpr std::size_t kBatchRows = 64;            // one transaction writes as many …
constexpr auto kBatchAge = 500ms;                 // … or what has come together in this time
constexpr std::size_t kBatchUses = 1 << 16;       // many at once: written in key order, each page once
constexpr std::size_t kMaxRows = 1024;            // kept in memory while the database cannot be written
constexpr auto kShortPatience = 250ms;            // once somebody has held a lock for too long
constexpr std::int64_t kEvictionStep = 64;        // payloads a transaction
constexpr std::int64_t kClockGrain = 20'000'000;  // ns

/// Whether a file's content can have changed since without a trace in its times. Time stamps come from a
/// clock that ticks only every few milliseconds (4 to 10 on Linux): a file written to, read, and written to
/// again within one tick looks the same after both writes. (Git calls such an entry racily clean.) A file
/// whose times were older than a tick when it was looked at cannot hide a change like that.
bool is_trusted(const Memo& memo) {
  const std::int64_t newest = std::max(memo.identity.mtime_ns, memo.identity.ctime_ns);
  return memo.seen_ns >= std::numeric_limits<std::int64_t>::min() + kClockGrain &&
         newest <= memo.seen_ns - kClockGrain;
}

/// One connection behind one mutex; files are read and written outside it.
class SqliteStore final : public Store {
 public:
  SqliteStore(const Options& options, const fs::path& folder, OpenedDatabase opened, Tables tables)
      : options_(options),
        lock_path_(folder / "evict.lock"),
        secret_(opened.secret),
        files_(folder),
        database_(std::move(opened.database)),
        tables_(std::move(tables)) {}

  ~SqliteStore() override { SqliteStore::flush(); }

  const Secret& secret() const override { return secret_; }

  std::optional<Entry> find(const Hash& key) override {
    return locked([&] { return find_locked(key); });
  }

  void put(const Hash& key, const Entry& entry, ByteView payload) override {
    const auto stored = shielded([&] { return store_payload(entry.output, payload); });
    const bool grown = locked([&] {
      pending_.results[key] = {entry, ++pending_.tick};
      if (stored) pending_.payloads[entry.output] = {*stored, pending_.tick};
      if (stored) bytes_since_eviction_ += entry.output.size;
      if (is_due()) write_pending();
      return bytes_since_eviction_ > options_.max_bytes / 10;
    });
    if (grown) shielded([&] { evict(); });
  }

  std::optional<Bytes> payload(const Content& output) override {
    auto row = locked([&] { return payload_row(output); });
    if (!row) return {};
    return shielded([&] { return checked_payload(output, std::move(*row)); });
  }

  bool is_output(const Content& content) override {
    return locked([&] {
      const auto is_it = [&](const auto& row) {
        return row.second.entry.verdict == Verdict::encoded && row.second.entry.output == content;
      };
      return std::ranges::any_of(pending_.results, is_it) ||
             value_or_miss(tables_.is_output(content), "an output could not be looked up");
    });
  }

  std::optional<Content> content_at(const FileIdentity& identity) override {
    const auto memo = locked([&] { return memo_of(identity.device, identity.inode); });
    if (!memo || memo->identity != identity || !is_trusted(*memo)) return {};
    return memo->content;
  }

  /// What is not to be trusted is remembered all the same: it takes the place of an older row, which may
  /// stand for the same identity and another content.
  void remember(const FileIdentity& identity, const Content& content, std::int64_t seen_ns) override {
    locked([&] {
      pending_.memos[{identity.device, identity.inode}] = {identity, content, seen_ns};
      if (is_due()) write_pending();
    });
  }

  void flush() override {
    locked([&] { write_pending(); });
    shielded([&] { evict(); });
  }

  std::string warning() const override {
    const std::lock_guard lock(mutex_);
    return warning_.empty() && out_of_memory_ ? "cache: out of memory" : warning_;
  }

 private:
  // Faults end here.

  /// What `body` gives, or a default (a miss) when memory runs out.
  template <class Body>
  std::invoke_result_t<Body> shielded(Body body) noexcept {
    try {
      return body();
    } catch (const std::exception&) {
      out_of_memory_ = true;  // a warning of its own would need memory
    }
    return std::invoke_result_t<Body>();
  }

  /// The same under the mutex; a miss at once when the database is damaged.
  template <class Body>
  std::invoke_result_t<Body> locked(Body body) noexcept {
    return shielded([&] {
      const std::lock_guard lock(mutex_);
      return broken_ ? std::invoke_result_t<Body>() : body();
    });
  }

  /// Keeps the first warning.
  void warn(const std::string& what) {
    if (warning_.empty()) warning_ = "cache " + options_.directory.string() + ": " + what;
  }

  void note(const Fault& fault, std::string_view doing) {
    if (fault.kind == Fault::Kind::busy) {
      database_.set_patience(std::min<std::chrono::milliseconds>(options_.patience, kShortPatience));
    }
    if (fault.kind == Fault::Kind::damaged) {
      broken_ = true;
      pending_ = {};
      warn(database_error(fault).message);
    } else {
      warn(std::string(doing) + ": " + fault.message);
    }
  }

  template <class T>
  T value_or_miss(Checked<T> checked, std::string_view doing) {
    if (checked) return std::move(*checked);
    note(checked.error(), doing);
    return T();
  }

  // Rows. All below are called under the mutex, unless they say otherwise.

  std::optional<Entry> find_locked(const Hash& key) {
    const auto waiting = pending_.results.find(key);
    auto entry = waiting != pending_.results.end()
                     ? std::optional(waiting->second.entry)
                     : value_or_miss(tables_.find(key), "a result could not be looked up");
    if (!entry) return {};
    pending_.used_results[key] = ++pending_.tick;
    use_payload(entry->output);
    return entry;
  }

  void use_payload(const Content& content) {
    pending_.used_payloads[content] = ++pending_.tick;
    if (pending_.uses() >= kBatchUses) write_pending();
  }

  std::optional<Payload> payload_row(const Content& content) {
    const auto waiting = pending_.payloads.find(content);
    if (waiting != pending_.payloads.end()) return waiting->second.payload;
    return value_or_miss(tables_.payload(content), "a payload could not be looked up");
  }

  std::optional<Memo> memo_of(std::uint64_t device, std::uint64_t inode) {
    const auto waiting = pending_.memos.find({device, inode});
    if (waiting != pending_.memos.end()) return waiting->second;
    return value_or_miss(tables_.memo(device, inode), "a file could not be looked up");
  }

  bool is_due() const {
    return Clock::now() - last_write_ >= kBatchAge || (!write_failed_ && pending_.rows() >= kBatchRows);
  }

  /// Writes all that is pending in one transaction. What could not be written is tried again with the next
  /// batch, unless too much has come together.
  void write_pending() {
    if (pending_.rows() + pending_.uses() == 0) return;
    const auto written = try_write();
    last_write_ = Clock::now();
    write_failed_ = !written;
    if (written) {
      pending_ = {};
      database_.set_patience(options_.patience);
      return;
    }
    note(written.error(), "results could not be written");
    pending_.used_results.clear();
    pending_.used_payloads.clear();
    if (pending_.rows() > kMaxRows) pending_ = {};
  }

  Checked<void> try_write() {
    auto transaction = sqlite::Transaction::begin(database_);
    if (!transaction) return std::unexpected(transaction.error());
    if (auto written = tables_.write(pending_); !written) return written;
    return transaction->commit();
  }

  // Payloads. Called without the mutex.

  /// Empty where there is nothing to store, or it could not be stored.
  std::optional<Payload> store_payload(const Content& content, ByteView bytes) {
    if (bytes.empty() || bytes.size() != content.size) return {};
    if (bytes.size() <= kInlineBytes) return Payload{Bytes(bytes.begin(), bytes.end())};
    if (!locked([] { return true; })) return {};  // no row could name the file
    const auto written = files_.write(content, bytes);
    if (written) return Payload{};
    locked([&] { warn(written.error().message); });
    return {};
  }

  std::optional<Bytes> checked_payload(const Content& content, Payload row) {
    if (!row.data) {
      auto read = files_.read(content);
      if (!read) {
        locked([&] { warn(read.error().message); });
        return {};
      }
      row.data = std::move(*read);
    }
    if (row.data && content_of(*row.data, secret_) == content) {
      locked([&] { use_payload(content); });
      return std::move(row.data);
    }
    locked([&] {
      // A file that is gone is no fault: another process may have evicted it a moment ago.
      if (row.data) warn("a damaged payload was removed");
      remove_row(content);
    });
    files_.remove(content);
    return {};
  }

  void remove_row(const Content& content) {
    pending_.payloads.erase(content);
    pending_.used_payloads.erase(content);
    const auto removed = tables_.remove_payload(content);
    if (!removed) note(removed.error(), "a damaged payload could not be removed");
  }

  // Eviction. Called without the mutex, which is taken for one small step at a time.

  void evict() {
    locked([&] { bytes_since_eviction_ = 0; });
    if (payload_bytes() <= options_.max_bytes) return;
    const Fd lock = try_lock(lock_path_);
    if (!lock) return;  // another process is at it
    const std::uint64_t target = options_.max_bytes / 10 * 9;
    auto bytes = payload_bytes();
    if (bytes <= options_.max_bytes) return;  // another process was at it
    while (bytes > target && locked([&] { return evict_step(bytes, target); })) {
    }
    files_.sweep([&](const Content& content) { return !locked([&] { return is_unknown(content); }); });
  }

  std::uint64_t payload_bytes() {
    return locked([&] {
      const auto sum = value_or_miss(tables_.payload_bytes(), "payloads could not be counted");
      return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
    });
  }

  /// Removes a few payloads and takes them off `bytes`; false when that fails or there are none.
  bool evict_step(std::uint64_t& bytes, std::uint64_t target) {
    const auto step = [&]() -> Checked<bool> {
      auto transaction = sqlite::Transaction::begin(database_);
      if (!transaction) return std::unexpected(transaction.error());
      const auto contents = tables_.least_used(kEvictionStep);
      if (!contents) return std::unexpected(contents.error());
      for (const Content& content : *contents) {
        if (bytes <= target) break;
        // The file first: a row without a file mends itself, a file without a row takes space unseen.
        files_.remove(content);
        if (auto done = tables_.remove_payload(content); !done) return std::unexpected(done.error());
        bytes -= std::min(bytes, content.size);
      }
      if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
      return !contents->empty();
    };
    return value_or_miss(step(), "payloads could not be evicted");
  }

  bool is_unknown(const Content& content) {
    if (pending_.payloads.contains(content)) return false;
    const auto row = tables_.payload(content);
    return row && !row->has_value();  // after a fault nothing is unknown
  }

  const Options options_;
  const fs::path lock_path_;
  const Secret secret_;
  const PayloadFiles files_;
  std::atomic<bool> out_of_memory_ = false;

  mutable std::mutex mutex_;  // over all below
  const sqlite::Database database_;
  Tables tables_;
  Pending pending_;
  Clock::time_point last_write_ = Clock::now();
  bool write_failed_ = false;
  bool broken_ = false;
  std::uint64_t bytes_since_eviction_ = 0;
  std::string warning_;
};

/// `open`, with messages that do not name the directory.
Result<std::unique_ptr<Store>> open_store(const Store::Options& options) {
  auto folder = prepare_directory(options.directory);
  if (!folder) return std::unexpected(folder.error());
  auto opened = open_database(*folder, options.patience);
  if (!opened) return std::unexpected(opened.error());
  auto tables = Tables::prepare(opened->database, opened->secret);
  if (!tables) return std::unexpected(database_error(tables.error()));
  return std::make_unique<SqliteStore>(options, *folder, std::move(*opened), std::move(*tables));
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const Options& options) {
  try {
    auto store = open_store(options);
    if (!store) store.error().message.insert(0, "cache " + options.directory.string() + ": ");
    return store;
  } catch (const std::exception& exception) {
    return fail(ErrorKind::io, std::string("the cache cannot be opened: ") + exception.what());
  }
}

std::string library_versions() {
  return "SQLite " + sqlite::version() + ", xxHash " + xxhash_version();
}

}  // namespace frugal::cache
