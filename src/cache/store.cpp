#include "cache/store.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <ctime>
#include <exception>
#include <limits>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "cache/changes.hpp"
#include "cache/directory.hpp"
#include "cache/eviction.hpp"
#include "cache/memos.hpp"
#include "cache/payloads.hpp"
#include "cache/readers.hpp"
#include "cache/rows.hpp"
#include "cache/schema.hpp"
#include "cache/sqlite.hpp"

namespace fs = std::filesystem;

namespace frugal::cache {
namespace {

using namespace std::chrono_literals;
using sqlite::Checked;
using sqlite::Fault;

// Measured: a 10 KB payload costs the same in the database and in a file, 1 MB twenty times as much.
constexpr std::size_t kInlineBytes = 16 << 10;

constexpr std::size_t kBatchRows = 64;        // one transaction writes as many …
constexpr auto kBatchAge = 500ms;             // … or what has come together in this time
constexpr auto kPause = 100ms;                // … but not more often than this
constexpr std::size_t kMostWaiting = 8192;    // rows; from there on who brings more waits for the writer
constexpr std::size_t kMostUnwritten = 1024;  // rows kept in memory while the database cannot be written
constexpr auto kShortPatience = 250ms;        // once somebody has held a lock for too long
constexpr auto kEvictionPatience = 5s;        // at the end of a run, with another process that evicts

/// Uses are noted once in so many generations: else each run would write again all the rows that it reads.
constexpr std::int64_t kUseIsOld = 8;

constexpr std::string_view kCannotFind = "a result could not be looked up";

constexpr std::int64_t kSecond = 1'000'000'000;  // ns

/// Time stamps come from a clock that ticks only every few milliseconds (4 to 10 on Linux): a file written
/// to, read, and written to again within one tick looks the same after both writes. (Git calls such an entry
/// racily clean.) Some file systems keep whole seconds, or every second one.
std::int64_t grain_of(const FileIdentity& identity) {
  const bool coarse = identity.mtime_ns % kSecond == 0 && identity.ctime_ns % kSecond == 0;
  return coarse ? 2 * kSecond : 20'000'000;
}

/// Whether a file's content can not have changed since it was looked at without a trace in its times.
bool is_settled(const FileIdentity& identity, std::int64_t seen_ns) {
  const std::int64_t newest = std::max(identity.mtime_ns, identity.ctime_ns);
  const std::int64_t grain = grain_of(identity);
  return seen_ns >= std::numeric_limits<std::int64_t>::min() + grain && newest <= seen_ns - grain;
}

/// The clock that file systems stamp with, ns since the epoch.
std::int64_t stamping_clock() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return std::int64_t{now.tv_sec} * kSecond + now.tv_nsec;
}

struct Hashed {
  std::size_t operator()(const BlockId& id) const {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(id.row()) * 0x9e3779b97f4a7c15 >> 16);
  }
};

/// Reading goes through connections of the askers' own; one thread writes what has come together, and evicts.
class SqliteStore final : public Store {
 public:
  SqliteStore(const Options& options, const fs::path& folder, OpenedDatabase opened, Changes changes,
              std::int64_t generation)
      : options_(options),
        secret_(opened.secret),
        files_(folder),
        readers_(folder / kDatabaseName, opened.secret, options.patience),
        database_(std::move(opened.database)),
        changes_(std::move(changes)),
        evictor_(database_, changes_, files_, folder, options.max_bytes),
        generation_(generation),
        writer_([this] { write_shielded(); }) {}

  ~SqliteStore() override {
    SqliteStore::flush();
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    writer_.join();
  }

  const Secret& secret() const override { return secret_; }

  std::optional<Entry> find(const Hash& key) override {
    return shielded([&] { return find_row(key); });
  }

  std::vector<std::optional<Entry>> find_all(std::span<const Hash> keys) override {
    std::vector<std::optional<Entry>> entries(keys.size());
    shielded([&] {
      auto rows = ask([&](Lookups& lookups) { return lookups.find_all(keys); }, kCannotFind);
      const std::lock_guard lock(mutex_);
      for (std::size_t i = 0; i < keys.size(); ++i) {
        entries[i] = waiting_entry(keys[i]);
        if (entries[i] || i >= rows.size() || !rows[i]) continue;
        if (is_old(rows[i]->used)) pending_.used_results.insert(keys[i]);
        entries[i] = std::move(rows[i]->row);
      }
    });
    return entries;
  }

  void put(const Hash& key, const Entry& entry, ByteView payload) override {
    shielded([&] {
      auto stored = store_payload(entry.output, payload);
      std::unique_lock lock(mutex_);
      if (broken_) return;
      pending_.results[key] = entry;
      if (entry.verdict == Verdict::encoded) pending_.outputs.insert(entry.output);
      if (stored) {
        pending_.lost_payloads.erase(entry.output);
        pending_.payloads[entry.output] = std::move(*stored);
      }
      added(lock);
    });
  }

  std::optional<Bytes> payload(const Content& output, Fd* file) override {
    return shielded([&]() -> std::optional<Bytes> {
      auto row = payload_row(output);
      return row ? checked_payload(output, std::move(*row), file) : std::nullopt;
    });
  }

  bool is_output(const Content& content) override {
    return shielded([&] {
      {
        const std::lock_guard lock(mutex_);
        if (pending_.outputs.contains(content) || writing_.outputs.contains(content)) return true;
      }
      return ask([&](Lookups& rows) { return rows.is_output(content); }, "an output could not be looked up");
    });
  }

  std::optional<Known> known(const FileIdentity& identity) override {
    return shielded([&]() -> std::optional<Known> {
      {
        const std::shared_lock lock(blocks_mutex_);
        const auto here = blocks_.find(BlockId::of(identity));
        if (here != blocks_.end()) return broken_ ? std::nullopt : here->second.find(identity);
      }
      const std::lock_guard lock(blocks_mutex_);
      const auto* block = block_of(identity);
      return block && !broken_ ? block->find(identity) : std::nullopt;
    });
  }

  bool was_known(const FileIdentity& identity) override {
    return shielded([&] {
      const std::lock_guard lock(blocks_mutex_);
      const auto* block = block_of(identity);
      return block && block->has(identity.inode);
    });
  }

  void remember(const FileIdentity& identity, const Known& known, std::int64_t seen_ns) override {
    const bool whole = !known.content || known.content->size == identity.size;
    shielded([&] { change_memo(identity, whole && is_settled(identity, seen_ns), known); });
  }

  void remember_own(const FileIdentity& identity, const Known& known) override {
    shielded([&] { change_memo(identity, grain_of(identity) < kSecond, known); });
    auto newest = newest_own_.load();
    while (newest < identity.ctime_ns && !newest_own_.compare_exchange_weak(newest, identity.ctime_ns)) {
    }
  }

  void count(const Tally& tally) override {
    const std::lock_guard lock(mutex_);
    pending_.tally = tally;
    pending_.runs = 1;
  }

  void flush() override {
    let_the_clock_pass();
    std::unique_lock lock(mutex_);
    const auto asked = ++flushes_asked_;
    wake_.notify_all();
    written_.wait(lock, [&] { return flushes_done_ >= asked || writer_gone_; });
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

  /// Keeps the first warning.
  void warn(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (warning_.empty()) warning_ = "cache " + options_.directory.string() + ": " + what;
  }

  void note(const Fault& fault, std::string_view doing) {
    if (fault.kind == Fault::Kind::busy) {
      const auto patience = std::min<std::chrono::milliseconds>(options_.patience, kShortPatience);
      readers_.set_patience(patience);
      impatient_ = true;
    }
    if (fault.kind == Fault::Kind::damaged) {
      broken_ = true;
      warn(database_error(fault).message);
    } else {
      warn(std::string(doing) + ": " + fault.message);
    }
  }

  /// The answer to a question, or a miss: at once where the database is damaged.
  template <class Question>
  auto ask(const Question& question, std::string_view doing) ->
      typename std::invoke_result_t<Question, Lookups&>::value_type {
    if (broken_) return {};
    auto answer = readers_.ask(question);
    if (answer) return std::move(*answer);
    note(answer.error(), doing);
    return {};
  }

  // Results.

  std::optional<Entry> find_row(const Hash& key) {
    if (broken_) return {};
    {
      const std::lock_guard lock(mutex_);
      if (auto waiting = waiting_entry(key)) return waiting;
    }
    auto found = ask([&](Lookups& rows) { return rows.find(key); }, kCannotFind);
    if (!found) return {};
    if (is_old(found->used)) {
      const std::lock_guard lock(mutex_);
      pending_.used_results.insert(key);
    }
    return std::move(found->row);
  }

  /// Of those not yet in the database. Under the mutex.
  std::optional<Entry> waiting_entry(const Hash& key) const {
    for (const auto* waiting : {&pending_, &writing_}) {
      const auto found = waiting->results.find(key);
      if (found != waiting->results.end()) return found->second;
    }
    return {};
  }

  bool is_old(std::int64_t used) const { return generation_of(used) + kUseIsOld <= generation_; }

  // Payloads.

  /// Empty where there is nothing to store, or it could not be stored.
  std::optional<Payload> store_payload(const Content& content, ByteView bytes) {
    if (bytes.empty() || bytes.size() != content.size || broken_) return {};
    if (bytes.size() <= kInlineBytes) return Payload{Bytes(bytes.begin(), bytes.end())};
    const auto written = files_.write(content, bytes);
    if (written) return Payload{};
    warn(written.error().message);
    return {};
  }

  std::optional<Payload> payload_row(const Content& content) {
    {
      const std::lock_guard lock(mutex_);
      for (const auto* waiting : {&pending_, &writing_}) {
        const auto found = waiting->payloads.find(content);
        if (found != waiting->payloads.end()) return found->second;
        if (waiting->lost_payloads.contains(content)) return {};
      }
    }
    auto found =
        ask([&](Lookups& rows) { return rows.payload(content); }, "a payload could not be looked up");
    if (!found) return {};
    if (is_old(found->used)) {
      const std::lock_guard lock(mutex_);
      pending_.used_payloads.insert(content);
    }
    return std::move(found->row);
  }

  std::optional<Bytes> checked_payload(const Content& content, Payload row, Fd* file) {
    if (!row.data) {
      auto read = files_.read(content, file);
      if (!read) {
        warn(read.error().message);
        return {};
      }
      row.data = std::move(*read);
    }
    if (row.data && content_of(*row.data, secret_) == content) {
      return std::move(row.data);
    }
    // A file that is gone is no fault: another process may have evicted it a moment ago.
    if (row.data) warn("a damaged payload was removed");
    lose_payload(content);
    return {};
  }

  void lose_payload(const Content& content) {
    std::unique_lock lock(mutex_);
    pending_.payloads.erase(content);
    pending_.used_payloads.erase(content);
    pending_.lost_payloads.insert(content);
    files_.remove(content);
  }

  // Memos.

  /// The block that the file belongs to, read in where it is not yet here; null after a fault.
  MemoBlock* block_of(const FileIdentity& identity) {
    const auto id = BlockId::of(identity);
    const auto here = blocks_.find(id);
    if (here != blocks_.end()) return &here->second;
    std::optional<Found<MemoBlock>> found;
    if (!broken_) {
      auto answer = readers_.ask([&](Lookups& rows) { return rows.block(id); });
      if (answer) found = std::move(*answer);
      if (!answer) note(answer.error(), "a file could not be looked up");
    }
    if (!found) return nullptr;
    if (found->used > 0 && is_old(found->used)) {
      const std::lock_guard lock(mutex_);
      pending_.used_blocks.insert(id);
    }
    return &blocks_.emplace(id, std::move(found->row)).first->second;
  }

  /// Remembers a file, or forgets what was known of it.
  void change_memo(const FileIdentity& identity, bool keep, const Known& known) {
    const FileChanges change{{identity.inode, keep ? std::optional(Memo{identity, known}) : std::nullopt}};
    {
      const std::lock_guard lock(blocks_mutex_);
      if (auto* block = block_of(identity)) block->change(change);
    }
    std::unique_lock lock(mutex_);
    if (broken_) return;
    pending_.memos[BlockId::of(identity)].insert_or_assign(identity.inode, change.begin()->second);
    added(lock);
  }

  /// What is written to a file that we wrote, after this process has ended, must show in its times.
  void let_the_clock_pass() const {
    const auto newest = newest_own_.load();
    const auto now = stamping_clock();
    if (newest > now + kSecond) return;  // a clock of its own, or one that was put back
    while (stamping_clock() <= newest) std::this_thread::sleep_for(1ms);
  }

  // Writing. `added` is called by whoever brings something, with the mutex held.

  void added(std::unique_lock<std::mutex>& lock) {
    if (is_due()) wake_.notify_one();
    written_.wait(lock,
                  [&] { return pending_.all() < kMostWaiting || write_failed_ || broken_ || writer_gone_; });
    if (write_failed_ && pending_.all() > kMostUnwritten) pending_ = {};
  }

  bool is_due() const { return pending_.rows() >= kBatchRows || pending_.all() >= kMostWaiting / 2; }

  // The writer's own thread.

  void write_shielded() noexcept {
    shielded([this] { write_until_stopped(); });
    const std::lock_guard lock(mutex_);
    writer_gone_ = true;
    written_.notify_all();
  }

  void write_until_stopped() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      const auto asked = flushes_asked_;
      const bool due = asked > flushes_done_ || is_due();
      if (!due) wake_.wait_for(lock, kBatchAge);
      if (due || pending_.all() > 0) {
        if (due && asked == flushes_done_ && write_failed_) wake_.wait_for(lock, kBatchAge);
        write_batch(lock);
        evict(lock, asked > flushes_done_ ? kEvictionPatience : 0ms);
        pause(lock, asked);
      }
      flushes_done_ = std::max(flushes_done_, asked);
      written_.notify_all();
    }
  }

  /// Small pictures come fast: what comes together in a moment costs one transaction, not many.
  void pause(std::unique_lock<std::mutex>& lock, std::uint64_t flushes_seen) {
    flushes_done_ = std::max(flushes_done_, flushes_seen);
    written_.notify_all();
    wake_.wait_for(lock, kPause, [&] {
      return stopping_ || flushes_asked_ > flushes_done_ || pending_.all() >= kMostWaiting / 2;
    });
  }

  /// Writes all that is pending in one transaction. What could not be written is tried again with the next
  /// batch, unless too much has come together.
  void write_batch(std::unique_lock<std::mutex>& lock) {
    if (broken_) pending_ = {};
    if (pending_.empty()) return;
    writing_ = std::exchange(pending_, {});
    lock.unlock();
    database_.set_patience(impatient_ ? std::min<std::chrono::milliseconds>(options_.patience, kShortPatience)
                                      : options_.patience);
    const auto written = try_write(writing_);
    if (!written) note(written.error(), "results could not be written");
    lock.lock();
    write_failed_ = !written;
    if (written && impatient_.exchange(false)) readers_.set_patience(options_.patience);
    if (!written && writing_.all() + pending_.all() <= kMostUnwritten) {
      pending_.add_older(std::exchange(writing_, {}));
    }
    writing_ = {};
  }

  /// Results of one process belong to one generation, which begins with the first of them.
  Checked<void> try_write(const Pending& pending) {
    auto transaction = sqlite::Transaction::begin(database_);
    if (!transaction) return std::unexpected(transaction.error());
    const bool begins = !generation_begun_ && pending.all() > 0;
    if (begins) {
      if (auto begun = changes_.add(Number::generation, 1); !begun) return begun;
    }
    const auto generation = changes_.number(Number::generation);
    if (!generation) return std::unexpected(generation.error());
    if (auto written = changes_.write(pending, moment_of(*generation, batches_)); !written) return written;
    if (auto committed = transaction->commit(); !committed) return committed;
    generation_begun_ = generation_begun_ || begins;
    generation_ = *generation;
    ++batches_;
    return {};
  }

  void evict(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds patience) {
    if (broken_ || write_failed_) return;
    lock.unlock();
    const auto evicted = evictor_.keep_within_limit(patience);
    if (!evicted) note(evicted.error(), "payloads could not be evicted");
    lock.lock();
  }

  const Options options_;
  const Secret secret_;
  const PayloadFiles files_;
  Readers readers_;
  std::atomic<bool> out_of_memory_ = false;
  std::atomic<bool> broken_ = false;  ///< the database is damaged: nothing is asked of it, or written
  std::atomic<bool> impatient_ = false;
  std::atomic<std::int64_t> newest_own_ = 0;  ///< ctime of the last file of our own, ns

  std::shared_mutex blocks_mutex_;  // before the other where both are taken
  std::unordered_map<BlockId, MemoBlock, Hashed> blocks_;

  mutable std::mutex mutex_;  // over all below, up to the writer's own
  std::condition_variable wake_;
  std::condition_variable written_;
  Pending pending_;
  Pending writing_;  ///< changed under the mutex only; read without by the writer
  bool write_failed_ = false;
  bool stopping_ = false;
  bool writer_gone_ = false;
  std::uint64_t flushes_asked_ = 0;
  std::uint64_t flushes_done_ = 0;
  std::string warning_;

  const sqlite::Database database_;  // the writer's
  Changes changes_;
  Evictor evictor_;
  std::atomic<std::int64_t> generation_;
  bool generation_begun_ = false;
  std::int64_t batches_ = 0;
  std::thread writer_;  // begins last, with all of the above in place
};

/// `open`, with messages that do not name the directory.
Result<std::unique_ptr<Store>> open_store(const Store::Options& options) {
  auto folder = prepare_directory(options.directory);
  if (!folder) return std::unexpected(folder.error());
  auto opened = open_database(*folder, options.patience);
  if (!opened) return std::unexpected(opened.error());
  auto changes = Changes::prepare(opened->database, opened->secret);
  if (!changes) return std::unexpected(database_error(changes.error()));
  const auto lookups = Lookups::prepare(opened->database, opened->secret);
  if (!lookups) return std::unexpected(database_error(lookups.error()));
  const auto generation = changes->number(Number::generation);
  if (!generation) return std::unexpected(database_error(generation.error()));
  return std::make_unique<SqliteStore>(options, *folder, std::move(*opened), std::move(*changes),
                                       *generation);
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
