// The cache under faults: a miss, a warning, an error on opening; never a crash, never a wrong answer.
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <optional>

#include "cache/store.hpp"
#include "cache_fixture.hpp"

using namespace cache_fixture;

namespace {

constexpr unsigned kRows = 200;
constexpr std::size_t kLarge = 20'000;
constexpr uid_t kNobody = 65534;

Bytes payload_for(unsigned i) {
  return bytes_of(i % 50 == 0 ? kLarge : 100 + i, i);
}

const cache::FileIdentity kFile{.device = 1, .inode = 2, .size = 3, .mtime_ns = 4, .ctime_ns = 5};

/// A cache of some pages, with all kinds of rows in it.
void fill(const fs::path& directory) {
  const auto store = open(directory);
  for (unsigned i = 0; i < kRows; ++i) {
    put(*store, i, payload_for(i));
    store->remember({.device = 1, .inode = i, .size = i}, {cache::Content{key_of(i), i}, 1}, 1'000'000'000);
  }
}

/// Asks for all that `fill` put: what is there must be right. Gives the number of rows found.
unsigned check_answers(cache::Store& store) {
  unsigned found = 0;
  for (unsigned i = 0; i < kRows; ++i) {
    const auto entry = store.find(key_of(i));
    if (!entry) continue;
    ++found;
    REQUIRE(entry->output == cache::content_of(payload_for(i), store.secret()));
    REQUIRE(entry->verdict == cache::Verdict::encoded);
    REQUIRE(entry->width == 640);
    const auto payload = store.payload(entry->output);
    if (payload) REQUIRE(*payload == payload_for(i));
  }
  return found;
}

/// Opens and uses a database that is damaged in some way.
void check_survives(const fs::path& directory) {
  const auto store = cache::Store::open({.directory = directory});
  if (!store) {
    CHECK(store.error().message.find('\n') == std::string::npos);
    return;
  }
  check_answers(**store);
  put(**store, 1000, bytes_of(10, 1000));
  (*store)->remember(kFile, {}, 1'000'000'000);
  (*store)->known(kFile);
  (*store)->is_output({});
  (*store)->flush();
  CHECK((*store)->warning().find('\n') == std::string::npos);
}

/// Runs `body` (no checks in there) as a user without privileges; gives its status.
template <class Body>
int as_ordinary_user(const TemporaryDirectory& temporary, Body body) {
  if (::geteuid() != 0) return exit_status(start_process(body));
  for (const auto& entry : fs::recursive_directory_iterator(temporary.path())) {
    REQUIRE(::lchown(entry.path().c_str(), kNobody, kNobody) == 0);
  }
  fs::permissions(temporary.path(), fs::perms::all);
  return exit_status(start_process([&] {
    if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) return 99;
    return body();
  }));
}

/// The status of a process that must not be able to open the cache.
int fails_to_open(const fs::path& directory) {
  const auto store = cache::Store::open({.directory = directory});
  if (store) return 1;
  return store.error().kind == frugal::ErrorKind::io ? 0 : 2;
}

}  // namespace

TEST_CASE("a database that is garbage is an error on opening, and stays as it is") {
  const TemporaryDirectory temporary;
  open(temporary.cache());
  for (const std::size_t size : {2, 99, 100, 512, 4096, 10000}) {
    CAPTURE(size);
    const std::string garbage(frugal::as_chars(bytes_of(size, 3)));
    write_file(temporary.database(), garbage);
    CHECK(open_error(temporary.cache()).find("damaged") != std::string::npos);
    CHECK(read_file(temporary.database()) == garbage);
  }
}

TEST_CASE("an empty database file is filled anew") {
  const TemporaryDirectory temporary;
  open(temporary.cache());
  for (const char* content : {"", "x"}) {  // SQLite counts a file of one byte as empty
    write_file(temporary.database(), content);
    put(*open(temporary.cache()), 1, bytes_of(10, 1));
    CHECK(open(temporary.cache())->find(key_of(1)));
  }
}

TEST_CASE("what SQLite quotes from a damaged database is told on one line") {
  const TemporaryDirectory temporary;
  open(temporary.cache());
  std::string damaged = read_file(temporary.database());
  const auto table = damaged.find("CREATE TABLE result(");
  REQUIRE(table != std::string::npos);
  damaged[damaged.find("verdict", table)] = '`';  // a quotation without an end, over lines
  write_file(temporary.database(), damaged);
  CHECK(open_error(temporary.cache()).find("unrecognized token") != std::string::npos);
}

TEST_CASE("a database that is truncated anywhere gives right answers or none") {
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  const std::string whole = read_file(temporary.database());
  for (std::size_t i = 0; i < 64; ++i) {
    CAPTURE(i);
    write_file(temporary.database(), whole.substr(0, whole.size() * i / 64 + i % 3));
    check_survives(temporary.cache());
  }
}

TEST_CASE("a database with any page overwritten gives right answers or none") {
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  const std::string whole = read_file(temporary.database());
  constexpr std::size_t page = 4096;
  for (std::size_t at = 0; at < whole.size(); at += page) {
    for (const int how : {0, 1, 2}) {
      CAPTURE(at);
      CAPTURE(how);
      std::string damaged = whole;
      for (std::size_t i = at; i < at + page; ++i) {
        const char noise = static_cast<char>(i * 2654435761u >> 13);
        damaged[i] = how == 0 ? '\0' : how == 1 ? noise : static_cast<char>(~damaged[i]);
      }
      write_file(temporary.database(), damaged);
      check_survives(temporary.cache());
    }
  }
}

TEST_CASE("a database with single bits flipped gives right answers or none") {
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  const std::string whole = read_file(temporary.database());
  for (unsigned i = 0; i < 100; ++i) {
    CAPTURE(i);
    std::string damaged = whole;
    char& byte = damaged[(i * std::size_t{2654435761}) % whole.size()];
    byte = static_cast<char>(byte ^ (1 << i % 8));
    write_file(temporary.database(), damaged);
    check_survives(temporary.cache());
  }
}

TEST_CASE("a row that was changed behind frugal's back is a miss") {
  const TemporaryDirectory temporary;
  const char* const changes[] = {
      "verdict = 2",    "verdict = 77",          "output_size = 11", "reason = 'x'",
      "width = 1",      "height = NULL",         "score = 99",       "encoder_quality = 1",
      "region_score=1", "output = zeroblob(16)", "output = x'00'",   "key = zeroblob(16)"};
  for (const char* change : changes) {
    CAPTURE(change);
    const auto store = open(temporary.cache());
    put(*store, 1, bytes_of(10, 1));
    store->flush();
    REQUIRE(store->find(key_of(1)));
    sql(temporary.database(), std::string("UPDATE OR IGNORE result SET ") + change);
    const bool moved = std::string(change).starts_with("key");
    const bool refused = std::string(change).ends_with("NULL");
    CHECK(store->find(moved ? cache::Hash{} : key_of(1)).has_value() == refused);
    sql(temporary.database(), "DELETE FROM result");
  }
}

TEST_CASE("a database of another program is an error on opening, and stays as it is") {
  const TemporaryDirectory temporary;
  open(temporary.cache());
  const char* const others[] = {"PRAGMA application_id=7", "CREATE TABLE notes(text)",
                                "PRAGMA user_version=1", "PRAGMA journal_mode=WAL; CREATE TABLE notes(text)"};
  for (const char* other : others) {
    CAPTURE(other);
    fs::remove(temporary.database());
    sql(temporary.database(), other);
    const std::string before = read_file(temporary.database());
    CHECK(open_error(temporary.cache()).find("not one of frugal's") != std::string::npos);
    CHECK(read_file(temporary.database()) == before);
  }
}

TEST_CASE("a database from a newer frugal is an error on opening, and stays as it is") {
  const TemporaryDirectory temporary;
  open(temporary.cache());
  sql(temporary.database(), "PRAGMA user_version=4");
  const std::string before = read_file(temporary.database());
  CHECK(open_error(temporary.cache()).find("newer") != std::string::npos);
  CHECK(read_file(temporary.database()) == before);
}

TEST_CASE("a database of an older format is emptied and used") {
  const TemporaryDirectory temporary;
  put(*open(temporary.cache()), 1, bytes_of(100, 1));
  for (const char* format : {"1", "2"}) {
    sql(temporary.database(), std::string("PRAGMA user_version=") + format);
    const auto store = open(temporary.cache());
    CHECK_FALSE(store->find(key_of(1)));
    put(*store, 1, bytes_of(100, 1));
    store->flush();
    CHECK(store->find(key_of(1)));
    CHECK(store->warning().empty());
  }
}

TEST_CASE("a database without its tables or its secret is an error on opening") {
  const TemporaryDirectory temporary;
  for (const char* change : {"DROP TABLE result", "DROP TABLE memo", "DELETE FROM meta", "DROP TABLE meta",
                             "UPDATE meta SET value = zeroblob(191)", "PRAGMA user_version=0"}) {
    CAPTURE(change);
    open(temporary.cache());
    sql(temporary.database(), change);
    CHECK_FALSE(open_error(temporary.cache()).empty());
    fs::remove(temporary.database());
  }
}

TEST_CASE("a database that is a link or a directory is an error on opening") {
  const TemporaryDirectory temporary;
  open(temporary.cache());
  fs::rename(temporary.database(), temporary.path() / "elsewhere");
  fs::create_symlink(temporary.path() / "elsewhere", temporary.database());
  CHECK_FALSE(open_error(temporary.cache()).empty());
  fs::remove(temporary.database());
  fs::create_directory(temporary.database());
  CHECK_FALSE(open_error(temporary.cache()).empty());
}

TEST_CASE("a cache directory that is a file, or has no name, is an error on opening") {
  const TemporaryDirectory temporary;
  write_file(temporary.cache(), "a file");
  CHECK_FALSE(open_error(temporary.cache()).empty());
  CHECK_FALSE(open_error(temporary.cache() / "below").empty());
  CHECK_FALSE(open_error({}).empty());
}

TEST_CASE("a cache of another user's is an error on opening") {
  if (::geteuid() != 0) return;  // only root can give a file away
  const TemporaryDirectory temporary;
  open(temporary.cache());
  REQUIRE(::chown(temporary.database().c_str(), kNobody, kNobody) == 0);
  CHECK(open_error(temporary.cache()).find("another user") != std::string::npos);
  REQUIRE(::chown(temporary.database().c_str(), 0, 0) == 0);
  REQUIRE(::chown((temporary.cache() / "v1").c_str(), kNobody, kNobody) == 0);
  CHECK(open_error(temporary.cache()).find("another user") != std::string::npos);
}

TEST_CASE("a cache that cannot be written, or made, is an error on opening") {
  const TemporaryDirectory temporary;
  open(temporary.cache());
  const auto status = [&] {
    return as_ordinary_user(temporary, [&] { return fails_to_open(temporary.cache()); });
  };
  fs::permissions(temporary.cache() / "v1", fs::perms::owner_read | fs::perms::owner_exec);
  CHECK(status() == 0);
  fs::permissions(temporary.cache() / "v1", fs::perms::owner_all);
  CHECK(status() == 1);  // it can be opened
  fs::permissions(temporary.database(), fs::perms::owner_read);
  CHECK(status() == 0);
  fs::permissions(temporary.database(), fs::perms::none);
  CHECK(status() == 0);
  fs::remove_all(temporary.cache() / "v1");
  fs::permissions(temporary.cache(), fs::perms::owner_read | fs::perms::owner_exec);
  CHECK(status() == 0);
}

TEST_CASE("a database damaged while in use means misses for the rest of the run") {
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  const std::string whole = read_file(temporary.database());
  for (const std::string& damaged :
       {std::string(whole.size(), 'x'), std::string(100, 'x'), whole.substr(0, 100)}) {
    write_file(temporary.database(), whole);
    const auto store = open(temporary.cache());
    REQUIRE(store->find(key_of(1)));
    write_file(temporary.database(), damaged);
    CHECK_FALSE(store->find(key_of(2)));
    CHECK(store->warning().find("damaged") != std::string::npos);
    put(*store, 3000, bytes_of(10, 1));
    store->remember(kFile, {cache::Content{{1}, 3}, 1}, 1'000'000'000);
    CHECK_FALSE(store->find(key_of(3000)));
    CHECK_FALSE(store->known(kFile));
    CHECK_FALSE(store->is_output(cache::content_of(payload_for(1), store->secret())));
    CHECK_FALSE(store->payload(cache::content_of(payload_for(0), store->secret())));
    store->flush();
    CHECK(read_file(temporary.database()) == damaged);
  }
}

TEST_CASE("a cache removed while in use is a fault, not a crash") {
  const TemporaryDirectory temporary;
  const auto store = open(temporary.cache());
  put(*store, 1, bytes_of(kLarge, 1));
  fs::remove_all(temporary.cache());
  put(*store, 2, bytes_of(kLarge, 2));
  CHECK_FALSE(store->payload(cache::content_of(bytes_of(kLarge, 2), store->secret())));
  store->flush();
  CHECK_FALSE(store->warning().empty());
}

TEST_CASE("while another process holds the database, nothing is found or written; afterwards all is") {
  const TemporaryDirectory temporary;
  fill(temporary.cache());
  const auto store = open({.directory = temporary.cache(), .patience = std::chrono::milliseconds(20)});
  {
    const auto other = cache::sqlite::Database::open(temporary.database(), std::chrono::seconds(5),
                                                     cache::sqlite::Database::IfMissing::make);
    REQUIRE(other.has_value());
    REQUIRE(other->execute("BEGIN EXCLUSIVE").has_value());
    CHECK_FALSE(store->find(key_of(1)));
    CHECK(store->warning().find("locked") != std::string::npos);
    put(*store, 3000, bytes_of(10, 1));
    store->flush();
    CHECK(store->find(key_of(3000)));  // in memory
    CHECK_FALSE(
        cache::Store::open({.directory = temporary.cache(), .patience = std::chrono::milliseconds(20)})
            .has_value());
  }
  CHECK(store->find(key_of(1)));
  store->flush();
  CHECK(open(temporary.cache())->find(key_of(3000)));
}

TEST_CASE("what another process's reading kept from being written is written later") {
  const TemporaryDirectory temporary;
  const auto store = open({.directory = temporary.cache(), .patience = std::chrono::milliseconds(20)});
  {
    const auto other = cache::sqlite::Database::open(temporary.database(), std::chrono::seconds(5),
                                                     cache::sqlite::Database::IfMissing::make);
    REQUIRE(other.has_value());
    REQUIRE(other->execute("BEGIN; SELECT count(*) FROM result").has_value());
    put(*store, 1, bytes_of(10, 1));
    store->flush();  // gets as far as the commit
    CHECK(store->warning().find("locked") != std::string::npos);
  }
  store->flush();
  CHECK(open(temporary.cache())->find(key_of(1)));
}

TEST_CASE("while the database cannot be written, what waits in memory stays bounded") {
  const TemporaryDirectory temporary;
  const auto store = open({.directory = temporary.cache(), .patience = std::chrono::milliseconds(1)});
  const auto other = cache::sqlite::Database::open(temporary.database(), std::chrono::seconds(5),
                                                   cache::sqlite::Database::IfMissing::make);
  REQUIRE(other.has_value());
  REQUIRE(other->execute("BEGIN IMMEDIATE").has_value());
  for (unsigned i = 0; i < 3000; ++i) {
    put(*store, i, bytes_of(10, i));
    if (i % 500 == 499) store->flush();
  }
  unsigned found = 0;
  for (unsigned i = 0; i < 3000; ++i) found += store->find(key_of(i)) ? 1 : 0;
  CHECK(found < 2000);
}

TEST_CASE("on a full disk the payload is missing and the rest goes on") {
  const TemporaryDirectory temporary;
  const pid_t process = start_process([&] {
    const auto store = cache::Store::open({.directory = temporary.cache()});
    if (!store) return 1;
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100'000, 100'000};  // a file's greatest length
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    const Bytes bytes = bytes_of(200'000, 1);
    const auto content = put(**store, 1, bytes);
    if (!(*store)->find(key_of(1)) || !(*store)->is_output(content)) return 3;
    if ((*store)->payload(content)) return 4;
    if ((*store)->warning().empty()) return 5;
    (*store)->flush();
    for (unsigned i = 2; i < 500; ++i) put(**store, i, bytes_of(1000, i));  // until the database is full
    (*store)->flush();
    return (*store)->find(key_of(1)) ? 0 : 6;
  });
  CHECK(exit_status(process) == 0);
  CHECK(fs::is_empty(temporary.cache() / "v1" / "tmp"));
  CHECK(open(temporary.cache())->find(key_of(1)));
}
