// The cache among threads and processes.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

#include "cache/store.hpp"
#include "cache_fixture.hpp"

using namespace cache_fixture;

namespace {

constexpr unsigned kWriters = 8;
constexpr unsigned kEach = 40;

/// Some of the keys are every writer's, some its own; some payloads are inline, some files.
unsigned key_number(unsigned writer, unsigned i) {
  return i % 2 == 0 ? i : 1000 * (writer + 1) + i;
}
Bytes payload_for(unsigned key) {
  return bytes_of(key % 3 == 0 ? 20'000 : 300, key);
}

/// Puts and finds; false when anything that was put is missing or wrong.
bool hammer(cache::Store& store, unsigned writer) {
  for (unsigned i = 0; i < kEach; ++i) {
    const unsigned key = key_number(writer, i);
    const Bytes bytes = payload_for(key);
    const auto content = put(store, key, bytes);
    const cache::FileIdentity file{
        .device = 1, .inode = key, .size = content.size, .mtime_ns = 5, .ctime_ns = 5};
    store.remember(file, {content, 1}, 1'000'000'000);
    const auto found = store.find(key_of(key));
    if (!found || found->output != content || store.payload(content) != bytes) return false;
    if (!store.is_output(content) || store.known(file) != cache::Known{content, 1}) return false;
    if (i % 10 == 9) store.flush();
  }
  return store.warning().empty();
}

/// That a newly opened store knows all that `hammer` put.
void check_all(const fs::path& directory) {
  const auto store = open(directory);
  for (unsigned writer = 0; writer < kWriters; ++writer) {
    for (unsigned i = 0; i < kEach; ++i) {
      const unsigned key = key_number(writer, i);
      CAPTURE(key);
      const auto found = store->find(key_of(key));
      REQUIRE(found);
      CHECK(store->payload(found->output) == payload_for(key));
    }
  }
  CHECK(store->warning().empty());
}

}  // namespace

TEST_CASE("two stores on one directory see what the other has flushed") {
  const TemporaryDirectory temporary;
  const auto one = open(temporary.cache());
  const auto two = open(temporary.cache());
  CHECK(one->secret() == two->secret());
  const Bytes large = bytes_of(50'000, 1);
  const auto content = put(*one, 1, large);
  one->flush();
  CHECK(two->find(key_of(1)));
  CHECK(two->payload(content) == large);
  CHECK(two->is_output(content));
  put(*two, 1, bytes_of(10, 2));
  two->flush();
  CHECK(one->find(key_of(1))->output.size == 10);
}

TEST_CASE("threads share a store" * doctest::test_suite("threads")) {
  const TemporaryDirectory temporary;
  std::vector<char> good(kWriters);
  {
    const auto store = open(temporary.cache());
    std::vector<std::thread> threads;
    for (unsigned writer = 0; writer < kWriters; ++writer) {
      threads.emplace_back([&, writer] { good[writer] = hammer(*store, writer) ? 1 : 0; });
    }
    for (auto& thread : threads) thread.join();
    CHECK(store->warning().empty());
  }
  CHECK(std::ranges::count(good, 1) == kWriters);
  check_all(temporary.cache());
}

TEST_CASE("threads evict while others put and look" * doctest::test_suite("threads")) {
  const TemporaryDirectory temporary;
  const auto store = open({.directory = temporary.cache(), .max_bytes = 400'000});
  std::vector<std::thread> threads;
  for (unsigned writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] { hammer(*store, writer); });
  }
  for (auto& thread : threads) thread.join();
  store->flush();
  CHECK(sql_integer(temporary.database(), "SELECT sum(size) FROM payload") <= 400'000);
  CHECK(store->warning().empty());
}

TEST_CASE("processes make one cache together and share it") {
  const TemporaryDirectory temporary;
  std::vector<pid_t> processes;
  for (unsigned writer = 0; writer < kWriters; ++writer) {
    processes.push_back(start_process([&] {
      const auto store = cache::Store::open({.directory = temporary.cache()});
      if (!store) return 1;
      const auto id = cache::content_of({}, (*store)->secret());  // stands for the secret
      write_file(temporary.path() / std::to_string(writer), cache::to_hex(id.hash));
      return hammer(**store, writer) ? ((*store)->flush(), 0) : 2;
    }));
  }
  for (const pid_t process : processes) CHECK(exit_status(process) == 0);
  const auto id = cache::content_of({}, open(temporary.cache())->secret());
  for (unsigned writer = 0; writer < kWriters; ++writer) {
    CHECK(read_file(temporary.path() / std::to_string(writer)) == cache::to_hex(id.hash));
  }
  check_all(temporary.cache());
}

TEST_CASE("a process killed at any moment leaves a cache that works") {
  const TemporaryDirectory temporary;
  for (int round = 0; round < 10; ++round) {
    const pid_t process = start_process([&] {
      const auto store = cache::Store::open({.directory = temporary.cache()});
      for (unsigned writer = 0; store; ++writer) hammer(**store, writer % kWriters);
      return 1;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(3 + 17 * round));
    ::kill(process, SIGKILL);
    CHECK(exit_status(process) == -1);
    const auto store = open(temporary.cache());
    CHECK(hammer(*store, 0));
  }
}
