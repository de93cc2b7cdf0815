// The cache looked after: what is told of it, what a check finds, what is removed, and what is left alone.
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <thread>
#include <vector>

#include "cache/care.hpp"
#include "cache/memos.hpp"
#include "cache_fixture.hpp"

using namespace cache_fixture;
using cache::Verdict;
using cache::Verification;

namespace {

constexpr std::size_t kSmall = 1000;    // inline
constexpr std::size_t kLarge = 50'000;  // a file
constexpr unsigned kSmallOnes = 30;
constexpr unsigned kLargeOnes = 5;
constexpr unsigned kFiles = 200;
constexpr std::int64_t kSeen = 1'000'000'000'000;  // ns; long after the files' times

Bytes payload_for(unsigned i) {
  return bytes_of(i < kLargeOnes ? kLarge : kSmall, i);
}

/// A cache with all kinds of rows; the first payloads are in files.
std::vector<cache::Content> fill(cache::Store& store) {
  std::vector<cache::Content> contents;
  for (unsigned i = 0; i < kLargeOnes + kSmallOnes; ++i) contents.push_back(put(store, i, payload_for(i)));
  cache::Entry kept;
  kept.verdict = Verdict::kept;
  kept.reason = "already as small as it gets";
  store.put(key_of(1000), kept, {});
  kept.verdict = Verdict::left_alone;
  for (unsigned i : {1001, 1002}) store.put(key_of(i), kept, {});
  for (unsigned i = 0; i < kFiles; ++i) {
    store.remember({.device = 1, .inode = i, .size = i}, {cache::Content{key_of(i), i}, 1}, kSeen);
  }
  store.flush();
  return contents;
}

std::vector<cache::Content> fill(const fs::path& directory) {
  return fill(*open(directory));
}

/// What a step must have given.
template <class Found>
Found must(const frugal::Result<std::optional<Found>>& found) {
  const std::string error = found ? "" : found.error().message;
  INFO(error);
  REQUIRE(found.has_value());
  REQUIRE(found->has_value());
  return **found;
}

/// The message of a step that must fail: one line that names the directory.
template <class Found>
std::string error_of(const frugal::Result<std::optional<Found>>& found, const fs::path& directory) {
  REQUIRE_FALSE(found.has_value());
  const std::string& message = found.error().message;
  CHECK(found.error().kind == frugal::ErrorKind::io);
  CHECK(message.starts_with("cache " + directory.string() + ": "));
  CHECK(message.find('\n') == std::string::npos);
  return message;
}

template <class Found>
bool gives_nothing(const frugal::Result<std::optional<Found>>& found) {
  return found.has_value() && !found->has_value();
}

/// Every file below, with its bytes and the time of its last change.
std::map<fs::path, std::pair<std::string, fs::file_time_type>> state_of(const fs::path& directory) {
  std::map<fs::path, std::pair<std::string, fs::file_time_type>> state;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    state[entry.path()] = {entry.is_regular_file() ? read_file(entry.path()) : "", entry.last_write_time()};
  }
  return state;
}

std::size_t payload_files_in(const fs::path& directory) {
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    files += entry.is_regular_file() && entry.path().filename().native().size() > 32 ? 1 : 0;
  }
  return files;
}

void flip_byte(const fs::path& path, std::size_t at) {
  std::string content = read_file(path);
  content[at] = static_cast<char>(content[at] ^ 1);
  write_file(path, content);
}

void make_older(const fs::path& path) {
  fs::last_write_time(path, fs::last_write_time(path) - std::chrono::hours(2));
}

void check_sound(const fs::path& directory) {
  const auto found = must(cache::verify(directory));
  INFO(found.fault);
  CHECK(found.sound());
}

}  // namespace

TEST_CASE("where there is no cache, there is nothing to tell or do, and none is made") {
  const TemporaryDirectory temporary;
  const auto nothing_at = [](const fs::path& directory) {
    CHECK(gives_nothing(cache::statistics(directory)));
    CHECK(gives_nothing(cache::verify(directory)));
    CHECK(gives_nothing(cache::prune(directory, 1)));
    CHECK(gives_nothing(cache::clear(directory)));
  };
  nothing_at(temporary.cache());
  CHECK_FALSE(fs::exists(temporary.cache()));
  fs::create_directories(temporary.cache() / "v1");
  nothing_at(temporary.cache());
  CHECK(fs::is_empty(temporary.cache() / "v1"));
  write_file(temporary.path() / "file", "");
  nothing_at(temporary.path() / "file");
}

TEST_CASE("the statistics tell what is in the cache, and what came of it over all runs") {
  const TemporaryDirectory temporary;
  for (int run = 0; run < 2; ++run) {
    const auto store = open(temporary.cache());
    fill(*store);
    store->count({.hits = 3, .misses = 5, .encodes = 7, .saved_bytes = 11});
  }
  const auto now = must(cache::statistics(temporary.cache()));
  CHECK(now.encoded == kLargeOnes + kSmallOnes);
  CHECK(now.kept == 1);
  CHECK(now.left_alone == 2);
  CHECK(now.results() == kLargeOnes + kSmallOnes + 3);
  CHECK(now.payloads == kLargeOnes + kSmallOnes);
  CHECK(now.file_bytes >= kLargeOnes * kLarge);
  CHECK(now.file_bytes < kLargeOnes * (kLarge + 4096));
  CHECK(now.database_bytes == kSmallOnes * kSmall);
  CHECK(now.files_known == kFiles);
  CHECK(now.disk_bytes <=
        now.file_bytes + 4096 * now.payloads + fs::file_size(temporary.database()));  // and folders
  CHECK(now.runs == 2);
  CHECK(now.hits == 6);
  CHECK(now.misses == 10);
  CHECK(now.encodes == 14);
  CHECK(now.saved_bytes == 22);
  CHECK(now.evicted == 0);
  CHECK(now.damaged == 0);
}

TEST_CASE("the statistics change nothing") {
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  const auto before = state_of(temporary.cache());
  must(cache::statistics(temporary.cache()));
  CHECK(state_of(temporary.cache()) == before);
}

TEST_CASE("a sound cache is found sound, and nothing of it is lost") {
  const TemporaryDirectory temporary;
  const auto contents = fill(temporary.cache());
  const auto found = must(cache::verify(temporary.cache()));
  CHECK(found.sound());
  CHECK(found.fault.empty());
  CHECK(found.results == kLargeOnes + kSmallOnes + 3);
  CHECK(found.blocks == (kFiles + cache::kBlockFiles - 1) / cache::kBlockFiles);
  CHECK(found.payloads == kLargeOnes + kSmallOnes);
  CHECK(found.leftover_files == 0);
  const auto store = open(temporary.cache());
  for (unsigned i = 0; i < contents.size(); ++i) CHECK(store->payload(contents[i]) == payload_for(i));
}

TEST_CASE("a cache of many rows is checked to the last of them") {
  const TemporaryDirectory temporary;
  {
    const auto store = open(temporary.cache());
    for (unsigned i = 0; i < 3000; ++i) put(*store, i, bytes_of(20, i));
    for (unsigned i = 0; i < 600; ++i) {
      store->remember({.device = 1, .inode = i * cache::kBlockFiles, .size = i}, {{}, 1}, kSeen);
    }
  }
  sql(temporary.database(),
      "UPDATE result SET width = 1 WHERE key = (SELECT max(key) FROM result);"
      "UPDATE payload SET data = zeroblob(20) WHERE rowid = (SELECT max(rowid) FROM payload);"
      "UPDATE memo SET data = zeroblob(99) WHERE id = (SELECT max(id) FROM memo)");
  const auto found = must(cache::verify(temporary.cache()));
  CHECK(found.results == 3000);
  CHECK(found.payloads == 3000);
  CHECK(found.blocks == 600);
  CHECK(found.damaged_results == 1);
  CHECK(found.damaged_payloads == 1);
  CHECK(found.damaged_blocks == 1);
  check_sound(temporary.cache());
}

TEST_CASE("a row that was changed is found and removed, and no other") {
  const char* const changes[] = {
      "verdict = 2", "verdict = 77",     "output_size = 11", "reason = 'x'",         "width = 1",
      "score = 99",  "region_score = 1", "output = x'00'",   "key = randomblob(16)", "key = x'00'",
      "key = x''",   "key = 'no bytes'", "key = 7"};
  for (const std::string change : changes) {
    CAPTURE(change);
    const TemporaryDirectory temporary;
    fill(temporary.cache());
    const auto rows = sql_integer(temporary.database(), "SELECT count(*) FROM result");
    sql(temporary.database(),
        "UPDATE result SET " + change + " WHERE key = (SELECT min(key) FROM result WHERE verdict = 1)");
    const auto found = must(cache::verify(temporary.cache()));
    CHECK_FALSE(found.sound());
    CHECK(found.damaged_results == 1);
    CHECK(found.damaged() == 1);
    CHECK(sql_integer(temporary.database(), "SELECT count(*) FROM result") == rows - 1);
    CHECK(must(cache::statistics(temporary.cache())).damaged == 1);
    check_sound(temporary.cache());
  }
}

TEST_CASE("files known by a block that was changed, or is not theirs, are forgotten") {
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  const auto blocks = sql_integer(temporary.database(), "SELECT count(*) FROM memo");
  sql(temporary.database(),
      "UPDATE memo SET data = zeroblob(length(data)) WHERE id = (SELECT min(id) FROM memo);"
      "INSERT INTO memo SELECT 5, data, used FROM memo WHERE id = (SELECT max(id) FROM memo)");
  CHECK(must(cache::verify(temporary.cache())).damaged_blocks == 2);
  CHECK(sql_integer(temporary.database(), "SELECT count(*) FROM memo") == blocks - 1);
  check_sound(temporary.cache());
}

TEST_CASE("payloads that are damaged, or whose files are gone, are removed") {
  const TemporaryDirectory temporary;
  const auto contents = fill(temporary.cache());
  const auto file = [&](unsigned i) { return payload_file(temporary.cache(), contents[i]); };
  flip_byte(file(0), kLarge / 2);
  fs::resize_file(file(1), 10);
  fs::remove(file(2));
  sql(temporary.database(),
      "UPDATE payload SET data = zeroblob(1000) WHERE rowid = "
      "(SELECT max(rowid) FROM payload WHERE data IS NOT NULL);"
      "INSERT INTO payload VALUES(x'00', 9, 9, NULL), (zeroblob(16), -9, 9, x'00')");
  const auto found = must(cache::verify(temporary.cache()));
  CHECK(found.damaged_payloads == 5);
  CHECK(found.missing_payloads == 1);
  CHECK(must(cache::statistics(temporary.cache())).damaged == 5);
  CHECK(found.damaged_results == 0);
  for (unsigned i : {0, 1, 2}) CHECK_FALSE(fs::exists(file(i)));
  check_sound(temporary.cache());
  const auto store = open(temporary.cache());
  CHECK_FALSE(store->payload(contents[0]));
  CHECK(store->find(key_of(0)));  // the row still tells what is done
  std::size_t left = 0;
  for (unsigned i = 3; i < contents.size(); ++i)
    left += store->payload(contents[i]) == payload_for(i) ? 1 : 0;
  CHECK(left == kLargeOnes + kSmallOnes - 4);
  CHECK(store->warning().empty());
}

TEST_CASE("a payload whose file is gone is no damage: it may have been evicted a moment ago") {
  const TemporaryDirectory temporary;
  const auto contents = fill(temporary.cache());
  fs::remove(payload_file(temporary.cache(), contents[0]));
  const auto found = must(cache::verify(temporary.cache()));
  CHECK(found.sound());
  CHECK(found.missing_payloads == 1);
  CHECK(must(cache::verify(temporary.cache())).missing_payloads == 0);
  CHECK(must(cache::statistics(temporary.cache())).payloads == contents.size() - 1);
}

TEST_CASE("totals that are wrong are corrected") {
  for (const char* change : {"UPDATE meta SET value = value + 1 WHERE name = 'file_bytes'",
                             "UPDATE meta SET value = -5 WHERE name = 'inline_bytes'",
                             "DELETE FROM meta WHERE name = 'file_bytes'"}) {
    CAPTURE(change);
    const TemporaryDirectory temporary;
    fill(temporary.cache());
    const auto before = must(cache::statistics(temporary.cache()));
    sql(temporary.database(), change);
    const auto found = must(cache::verify(temporary.cache()));
    CHECK(found.totals_corrected);
    CHECK(found.damaged() == 0);
    CHECK_FALSE(found.sound());
    const auto after = must(cache::statistics(temporary.cache()));
    CHECK(after.file_bytes == before.file_bytes);
    CHECK(after.database_bytes == before.database_bytes);
    check_sound(temporary.cache());
  }
}

TEST_CASE("what killed processes left is removed once it is an hour old, and is no damage") {
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  const fs::path v1 = temporary.cache() / "v1";
  fs::create_directories(v1 / "tmp");
  fs::create_directories(v1 / "ab");
  const std::string hash = "ab" + std::string(30, '0');
  const fs::path old_ones[] = {v1 / "tmp" / "abcdef", v1 / "ab" / (hash + "-4")};
  const fs::path stay[] = {v1 / "tmp" / "young",       v1 / "ab" / (hash + "-5"),
                           v1 / "ab" / "notes",        v1 / "ab" / ("AB" + std::string(30, '0') + "-4"),
                           v1 / "ab" / (hash + "-04"), v1 / "ab" / ("cd" + std::string(30, '0') + "-4")};
  for (const auto& path : old_ones) write_file(path, "left");
  for (const auto& path : stay) write_file(path, "left");
  for (const auto& path : old_ones) make_older(path);
  for (const auto& path : stay) {
    if (path != stay[0] && path != stay[1]) make_older(path);
  }
  const auto found = must(cache::verify(temporary.cache()));
  CHECK(found.sound());
  CHECK(found.leftover_files == 2);
  CHECK(found.leftover_bytes == 8);
  for (const auto& path : old_ones) CHECK_FALSE(fs::exists(path));
  for (const auto& path : stay) CHECK_MESSAGE(fs::exists(path), path);
}

TEST_CASE("a database damaged anywhere is sound after a check, or the check says to clear it") {
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  const std::string whole = read_file(temporary.database());
  constexpr std::size_t page = 4096;
  int mended = 0;
  for (std::size_t at = 0; at < whole.size(); at += page) {
    for (const int how : {0, 1, 2, 3}) {
      CAPTURE(at);
      CAPTURE(how);
      std::string damaged = whole;
      for (std::size_t i = at; i < at + page; ++i) {
        const char noise = static_cast<char>(i * 2654435761u >> 13);
        if (how == 3 && i != at + page - 7) continue;
        damaged[i] = how == 0 ? '\0' : how == 1 ? noise : static_cast<char>(~damaged[i]);
      }
      write_file(temporary.database(), damaged);
      const auto found = cache::verify(temporary.cache());
      if (!found) {
        CHECK(error_of(found, temporary.cache()).find("frugal cache clear") != std::string::npos);
        must(cache::clear(temporary.cache()));
      }
      if (found && *found && !(*found)->fault.empty()) ++mended;
      if (const auto again = cache::verify(temporary.cache()); again && *again) CHECK((*again)->sound());
      const auto store = open(temporary.cache());
      const auto content = put(*store, 1, bytes_of(10, 1));
      CHECK(store->payload(content));
      store->flush();
      CHECK(store->warning().empty());
      must(cache::clear(temporary.cache()));
    }
  }
  CHECK(mended > 0);
}

TEST_CASE("an index that is damaged is made again, and nothing is lost") {
  const TemporaryDirectory temporary;
  const auto contents = fill(temporary.cache());
  const auto root =
      sql_integer(temporary.database(), "SELECT rootpage FROM sqlite_master WHERE name = 'result_used'");
  std::string damaged = read_file(temporary.database());
  for (std::size_t i = 0; i < 4096; ++i) damaged[static_cast<std::size_t>(root - 1) * 4096 + i] = '\0';
  write_file(temporary.database(), damaged);
  const auto found = must(cache::verify(temporary.cache()));
  CHECK_FALSE(found.fault.empty());
  CHECK_FALSE(found.sound());
  CHECK(found.damaged() == 0);
  check_sound(temporary.cache());
  const auto store = open(temporary.cache());
  for (unsigned i = 0; i < contents.size(); ++i) CHECK(store->payload(contents[i]) == payload_for(i));
}

TEST_CASE("of a damaged database all that can be read is kept, and who has it open goes on with it") {
  const TemporaryDirectory temporary;
  constexpr unsigned kMany = 3000;
  const auto store = open(temporary.cache());
  for (unsigned i = 0; i < kMany; ++i) put(*store, i, bytes_of(20, i));
  store->count({.hits = 3, .misses = 5, .encodes = 7, .saved_bytes = 11});
  store->flush();
  std::string damaged = read_file(temporary.database());
  std::size_t at = damaged.size() / 4096 / 2 * 4096;
  while (damaged[at] != '\x0a' && damaged[at] != '\x0d') at += 4096;  // up to a leaf of a tree
  for (std::size_t i = 0; i < 4096; ++i) damaged[at + i] = '\0';
  write_file(temporary.database(), damaged);
  const auto found = must(cache::verify(temporary.cache()));
  CHECK_FALSE(found.fault.empty());
  CHECK(found.results > kMany / 10 * 9);
  CHECK(found.payloads > kMany / 10 * 9);
  check_sound(temporary.cache());
  const auto now = must(cache::statistics(temporary.cache()));
  CHECK(now.runs == 1);
  CHECK(now.hits == 3);
  const auto content = put(*store, kMany, bytes_of(20, kMany));
  store->flush();
  CHECK(store->warning().empty());
  const auto other = open(temporary.cache());
  CHECK(other->secret() == store->secret());
  CHECK(other->payload(content));
  unsigned left = 0;
  for (unsigned i = 0; i < kMany; ++i) left += other->find(key_of(i)) ? 1 : 0;
  CHECK(left == found.results);
}

TEST_CASE("what others write and evict during a check is no damage" * doctest::test_suite("threads")) {
  const TemporaryDirectory temporary;
  const auto store = open({.directory = temporary.cache(), .max_bytes = 30 * kLarge});
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (unsigned i = 0; i < 300; ++i) put(*store, i, bytes_of(kLarge, i));
    store->flush();
    done = true;
  });
  bool sound = true;
  while (!done) {
    const auto found = cache::verify(temporary.cache());
    sound = sound && found && *found && (*found)->sound();
  }
  writer.join();
  CHECK(sound);
  CHECK(store->warning().empty());
}

TEST_CASE("pruning evicts what was not used for longest, and notes go last") {
  const TemporaryDirectory temporary;
  std::vector<cache::Content> contents;
  {
    const auto store = open(temporary.cache());
    for (unsigned i = 0; i < 5; ++i) {
      contents.push_back(put(*store, i, bytes_of(kLarge, i)));
      store->flush();
    }
  }
  const auto before = must(cache::statistics(temporary.cache()));
  const std::uint64_t limit = before.disk_bytes - 2 * kLarge;
  const auto pruned = must(cache::prune(temporary.cache(), limit));
  CHECK(pruned.before.disk_bytes == before.disk_bytes);
  CHECK(pruned.after.disk_bytes <= limit);
  CHECK(pruned.after.payloads == 3);
  CHECK(pruned.after.results() == before.results());
  CHECK(pruned.after.evicted == 2);
  {
    const auto store = open(temporary.cache());
    for (unsigned i = 0; i < 5; ++i) CHECK(store->payload(contents[i]).has_value() == (i >= 2));
  }
  const auto all = must(cache::prune(temporary.cache(), 1));
  CHECK(all.after.payloads == 0);
  CHECK(all.after.results() == 0);
  CHECK(all.after.files_known == 0);
  CHECK(payload_files_in(temporary.cache()) == 0);
  check_sound(temporary.cache());
}

TEST_CASE("a cache within its limit loses nothing by pruning but what killed processes left") {
  const TemporaryDirectory temporary;
  const auto contents = fill(temporary.cache());
  const fs::path left = temporary.cache() / "v1" / "ab" / ("ab" + std::string(30, '0') + "-4");
  fs::create_directories(left.parent_path());
  write_file(left, "left");
  make_older(left);
  const auto pruned = must(cache::prune(temporary.cache(), 1ULL << 30));
  CHECK(pruned.after.disk_bytes == pruned.before.disk_bytes);
  CHECK(pruned.leftover_files == 1);
  CHECK(pruned.leftover_bytes == 4);
  const auto store = open(temporary.cache());
  for (const auto& content : contents) CHECK(store->payload(content));
}

TEST_CASE("clearing removes all that is remembered, and the statistics") {
  const TemporaryDirectory temporary;
  {
    const auto store = open(temporary.cache());
    fill(*store);
    store->count({.hits = 3, .misses = 5, .encodes = 7, .saved_bytes = 11});
  }
  const auto cleared = must(cache::clear(temporary.cache()));
  CHECK(cleared.results == kLargeOnes + kSmallOnes + 3);
  CHECK(cleared.payloads == kLargeOnes + kSmallOnes);
  CHECK(cleared.freed_bytes > kLargeOnes * kLarge + kSmallOnes * kSmall);
  CHECK(payload_files_in(temporary.cache()) == 0);
  const auto now = must(cache::statistics(temporary.cache()));
  CHECK(now.results() == 0);
  CHECK(now.payloads == 0);
  CHECK(now.files_known == 0);
  CHECK(now.file_bytes + now.database_bytes == 0);
  CHECK(now.runs + now.hits + now.misses + now.encodes + now.saved_bytes == 0);
  CHECK(now.disk_bytes < 100'000);
  CHECK(fs::file_size(temporary.database()) == now.disk_bytes);
  check_sound(temporary.cache());
  CHECK(must(cache::clear(temporary.cache())).payloads == 0);
}

TEST_CASE("clearing leaves a file that was just written to the process that will remember it") {
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  const fs::path v1 = temporary.cache() / "v1";
  fs::create_directories(v1 / "tmp");
  fs::create_directories(v1 / "ab");
  const fs::path young[] = {v1 / "tmp" / "abcdef", v1 / "ab" / ("ab" + std::string(30, '0') + "-4")};
  const fs::path old[] = {v1 / "tmp" / "ghijkl", v1 / "ab" / ("ab" + std::string(30, '1') + "-4")};
  for (const auto& path : young) write_file(path, "left");
  for (const auto& path : old) write_file(path, "left");
  for (const auto& path : old) make_older(path);
  must(cache::clear(temporary.cache()));
  for (const auto& path : young) CHECK(fs::exists(path));
  for (const auto& path : old) CHECK_FALSE(fs::exists(path));
}

TEST_CASE("a process at work goes on after its cache was cleared, and what it remembers is found") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  const auto contents = fill(*store);
  must(cache::clear(temporary.cache()));
  CHECK_FALSE(store->find(key_of(0)));
  CHECK_FALSE(store->payload(contents[0]));
  CHECK_FALSE(store->payload(contents[10]));
  const auto again = put(*store, 0, payload_for(0));
  store->flush();
  CHECK(store->warning().empty());
  const auto other = open(temporary.cache());
  CHECK(other->secret() == store->secret());
  CHECK(other->find(key_of(0)));
  CHECK(other->payload(again) == payload_for(0));
  check_sound(temporary.cache());
}

TEST_CASE("processes at work give no warning while their cache is cleared again and again" *
          doctest::test_suite("threads")) {
  const TemporaryDirectory temporary;
  open(temporary.cache());
  std::atomic<int> at_work = 3;
  std::vector<std::thread> workers;
  std::vector<std::string> warnings(3);
  for (unsigned worker = 0; worker < 3; ++worker) {
    workers.emplace_back([&, worker] {
      const auto store =
          cache::Store::open({.directory = temporary.cache(),
                              .patience = std::chrono::seconds(60)});  // clearing leaves few gaps
      for (unsigned i = 0; store && i < 300; ++i) {
        const auto content = put(**store, worker * 1000 + i, payload_for(i));
        const auto payload = (*store)->payload(content);
        if (payload && *payload != payload_for(i)) warnings[worker] = "a wrong payload";
        if (i % 50 == 0) (*store)->flush();
      }
      if (store) (*store)->flush();
      if (!store || warnings[worker].empty()) warnings[worker] = store ? (*store)->warning() : "not opened";
      --at_work;
    });
  }
  bool cleared = true;
  while (at_work > 0) cleared = cleared && cache::clear(temporary.cache()).has_value();
  for (auto& worker : workers) worker.join();
  CHECK(cleared);
  for (const auto& warning : warnings) CHECK(warning == "");
  must(cache::clear(temporary.cache()));
  CHECK(payload_files_in(temporary.cache()) == 0);
  check_sound(temporary.cache());
}

TEST_CASE("a database that cannot be used is removed by clearing, with the payload files") {
  const TemporaryDirectory temporary;
  const auto spoil = [&](int how) {
    if (how == 0) write_file(temporary.database(), std::string(frugal::as_chars(bytes_of(10'000, 3))));
    if (how == 1) fs::resize_file(temporary.database(), 5000);
    if (how == 2) sql(temporary.database(), "PRAGMA user_version = 99");
    if (how == 3) sql(temporary.database(), "PRAGMA user_version = 1");
    if (how == 4) sql(temporary.database(), "DROP TABLE payload");
    if (how == 5) sql(temporary.database(), "DELETE FROM meta WHERE name = 'secret'");
    if (how == 6) fs::remove(temporary.database());
    if (how == 7) write_file(temporary.database(), "");
  };
  for (int how = 0; how < 8; ++how) {
    CAPTURE(how);
    fill(temporary.cache());
    spoil(how);
    write_file(temporary.database().string() + "-journal", "");
    const bool gone = how >= 6;
    if (gone) CHECK(gives_nothing(cache::statistics(temporary.cache())));
    if (!gone) {
      for (const auto& message : {error_of(cache::statistics(temporary.cache()), temporary.cache()),
                                  error_of(cache::verify(temporary.cache()), temporary.cache()),
                                  error_of(cache::prune(temporary.cache(), 1), temporary.cache())}) {
        CHECK_MESSAGE(message.find("frugal cache clear") != std::string::npos, message);
      }
    }
    CHECK(must(cache::clear(temporary.cache())).payloads == kLargeOnes);
    CHECK(payload_files_in(temporary.cache()) == 0);
    if (!gone) CHECK_FALSE(fs::exists(temporary.database()));
    CHECK(gives_nothing(cache::statistics(temporary.cache())));
    fill(temporary.cache());
    check_sound(temporary.cache());
    must(cache::clear(temporary.cache()));
  }
}

TEST_CASE("clearing touches nothing that is not frugal's") {
  const TemporaryDirectory temporary;
  const fs::path v1 = temporary.cache() / "v1";
  fs::create_directories(v1 / "tmp");
  fs::create_directories(v1 / "ab");
  fs::create_directories(v1 / "abc");
  fs::create_directories(temporary.path() / "elsewhere");
  const std::string name = "ab" + std::string(30, '0') + "-4";
  const fs::path others[] = {v1 / "notes",
                             v1 / "tmp" / "abcdef",
                             v1 / "ab" / "notes",
                             v1 / "ab" / ("cd" + name.substr(2)),
                             v1 / "abc" / name,
                             temporary.cache() / name,
                             temporary.path() / "elsewhere" / name};
  for (const auto& path : others) {
    write_file(path, "mine");
    make_older(path);
  }
  fs::create_directory_symlink(temporary.path() / "elsewhere", v1 / "cd");
  fs::create_symlink(v1 / "notes", v1 / "ab" / name);
  CHECK(gives_nothing(cache::clear(temporary.cache())));
  for (const auto& path : others) CHECK_MESSAGE(fs::exists(path), path);
  CHECK(fs::is_symlink(v1 / "ab" / name));

  write_file(v1 / "frugal.sqlite3", "");
  fs::remove(v1 / "frugal.sqlite3");
  sql(v1 / "frugal.sqlite3", "CREATE TABLE notes(text)");
  const auto payload = v1 / "ab" / ("ab" + std::string(30, '1') + "-4");
  write_file(payload, "ours");
  CHECK(error_of(cache::clear(temporary.cache()), temporary.cache()).find("not one of frugal's") !=
        std::string::npos);
  CHECK(fs::exists(payload));
  CHECK(sql_integer(v1 / "frugal.sqlite3", "SELECT count(*) FROM notes") == 0);
}

TEST_CASE("a link in the place of the cache's folder or database is not followed") {
  const TemporaryDirectory temporary;
  fill(temporary.path() / "other");
  fs::create_directories(temporary.cache());
  fs::create_directory_symlink(temporary.path() / "other" / "v1", temporary.cache() / "v1");
  error_of(cache::clear(temporary.cache()), temporary.cache());
  fs::remove(temporary.cache() / "v1");
  fs::create_directories(temporary.cache() / "v1");
  fs::create_symlink(temporary.path() / "other" / "v1" / "frugal.sqlite3", temporary.database());
  CHECK(error_of(cache::clear(temporary.cache()), temporary.cache()).find("not a regular file") !=
        std::string::npos);
  check_sound(temporary.path() / "other");
  CHECK(must(cache::statistics(temporary.path() / "other")).payloads == kLargeOnes + kSmallOnes);
}

TEST_CASE("a cache of another user's is left alone") {
  if (::geteuid() != 0) return;  // only root can give a file away
  constexpr uid_t kNobody = 65534;
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  REQUIRE(::chown(temporary.database().c_str(), kNobody, kNobody) == 0);
  CHECK(error_of(cache::clear(temporary.cache()), temporary.cache()).find("another user") !=
        std::string::npos);
  CHECK(payload_files_in(temporary.cache()) == kLargeOnes);
  CHECK(fs::exists(temporary.database()));
}
