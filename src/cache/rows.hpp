// Rows of the database as values: what an Entry looks like in its columns, and what waits to be written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "cache/memos.hpp"
#include "cache/sqlite.hpp"
#include "cache/store.hpp"
#include "util/bytes.hpp"

namespace frugal::cache {

/// When a row was used: in which generation, and with which of a process's batches. Grows with both.
constexpr std::int64_t moment_of(std::int64_t generation, std::int64_t batch) {
  constexpr std::int64_t kMostBatches = (std::int64_t{1} << 24) - 1;
  return generation << 24 | (batch < kMostBatches ? batch : kMostBatches);
}
constexpr std::int64_t generation_of(std::int64_t moment) {
  return moment >> 24;
}

struct Payload {
  std::optional<Bytes> data;  ///< nullopt: in a file
};

/// A row that was found, and when it was last used.
template <class T>
struct Found {
  T row;
  std::int64_t used = 0;
};

/// Rows not yet in the database, uses of rows that are, and rows to be removed.
struct Pending {
  std::map<Hash, Entry> results;
  std::set<Content> outputs;  ///< of the encoded ones among `results`
  std::map<Content, Payload> payloads;
  MemoChanges memos;
  std::set<Hash> used_results;
  std::set<BlockId> used_blocks;
  std::set<Content> used_payloads;
  std::set<Content> lost_payloads;  ///< damaged, or without their file
  Tally tally;
  std::uint64_t runs = 0;

  /// New results and payloads; memos can wait.
  std::size_t rows() const { return results.size() + payloads.size(); }
  std::size_t all() const { return rows() + memos.size(); }
  bool empty() const;

  /// Takes in what `older` holds and this one does not.
  void add_older(Pending older);
};

/// A value of the region, where there is a region.
template <class T>
std::optional<T> part(const std::optional<Region>& region, T Region::*member) {
  if (!region) return {};
  return (*region).*member;
}

/// An Entry's columns, as entry_in takes them: those of the table between its key and `used`.
inline constexpr int kEntryColumnCount = 15;
inline constexpr std::string_view kEntryColumns =
    "verdict, output, output_size, reason, width, height, encoder_quality, score, region_score, region_x,"
    " region_y, region_w, region_h, format, seal";

/// The Entry in the first columns of a row; empty where the row is not what was written under `key`: SQLite
/// does not notice a bit that flips on the disk.
std::optional<Entry> entry_in(const sqlite::Rows& rows, const Hash& key, const Secret& secret);

/// Over the key and all that the row says about it.
Hash seal_of(const Hash& key, const Entry& entry, const Secret& secret);

std::optional<Hash> hash_in(ByteView blob);

}  // namespace frugal::cache
