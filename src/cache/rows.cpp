#include "cache/rows.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace frugal::cache {
namespace {

using sqlite::Rows;

std::uint32_t pixels_at(const Rows& rows, int column) {
  return static_cast<std::uint32_t>(rows.integer(column));
}

std::optional<double> real_at(const Rows& rows, int column) {
  if (rows.null(column)) return {};
  return rows.real(column);
}

std::optional<Verdict> verdict_at(const Rows& rows, int column) {
  const auto value = rows.integer(column);
  if (value < 1 || value > 3) return {};
  return static_cast<Verdict>(value);
}

std::optional<Region> region_at(const Rows& rows, int column) {
  if (rows.null(column)) return {};
  return Region{rows.real(column), pixels_at(rows, column + 1), pixels_at(rows, column + 2),
                pixels_at(rows, column + 3), pixels_at(rows, column + 4)};
}

void add(Tally& to, const Tally& more) {
  to.hits += more.hits;
  to.misses += more.misses;
  to.encodes += more.encodes;
  to.saved_bytes += more.saved_bytes;
}

}  // namespace

bool Pending::empty() const {
  return all() == 0 && used_results.empty() && used_blocks.empty() && used_payloads.empty() &&
         lost_payloads.empty() && runs == 0;
}

void Pending::add_older(Pending older) {
  results.merge(older.results);
  outputs.merge(older.outputs);
  for (auto& [content, payload] : older.payloads) {
    if (!lost_payloads.contains(content)) payloads.try_emplace(content, std::move(payload));
  }
  for (auto& [id, changes] : older.memos) memos[id].merge(changes);
  used_results.merge(older.used_results);
  used_blocks.merge(older.used_blocks);
  used_payloads.merge(older.used_payloads);
  for (const auto& content : older.lost_payloads) {
    if (!payloads.contains(content)) lost_payloads.insert(content);
  }
  add(tally, older.tally);
  runs += older.runs;
}

std::optional<Hash> hash_in(ByteView blob) {
  Hash hash;
  if (blob.size() != hash.size()) return {};
  std::ranges::copy(blob, hash.begin());
  return hash;
}

Hash seal_of(const Hash& key, const Entry& entry, const Secret& secret) {
  KeyBuilder row;
  row.add("key", as_chars(key)).add("verdict", std::int64_t{std::to_underlying(entry.verdict)});
  row.add("output", entry.output).add("reason", entry.reason);
  row.add("width", std::int64_t{entry.width}).add("height", std::int64_t{entry.height});
  if (entry.encoder_quality) row.add("encoder_quality", *entry.encoder_quality);
  if (entry.score) row.add("score", *entry.score);
  if (const auto& region = entry.worst_region) {
    row.add("region_score", region->score);
    row.add("x", std::int64_t{region->x}).add("y", std::int64_t{region->y});
    row.add("w", std::int64_t{region->w}).add("h", std::int64_t{region->h});
  }
  row.add("format", entry.format);
  return row.finish(secret);
}

std::optional<Entry> entry_in(const Rows& rows, const Hash& key, const Secret& secret) {
  const auto verdict = verdict_at(rows, 0);
  const auto hash = hash_in(rows.blob(1));
  if (!verdict || !hash) return {};
  Entry entry{
      .verdict = *verdict,
      .output = {*hash, static_cast<std::uint64_t>(rows.integer(2))},
      .reason = std::string(rows.text(3)),
      .width = pixels_at(rows, 4),
      .height = pixels_at(rows, 5),
      .encoder_quality = real_at(rows, 6),
      .score = real_at(rows, 7),
      .worst_region = region_at(rows, 8),
      .format = std::string(rows.text(13)),
  };
  if (hash_in(rows.blob(14)) != seal_of(key, entry, secret)) return {};
  return entry;
}

}  // namespace frugal::cache
