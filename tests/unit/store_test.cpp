#include "cache/store.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <vector>

#include "cache/directory.hpp"
#include "cache_fixture.hpp"

using namespace cache_fixture;
using cache::Entry;
using cache::Verdict;

namespace {

constexpr std::size_t kSmall = 1000;     // inline
constexpr std::size_t kLarge = 100'000;  // a file
constexpr std::int64_t kMs = 1'000'000;  // ns
constexpr std::int64_t kNow = 1'700'000'000'000 * kMs;

void check_same(const std::optional<Entry>& found, const Entry& put) {
  REQUIRE(found);
  CHECK(found->verdict == put.verdict);
  CHECK(found->output == put.output);
  CHECK(found->reason == put.reason);
  CHECK(found->width == put.width);
  CHECK(found->height == put.height);
  CHECK(found->encoder_quality == put.encoder_quality);
  CHECK(found->score == put.score);
  CHECK(found->format == put.format);
  REQUIRE(found->worst_region.has_value() == put.worst_region.has_value());
  if (!put.worst_region) return;
  CHECK(found->worst_region->score == put.worst_region->score);
  CHECK(found->worst_region->x == put.worst_region->x);
  CHECK(found->worst_region->y == put.worst_region->y);
  CHECK(found->worst_region->w == put.worst_region->w);
  CHECK(found->worst_region->h == put.worst_region->h);
}

Entry full_entry() {
  return {.verdict = Verdict::encoded,
          .output = {{1, 2, 3}, 0xffff'ffff'ffff},
          .reason = "it's \"odd\"\n\xff",
          .width = 0xffff'ffff,
          .height = 1,
          .encoder_quality = 82.25,
          .score = -0.1,
          .worst_region = cache::Region{79.5, 64, 128, 127, 126},
          .format = "webp"};
}

Entry bare_entry() {
  Entry entry;
  entry.verdict = Verdict::left_alone;
  return entry;
}

Entry kept_entry() {
  Entry entry;
  entry.verdict = Verdict::kept;
  entry.output = {{9}, 5};
  entry.reason = "already as small as it gets";
  entry.score = 100;
  return entry;
}

void check_all(cache::Store& store) {
  check_same(store.find(key_of(1)), full_entry());
  check_same(store.find(key_of(2)), bare_entry());
  check_same(store.find(key_of(3)), kept_entry());
  CHECK_FALSE(store.find(key_of(4)));
}

cache::FileIdentity file_at(std::int64_t mtime_ns, std::int64_t ctime_ns) {
  return {
      .device = 0xffff'ffff'ffff'fffe, .inode = 7, .size = 10, .mtime_ns = mtime_ns, .ctime_ns = ctime_ns};
}

/// Of a file as `file_at` gives it.
cache::Known known_as(std::uint8_t content) {
  return {cache::Content{{content}, 10}, 1};
}

void make_older(const fs::path& path) {
  fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(2));
}

}  // namespace

TEST_CASE("every field of a result comes back, at once and after the cache is opened again") {
  const TemporaryDirectory temporary;
  {
    const auto store = open(temporary.cache());
    store->put(key_of(1), full_entry(), {});
    store->put(key_of(2), bare_entry(), {});
    store->put(key_of(3), kept_entry(), {});
    check_all(*store);  // still pending
    store->flush();
    check_all(*store);
  }
  const auto again = open(temporary.cache());
  check_all(*again);
  CHECK(again->warning().empty());
}

TEST_CASE("a result put under a known key takes its place") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  store->put(key_of(1), full_entry(), {});
  store->flush();
  store->put(key_of(1), kept_entry(), {});
  check_same(store->find(key_of(1)), kept_entry());
  store->flush();
  check_same(store->find(key_of(1)), kept_entry());
}

TEST_CASE("64 results are written together, without being asked to") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  const auto other = open(temporary.cache());
  for (unsigned i = 0; i < 64; ++i) store->put(key_of(i), bare_entry(), {});
  const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!other->find(key_of(63)) && std::chrono::steady_clock::now() < soon) {
  }
  for (unsigned i = 0; i < 64; ++i) CHECK(other->find(key_of(i)));
}

TEST_CASE("payloads come back, small ones from the database and large ones from a file") {
  const TemporaryDirectory temporary;
  const Bytes small = bytes_of(kSmall, 1);
  const Bytes large = bytes_of(kLarge, 2);
  cache::Content small_content, large_content;
  {
    const auto store = open(temporary.cache());
    small_content = put(*store, 1, small);
    large_content = put(*store, 2, large);
    CHECK(store->payload(small_content) == small);  // still pending
    CHECK(store->payload(large_content) == large);
  }
  CHECK_FALSE(fs::exists(payload_file(temporary.cache(), small_content)));
  CHECK(fs::exists(payload_file(temporary.cache(), large_content)));
  const auto again = open(temporary.cache());
  CHECK(again->payload(small_content) == small);
  CHECK(again->payload(large_content) == large);
  CHECK_FALSE(again->payload({small_content.hash, small_content.size + 1}));
  CHECK_FALSE(again->payload({}));
}

TEST_CASE("a payload that two results name is stored once") {
  const TemporaryDirectory temporary;
  const Bytes small = bytes_of(kSmall, 1);
  const auto store = open(temporary.cache());
  put(*store, 1, small);
  store->flush();
  put(*store, 2, small);
  store->flush();
  CHECK(sql_integer(temporary.database(), "SELECT count(*) FROM payload") == 1);
  CHECK(store->find(key_of(1)));
  CHECK(store->find(key_of(2)));
}

TEST_CASE("no unfinished file stays behind a payload") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  put(*store, 1, bytes_of(kLarge, 1));
  CHECK(fs::is_empty(temporary.cache() / "v1" / "tmp"));
}

TEST_CASE("a damaged payload is a miss, is removed, and can be stored again") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  for (const std::size_t size : {kSmall, kLarge}) {
    CAPTURE(size);
    const Bytes bytes = bytes_of(size, 1);
    const cache::Content content = put(*store, 1, bytes);
    store->flush();
    const fs::path file = payload_file(temporary.cache(), content);
    if (size == kSmall) {
      sql(temporary.database(), "UPDATE payload SET data = zeroblob(1000)");
    } else {
      write_file(file, std::string(kLarge, 'x'));
    }
    CHECK_FALSE(store->payload(content));
    CHECK_FALSE(fs::exists(file));
    store->flush();
    CHECK(sql_integer(temporary.database(), "SELECT count(*) FROM payload") == 0);
    CHECK_FALSE(store->warning().empty());
    CHECK(store->find(key_of(1)));  // the row stays

    put(*store, 1, bytes);
    CHECK(store->payload(content) == bytes);
    store->flush();
    CHECK(store->payload(content) == bytes);
    sql(temporary.database(), "DELETE FROM payload");
  }
}

TEST_CASE("a payload file that is cut short, gone, or a link is a miss and its row is removed") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  const std::string elsewhere = temporary.path() / "elsewhere";
  for (const int fault : {0, 1, 2}) {
    CAPTURE(fault);
    const Bytes bytes = bytes_of(kLarge, 1);
    const cache::Content content = put(*store, 1, bytes);
    store->flush();
    const fs::path file = payload_file(temporary.cache(), content);
    if (fault == 0) fs::resize_file(file, kLarge - 1);
    if (fault == 1) fs::remove(file);
    if (fault == 2) {
      fs::rename(file, elsewhere);
      fs::create_symlink(elsewhere, file);
    }
    CHECK_FALSE(store->payload(content));
    CHECK_FALSE(fs::exists(fs::symlink_status(file)));
    store->flush();
    CHECK(sql_integer(temporary.database(), "SELECT count(*) FROM payload") == 0);
  }
  CHECK(fs::exists(elsewhere));
}

TEST_CASE("a payload of another length than its content says is not stored") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  Entry entry = full_entry();
  store->put(key_of(1), entry, bytes_of(kLarge, 1));
  CHECK(store->find(key_of(1)));
  CHECK_FALSE(store->payload(entry.output));
}

TEST_CASE("only what was encoded counts as an output of frugal's") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  const Entry encoded = full_entry();
  store->put(key_of(1), encoded, {});
  store->put(key_of(2), kept_entry(), {});
  const auto check = [&] {
    CHECK(store->is_output(encoded.output));
    CHECK_FALSE(store->is_output(kept_entry().output));
    CHECK_FALSE(store->is_output({encoded.output.hash, 1}));
    CHECK_FALSE(store->is_output({}));
  };
  check();  // still pending
  store->flush();
  check();
}

TEST_CASE("the content of an unchanged file is known, and survives") {
  const TemporaryDirectory temporary;
  const auto file = file_at(kNow - 50 * kMs, kNow - 40 * kMs);
  const cache::Known known{cache::Content{{4, 5}, 10}, 0x0123};
  const cache::Known only_kind{{}, 7};
  auto neighbour = file;
  ++neighbour.inode;
  {
    const auto store = open(temporary.cache());
    CHECK_FALSE(store->known(file));
    store->remember(file, known, kNow);
    store->remember(neighbour, only_kind, kNow);
    CHECK(store->known(file) == known);  // still pending
  }
  const auto again = open(temporary.cache());
  CHECK(again->known(file) == known);
  CHECK(again->known(neighbour) == only_kind);
}

TEST_CASE("a file is not known once anything of its identity changed") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  const auto file = file_at(kNow - 50 * kMs, kNow - 40 * kMs);
  store->remember(file, known_as(4), kNow);
  for (const bool flushed : {false, true}) {
    if (flushed) store->flush();
    for (int field = 0; field < 5; ++field) {
      CAPTURE(field);
      auto other = file;
      if (field == 0) other.device ^= 1;
      if (field == 1) ++other.inode;
      if (field == 2) ++other.size;
      if (field == 3) --other.mtime_ns;
      if (field == 4) --other.ctime_ns;
      CHECK_FALSE(store->known(other));
    }
    CHECK(store->known(file));
  }
}

TEST_CASE("a file whose times were younger than the clock's grain is not trusted") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  const auto known = [&](std::int64_t mtime_ns, std::int64_t ctime_ns, std::int64_t seen_ns) {
    const auto file = file_at(mtime_ns, ctime_ns);
    store->remember(file, known_as(4), seen_ns);
    return store->known(file).has_value();
  };
  CHECK(known(kNow - 20 * kMs, kNow - 20 * kMs, kNow));
  CHECK_FALSE(known(kNow - 20 * kMs + 1, kNow - 20 * kMs, kNow));
  CHECK_FALSE(known(kNow - 20 * kMs, kNow - 20 * kMs + 1, kNow));
  CHECK_FALSE(known(kNow + 1000 * kMs, kNow - 20 * kMs, kNow));  // from the future
  CHECK_FALSE(known(0, 0, std::numeric_limits<std::int64_t>::min()));
  CHECK_FALSE(known(std::numeric_limits<std::int64_t>::max(), 0, std::numeric_limits<std::int64_t>::max()));
}

TEST_CASE("an identity that is not trusted takes the place of one that was") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  const auto file = file_at(kNow + kMs, kNow + kMs);
  store->remember(file, known_as(1), kNow + 30 * kMs);
  store->flush();
  CHECK(store->known(file));
  store->remember(file, known_as(2), kNow);
  CHECK_FALSE(store->known(file));
  store->flush();
  CHECK_FALSE(store->known(file));
}

TEST_CASE("whole seconds in a file's times are taken for those of a file system that has no others") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  const auto file = file_at(kNow, kNow);
  store->remember(file, known_as(1), kNow + 1999 * kMs);
  CHECK_FALSE(store->known(file));
  store->remember(file, known_as(1), kNow + 2000 * kMs);
  CHECK(store->known(file));
  store->remember_own(file, known_as(2));
  CHECK_FALSE(store->known(file));
}

TEST_CASE("a file that was just written by frugal is known at once, and a change after the run shows") {
  const TemporaryDirectory temporary;
  const fs::path path = temporary.path() / "own";
  const auto store = open(temporary.cache());
  write_file(path, "0123456789");
  struct stat before {};
  REQUIRE(::stat(path.c_str(), &before) == 0);
  const auto ns = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  const cache::FileIdentity file{before.st_dev, before.st_ino, 10, ns(before.st_mtim), ns(before.st_ctim)};
  store->remember_own(file, known_as(1));
  CHECK(store->known(file));
  store->flush();
  write_file(path, "9876543210");
  struct stat after {};
  REQUIRE(::stat(path.c_str(), &after) == 0);
  CHECK(ns(after.st_ctim) > ns(before.st_ctim));
}

TEST_CASE("files of one directory, of another device and far away are told apart") {
  const TemporaryDirectory temporary;
  const auto at = [](std::uint64_t device, std::uint64_t inode) {
    return cache::FileIdentity{.device = device, .inode = inode, .size = 10, .mtime_ns = 5, .ctime_ns = 6};
  };
  const auto name = [](std::uint64_t device, std::uint64_t inode) {
    return cache::Known{cache::Content{key_of(static_cast<unsigned>(device * 1000 + inode % 997)), 10}, 1};
  };
  const std::uint64_t far = std::uint64_t{1} << 63;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> files;
  for (std::uint64_t inode = 0; inode < 300; ++inode) files.emplace_back(inode % 3, inode);
  files.emplace_back(1, far);
  files.emplace_back(2, far + 63);
  {
    const auto store = open(temporary.cache());
    for (const auto& [device, inode] : files) store->remember(at(device, inode), name(device, inode), kNow);
  }
  const auto store = open(temporary.cache());
  for (const auto& [device, inode] : files) {
    CAPTURE(inode);
    CHECK(store->known(at(device, inode)) == name(device, inode));
    CHECK_FALSE(store->known(at(device + 1, inode)));
  }
}

TEST_CASE("two processes that remember neighbouring files keep what the other one knows") {
  const TemporaryDirectory temporary;
  const auto one = open(temporary.cache());
  const auto two = open(temporary.cache());
  auto file = file_at(kNow - 50 * kMs, kNow - 50 * kMs);
  auto neighbour = file;
  ++neighbour.inode;
  one->remember(file, known_as(1), kNow);
  two->remember(neighbour, known_as(2), kNow);
  one->flush();
  two->flush();
  const auto after = open(temporary.cache());
  CHECK(after->known(file) == known_as(1));
  CHECK(after->known(neighbour) == known_as(2));
}

TEST_CASE("many keys are answered in their order, known and unknown, written and waiting") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  store->put(key_of(7), full_entry(), {});
  store->flush();
  store->put(key_of(2), kept_entry(), {});
  const std::vector<cache::Hash> keys{key_of(9), key_of(7), key_of(2), key_of(7)};
  const auto found = store->find_all(keys);
  REQUIRE(found.size() == 4);
  CHECK_FALSE(found[0]);
  check_same(found[1], full_entry());
  check_same(found[2], kept_entry());
  check_same(found[3], full_entry());
  CHECK(store->find_all({}).empty());
}

namespace {

/// The sizes of all files below; files may go while they are counted.
std::vector<std::uint64_t> sizes_in(const fs::path& directory, std::size_t& folders) {
  std::vector<std::uint64_t> sizes;
  std::error_code gone;
  fs::recursive_directory_iterator at(directory, gone);
  for (; at != fs::recursive_directory_iterator(); at.increment(gone)) {
    folders += at->is_directory(gone) && at->path().filename().native().size() == 2 ? 1 : 0;
    if (!at->is_regular_file(gone)) continue;
    const auto size = at->file_size(gone);
    if (!gone) sizes.push_back(size);
  }
  return sizes;
}

/// What the cache takes on the disk, with a block for each folder of payloads.
std::uint64_t bytes_in(const fs::path& directory) {
  std::size_t folders = 0;
  const auto sizes = sizes_in(directory, folders);
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{4096 * folders});
}

}  // namespace

TEST_CASE("beyond the limit the payloads that were not used for longest go, down to 90 % of it") {
  const TemporaryDirectory temporary;
  constexpr std::uint64_t kMax = 22 * kLarge;
  const auto store = open({.directory = temporary.cache(), .max_bytes = kMax});
  std::vector<cache::Content> contents;
  const auto add = [&](unsigned i) {
    contents.push_back(put(*store, i, bytes_of(kLarge, i)));
    store->flush();
  };
  for (unsigned i = 0; i < 20; ++i) add(i);
  for (unsigned i = 1000; i < 1008; ++i)
    open(temporary.cache())->put(key_of(i), full_entry(), {});                             // later runs
  CHECK(open({.directory = temporary.cache(), .max_bytes = kMax})->payload(contents[0]));  // used again
  // Which one of the next is too much depends on how many pages the database needs for its rows.
  for (std::uint64_t before = 0, now = 0; now >= before;) {
    before = bytes_in(temporary.cache());
    REQUIRE(contents.size() < 30);
    add(static_cast<unsigned>(contents.size()));
    now = bytes_in(temporary.cache());
    if (now < before) CHECK(now <= kMax / 10 * 9);
  }
  bool evicted_before = true;
  for (std::size_t i = 1; i < contents.size(); ++i) {
    CAPTURE(i);
    const bool there = store->payload(contents[i]).has_value();
    CHECK((!there || fs::exists(payload_file(temporary.cache(), contents[i]))));
    CHECK((evicted_before || there));  // what was used later stays
    evicted_before = !there;
    CHECK(store->find(key_of(static_cast<unsigned>(i))));  // rows stay
    CHECK(store->is_output(contents[i]));
  }
  CHECK(store->payload(contents[0]));
  CHECK(store->payload(contents.back()));
  CHECK_FALSE(store->payload(contents[1]));
  CHECK(store->warning().empty());
}

TEST_CASE("payloads in the database, and rows, count for the limit too, and what they took is given back") {
  const TemporaryDirectory temporary;
  constexpr std::uint64_t kMax = 600'000;
  {
    const auto store = open({.directory = temporary.cache(), .max_bytes = kMax});
    for (unsigned i = 0; i < 400; ++i) {
      put(*store, i, bytes_of(10'000, i));
      if (i % 20 == 19) store->flush();
    }
    CHECK(bytes_in(temporary.cache()) <= kMax);
    CHECK(store->payload(cache::content_of(bytes_of(10'000, 399), store->secret())));
    for (unsigned i = 400; i < 8000; ++i) {
      store->put(key_of(i), full_entry(), {});
      if (i % 400 == 399) store->flush();
    }
    CHECK(bytes_in(temporary.cache()) <= kMax);
    CHECK(store->find(key_of(7999)));
  }
  CHECK(open({.directory = temporary.cache(), .max_bytes = kMax})->warning().empty());
}

TEST_CASE("the folders of payloads count for the limit, and go when they are empty") {
  const TemporaryDirectory temporary;
  constexpr std::size_t kSize = 20'000;  // 20 KiB on the disk, and 4 for the folder
  constexpr std::uint64_t kMax = 1'000'000;
  const auto store = open({.directory = temporary.cache(), .max_bytes = kMax});
  for (unsigned i = 0; i < 100; ++i) {
    put(*store, i, bytes_of(kSize, i));
    store->flush();
  }
  CHECK(bytes_in(temporary.cache()) <= kMax);
  for (const auto& entry : fs::directory_iterator(temporary.cache() / "v1")) {
    if (entry.path().filename().native().size() == 2) CHECK_FALSE(fs::is_empty(entry.path()));
  }
}

TEST_CASE("a long run evicts on the way, not only at its end") {
  const TemporaryDirectory temporary;
  const auto store = open({.directory = temporary.cache(), .max_bytes = 5 * kLarge});
  for (unsigned i = 0; i < 2000; ++i) put(*store, i, bytes_of(kLarge, i));
  std::size_t folders = 0;
  CHECK(std::ranges::count(sizes_in(temporary.cache(), folders), kLarge) < 1500);
}

TEST_CASE("only one process evicts at a time") {
  const TemporaryDirectory temporary;
  const auto store = open({.directory = temporary.cache(), .max_bytes = kLarge});
  const auto first = put(*store, 1, bytes_of(kLarge, 1));
  {
    const auto lock = cache::lock_within(temporary.cache() / "v1" / "evict.lock", std::chrono::seconds(1));
    REQUIRE(lock);
    CHECK_FALSE(cache::lock_within(temporary.cache() / "v1" / "evict.lock", std::chrono::milliseconds(20)));
  }
  store->flush();
  CHECK_FALSE(store->payload(first));
}

TEST_CASE("what killed processes left is swept away once it is an hour old") {
  const TemporaryDirectory temporary;
  const auto store = open({.directory = temporary.cache(), .max_bytes = 3 * kLarge + kLarge / 2});
  const fs::path v1 = temporary.cache() / "v1";
  fs::create_directories(v1 / "tmp");
  fs::create_directories(v1 / "ab");
  const auto orphan = [&](const char* digit) {
    return v1 / "ab" / ("ab" + std::string(29, '0') + digit + "-4");
  };
  for (const fs::path& path : {v1 / "tmp" / "old", v1 / "tmp" / "young", orphan("1"), orphan("2")}) {
    write_file(path, "left");
  }
  write_file(v1 / "ab" / "notes", "not ours");
  for (const fs::path& path : {v1 / "tmp" / "old", orphan("1"), v1 / "ab" / "notes"}) make_older(path);
  for (unsigned i = 0; i < 2; ++i)
    make_older(payload_file(temporary.cache(), put(*store, i, bytes_of(kLarge, i))));
  store->flush();
  CHECK(fs::exists(orphan("1")));  // nothing was evicted yet
  const auto last = put(*store, 2, bytes_of(kLarge, 2));
  make_older(payload_file(temporary.cache(), last));
  store->flush();
  CHECK_FALSE(fs::exists(v1 / "tmp" / "old"));
  CHECK_FALSE(fs::exists(orphan("1")));
  CHECK(fs::exists(v1 / "tmp" / "young"));
  CHECK(fs::exists(orphan("2")));
  CHECK(fs::exists(v1 / "ab" / "notes"));
  CHECK(store->payload(last));
}

TEST_CASE("a cache that is moved elsewhere still works") {
  const TemporaryDirectory temporary;
  const Bytes large = bytes_of(kLarge, 1);
  const auto content = put(*open(temporary.cache()), 1, large);
  fs::rename(temporary.cache(), temporary.path() / "moved");
  const auto store = open(temporary.path() / "moved");
  CHECK(store->find(key_of(1)));
  CHECK(store->payload(content) == large);
  CHECK(cache::content_of(large, store->secret()) == content);
}

TEST_CASE("nothing in the database names the directory") {
  const TemporaryDirectory temporary;
  put(*open(temporary.cache()), 1, bytes_of(kLarge, 1));
  CHECK(read_file(temporary.database()).find(temporary.path().filename()) == std::string::npos);
}

TEST_CASE("each cache has a secret of its own, and keeps it") {
  const TemporaryDirectory one, two;
  const cache::Secret secret = open(one.cache())->secret();
  CHECK(open(one.cache())->secret() == secret);
  CHECK(open(two.cache())->secret() != secret);
}

TEST_CASE("missing directories are made, for their owner alone") {
  const TemporaryDirectory temporary;
  open(temporary.path() / "a" / "b" / "c");
  for (const char* folder : {"a", "a/b", "a/b/c", "a/b/c/v1"}) {
    struct stat status {};
    REQUIRE(::stat((temporary.path() / folder).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
  }
}

TEST_CASE("the versions of the libraries are told") {
  const std::string versions = cache::library_versions();
  CHECK(versions.starts_with("SQLite 3."));
  CHECK(versions.find(", xxHash 0.") != std::string::npos);
}
