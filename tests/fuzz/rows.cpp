#include "cache/rows.hpp"

#include <array>
#include <string>

#include "cache/changes.hpp"
#include "cache/memos.hpp"
#include "cache/sqlite.hpp"
#include "fuzz/cache.hpp"
#include "fuzz/folder.hpp"
#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"
#include "util/wire.hpp"

namespace frugal::fuzz {

namespace {

using cache::Changes;

/// What an input consists of, one after the other.
enum class Row : std::uint8_t { result, payload, memo, number };

constexpr std::uint8_t kNumbers = 10;  // in cache::Number

cache::Hash hash_in(WireReader& in) {
  cache::Hash hash{};
  for (auto& byte : hash) byte = in.take<std::uint8_t>();
  return hash;
}

void put_result(WireReader& in, Changes& changes) {
  cache::Entry entry;
  const auto key = numbered_key(in.take<std::uint8_t>() % kAskedFor);
  entry.verdict = in.take<cache::Verdict>();
  entry.output.hash = hash_in(in);
  entry.output.size = in.take<std::uint64_t>();
  entry.reason = in.text();
  entry.width = in.take<std::uint32_t>();
  entry.height = in.take<std::uint32_t>();
  entry.encoder_quality = in.optional<double>();
  entry.score = in.optional<double>();
  if (in.take<bool>()) {
    auto& region = entry.worst_region.emplace();
    region.score = in.take<double>();
    for (auto* side : {&region.x, &region.y, &region.w, &region.h}) *side = in.take<std::uint32_t>();
  }
  entry.format = in.text();
  (void)changes.write_result(key, entry, in.take<std::int64_t>());
}

void put_payload(WireReader& in, Changes& changes) {
  const auto text = in.text();
  cache::Payload payload;
  payload.data.emplace(text.begin(), text.end());
  auto content = cache::content_of(*payload.data, fixed_secret());
  if (in.take<bool>()) content = {hash_in(in), in.take<std::uint64_t>()};
  if (in.take<bool>()) payload.data.reset();
  (void)changes.write_payload(content, payload, in.take<std::int64_t>());
}

void put_memo(WireReader& in, Changes& changes) {
  const cache::BlockId id{1, in.take<std::uint8_t>()};
  const auto text = in.text();
  Bytes packed(text.begin(), text.end());
  const auto seal = cache::content_of(packed, fixed_secret()).hash;
  packed.insert(packed.end(), seal.begin(), seal.end());
  (void)changes.write_block(id, packed, in.take<std::int64_t>());
}

void put_number(WireReader& in, Changes& changes) {
  const auto which = static_cast<cache::Number>(in.take<std::uint8_t>() % kNumbers);
  (void)changes.set(which, in.take<std::int64_t>());
}

void put_rows(ByteView input, const std::filesystem::path& path) {
  const auto database =
      cache::sqlite::Database::open(path, std::chrono::seconds(1), cache::sqlite::Database::IfMissing::fail);
  if (!database) return;
  auto changes = Changes::prepare(*database, fixed_secret());
  auto transaction = cache::sqlite::Transaction::begin(*database);
  if (!changes || !transaction) return;
  WireReader in(input);
  while (in.good() && !in.ok()) {
    constexpr std::array kPut{&put_result, &put_payload, &put_memo, &put_number};
    kPut[in.take<std::uint8_t>() % kPut.size()](in, *changes);
  }
  (void)transaction->commit();
}

const Bytes& empty_database() {
  static const Bytes bytes = [] {
    const Folder folder;
    make_cache(folder.path());
    return contents_of(database_in(folder.path()));
  }();
  return bytes;
}

Outcome run(ByteView input) {
  const Folder folder;
  std::filesystem::create_directory(folder.path() / "v1");
  write_file(database_in(folder.path()), empty_database());
  put_rows(input, database_in(folder.path()));
  return use_cache(folder.path());
}

void add(WireWriter& out, const cache::Content& content) {
  for (const auto byte : content.hash) out.put(byte);
  out.put(content.size);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> inputs;
  WireWriter out;
  const auto text = std::string(500, 'x');
  for (std::uint8_t i = 0; i < kAskedFor; ++i) {
    const auto content = cache::content_of(as_bytes(text).first(100U + i), fixed_secret());
    out.put(Row::result).put(i).put(std::uint8_t(i % 3 + 1));
    add(out, content);
    out.put("because").put(std::uint32_t{640}).put(std::uint32_t{480});
    out.put(std::optional(75.)).put(std::optional<double>());
    out.put(i % 2 == 0);
    if (i % 2 == 0) out.put(70.).put(0U).put(64U).put(128U).put(128U);
    out.put("webp").put(std::int64_t{i} << 24);
    out.put(Row::payload).put(std::string_view(text).substr(0, 100U + i));
    out.put(false).put(false).put(std::int64_t{i} << 24);
    cache::MemoBlock block(cache::BlockId{1, i});
    cache::FileChanges files;
    const cache::FileIdentity file{1, i * cache::kBlockFiles + i, 1000U + i, 5, 6};
    files[file.inode] = cache::Memo{file, {content, 3}};
    block.change(files);
    const auto packed = block.packed(fixed_secret());
    const auto unsealed = ByteView(packed).first(packed.size() - cache::Hash{}.size());
    out.put(Row::memo).put(i).put(as_chars(unsealed)).put(std::int64_t{i} << 24);
    out.put(Row::number).put(std::uint8_t(i % kNumbers)).put(std::int64_t{i} * 100);
    inputs.emplace_back(out.bytes().begin(), out.bytes().end());
  }
  return inputs;
}

}  // namespace

const Harness kRows{"rows", run, seeds};

}  // namespace frugal::fuzz
