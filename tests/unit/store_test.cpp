#include "cache/store.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <chrono>
#include <limits>
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
  const cache::Content content{{4, 5}, 10};
  {
    const auto store = open(temporary.cache());
    CHECK_FALSE(store->content_at(file));
    store->remember(file, content, kNow);
    CHECK(store->content_at(file) == content);  // still pending
  }
  const auto again = open(temporary.cache());
  CHECK(again->content_at(file) == content);
}

TEST_CASE("a file is not known once anything of its identity changed") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  const auto file = file_at(kNow - 50 * kMs, kNow - 40 * kMs);
  store->remember(file, {{4}, 10}, kNow);
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
      CHECK_FALSE(store->content_at(other));
    }
    CHECK(store->content_at(file));
  }
}

TEST_CASE("a file whose times were younger than the clock's grain is not trusted") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  const auto known = [&](std::int64_t mtime_ns, std::int64_t ctime_ns, std::int64_t seen_ns) {
    const auto file = file_at(mtime_ns, ctime_ns);
    store->remember(file, {{4}, 10}, seen_ns);
    return store->content_at(file).has_value();
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
  const auto file = file_at(kNow, kNow);
  store->remember(file, {{1}, 10}, kNow + 30 * kMs);
  store->flush();
  CHECK(store->content_at(file));
  store->remember(file, {{2}, 10}, kNow);
  CHECK_FALSE(store->content_at(file));
  store->flush();
  CHECK_FALSE(store->content_at(file));
}

TEST_CASE("beyond the limit the payloads that were not used for longest go, down to 90 % of it") {
  for (const std::size_t size : {kSmall, kLarge}) {
    CAPTURE(size);
    const TemporaryDirectory temporary;
    const auto store = open({.directory = temporary.cache(), .max_bytes = 20 * size});
    std::vector<cache::Content> contents;
    for (unsigned i = 0; i < 20; ++i) contents.push_back(put(*store, i, bytes_of(size, i)));
    store->flush();
    CHECK(store->payload(contents[0]));  // used again: by its payload
    CHECK(store->find(key_of(1)));       // and by its row
    contents.push_back(put(*store, 20, bytes_of(size, 20)));
    store->flush();
    const auto there = [&](std::size_t i) {
      return sql_integer(temporary.database(), "SELECT count(*) FROM payload WHERE hash = x'" +
                                                   cache::to_hex(contents[i].hash) + "'") == 1;
    };
    for (std::size_t i = 0; i < 21; ++i) {
      CAPTURE(i);
      const bool evicted = i >= 2 && i < 5;  // 21 are 3 more than 18
      CHECK(there(i) == !evicted);
      CHECK(fs::exists(payload_file(temporary.cache(), contents[i])) == (!evicted && size == kLarge));
      CHECK(store->payload(contents[i]).has_value() == !evicted);
      CHECK(store->find(key_of(static_cast<unsigned>(i))));  // rows stay
    }
    CHECK(store->is_output(contents[2]));
    CHECK(store->warning().empty());
  }
}

TEST_CASE("a long run evicts on the way, not only at its end") {
  const TemporaryDirectory temporary;
  const auto store = open({.directory = temporary.cache(), .max_bytes = 5 * kLarge});
  for (unsigned i = 0; i < 200; ++i) put(*store, i, bytes_of(kLarge, i));
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(temporary.cache())) {
    files += entry.is_regular_file() && entry.file_size() == kLarge ? 1 : 0;
  }
  CHECK(files < 150);
}

TEST_CASE("only one process evicts at a time") {
  const TemporaryDirectory temporary;
  const auto store = open({.directory = temporary.cache(), .max_bytes = kLarge});
  const auto first = put(*store, 1, bytes_of(kLarge, 1));
  {
    const auto lock = cache::try_lock(temporary.cache() / "v1" / "evict.lock");
    REQUIRE(lock);
    put(*store, 2, bytes_of(kLarge, 2));
    store->flush();
    CHECK(store->payload(first));
  }
  store->flush();
  CHECK(fs::file_size(temporary.database()) > 0);
  CHECK(sql_integer(temporary.database(), "SELECT coalesce(sum(size), 0) FROM payload") <= kLarge);
}

TEST_CASE("what killed processes left is swept away once it is an hour old") {
  const TemporaryDirectory temporary;
  const auto store = open({.directory = temporary.cache(), .max_bytes = 2 * kLarge});
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
