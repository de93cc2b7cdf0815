#include "cache/eviction.hpp"

#include <algorithm>
#include <string>

#include "cache/directory.hpp"

namespace frugal::cache {
namespace {

using sqlite::Checked;

constexpr std::int64_t kPayloadsAStep = 64;  // a transaction
constexpr std::int64_t kRowsAStep = 1024;

std::uint64_t unsigned_of(std::int64_t value) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

}  // namespace

Checked<DiskUse> disk_use(const sqlite::Database& database, Changes& changes,
                          const PayloadFiles& payload_files) {
  const auto files = changes.number(Number::file_bytes);
  const auto payloads = changes.number(Number::inline_bytes);
  const auto page = database.integer("PRAGMA page_size");
  const auto pages = database.integer("PRAGMA page_count");
  const auto unused = database.integer("PRAGMA freelist_count");
  for (const auto* number : {&files, &payloads, &page, &pages, &unused}) {
    if (!*number) return std::unexpected(number->error());
  }
  return DiskUse{.files = unsigned_of(*files),
                 .folders = disk_bytes(1) * payload_files.folders(),
                 .payloads = unsigned_of(*payloads),
                 .database = unsigned_of(*page * (*pages - *unused))};
}

Checked<void> Evictor::keep_within_limit(std::chrono::milliseconds patience) {
  auto use = disk_use(database_, changes_, files_);
  if (!use) return std::unexpected(use.error());
  if (use->total() <= max_bytes_) return {};
  const Fd lock = lock_within(lock_path_, patience);
  if (!lock) return {};
  use = disk_use(database_, changes_, files_);  // another process may have been at it
  if (!use) return std::unexpected(use.error());
  if (use->total() <= max_bytes_) return {};
  if (auto evicted = evict_to(max_bytes_ / 10 * 9); !evicted) return evicted;
  if (!std::exchange(swept_, true)) sweep();
  return {};
}

Checked<Swept> Evictor::prune() {
  const Fd lock = lock_within(lock_path_, std::chrono::seconds(10));
  if (auto evicted = evict_to(max_bytes_); !evicted) return std::unexpected(evicted.error());
  return sweep();
}

Checked<void> Evictor::evict_to(std::uint64_t target) {
  for (;;) {
    const auto use = disk_use(database_, changes_, files_);
    if (!use) return std::unexpected(use.error());
    if (use->total() <= target) break;
    const std::uint64_t excess = use->total() - target;
    const bool rows_first = use->rows() > max_bytes_ / 2;
    auto removed = rows_first ? remove_rows() : remove_payloads(excess);
    if (removed && *removed == 0) removed = rows_first ? remove_payloads(excess) : remove_rows();
    if (!removed) return std::unexpected(removed.error());
    if (*removed == 0) break;
  }
  return database_.execute("PRAGMA incremental_vacuum");
}

Checked<std::int64_t> Evictor::remove_payloads(std::uint64_t bytes) {
  return sqlite::in_transaction(database_, [&]() -> Checked<std::int64_t> {
    const auto contents = changes_.least_used(kPayloadsAStep);
    if (!contents) return std::unexpected(contents.error());
    std::int64_t removed = 0;
    std::uint64_t freed = 0;
    for (const Content& content : *contents) {
      if (freed >= bytes) break;
      if (!changes_.may_have_payload(content)) continue;  // indexes that disagree: nothing would come of it
      // The file first: a row without a file mends itself, a file without a row takes space unseen.
      files_.remove(content);
      if (auto done = changes_.remove_payload(content); !done) return std::unexpected(done.error());
      freed += content.size;
      ++removed;
    }
    if (auto done = changes_.add(Number::evicted, removed); !done) return std::unexpected(done.error());
    return removed;
  });
}

Checked<std::int64_t> Evictor::remove_rows() {
  return sqlite::in_transaction(database_, [&] { return changes_.remove_oldest_rows(kRowsAStep); });
}

Swept Evictor::sweep() {
  return files_.sweep([&](const Content& content) { return changes_.may_have_payload(content); });
}

}  // namespace frugal::cache
