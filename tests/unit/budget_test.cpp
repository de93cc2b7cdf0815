#include "batch/budget.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

using frugal::batch::Budget;
using frugal::batch::Share;

TEST_CASE("with pictures waiting for every thread, each picture gets one") {
  Budget budget(4, 1000);
  const auto first = budget.acquire(10, 64, 100);
  const auto second = budget.acquire(10, 64, 99);
  CHECK(first.threads() == 1);
  CHECK(second.threads() == 1);
}

TEST_CASE("the last pictures share the threads that nobody else will want") {
  Budget budget(8, 1000);
  const auto first = budget.acquire(10, 64, 1);
  const auto last = budget.acquire(10, 64, 0);
  CHECK(first.threads() == 4);
  CHECK(last.threads() == 4);
}

TEST_CASE("a small picture takes no more threads than it can use") {
  Budget budget(8, 1000);
  CHECK(budget.acquire(10, 1, 0).threads() == 1);
}

TEST_CASE("the limit that a picture is said to need is the least that has room for it, but for a byte") {
  for (const std::uint64_t memory : {std::uint64_t{2}, std::uint64_t{10} << 20, std::uint64_t{32} << 20,
                                     std::uint64_t{33} << 20, std::uint64_t{9} << 30}) {
    const auto limit = frugal::batch::limit_for_pictures(memory);
    CHECK(frugal::batch::memory_for_pictures(limit) == memory);
    CHECK(frugal::batch::memory_for_pictures(limit - 2) < memory);
  }
}

TEST_CASE("what is read ahead is part of what it then gets, and is free again where it gets nothing") {
  Budget budget(4, 100);
  { const auto turn = budget.turn(60); }
  auto running = std::make_optional(budget.acquire(70, 1, 0));
  std::atomic<bool> granted = false;
  std::thread waits([&] {
    auto turn = budget.turn(30);
    CHECK(turn.memory() == 30);
    const Share share = budget.acquire(100, 1, 0, std::move(turn));
    CHECK(share.memory() == 100);
    granted = true;
  });
  CHECK_FALSE(granted);
  running.reset();
  waits.join();
  CHECK(granted);
  CHECK(budget.turn(100).memory() == 100);
}

TEST_CASE("a picture larger than the whole memory budget runs, alone" * doctest::test_suite("threads")) {
  Budget budget(2, 100);
  std::optional<Share> big(budget.acquire(1'000'000, 1, 1));
  std::atomic<bool> started{false};
  std::thread other([&] {
    const auto share = budget.acquire(50, 1, 0);
    started = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  CHECK_FALSE(started);
  big.reset();
  other.join();
  CHECK(started);
}

TEST_CASE("what is in work at one time never exceeds the memory or the threads" *
          doctest::test_suite("threads")) {
  constexpr int kThreads = 3;
  constexpr int kMemory = 100;
  Budget budget(kThreads, kMemory);
  std::atomic<int> memory{0};
  std::atomic<int> threads{0};
  std::atomic<bool> exceeded{false};
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 6; ++worker) {
    workers.emplace_back([&, worker] {
      for (int i = 0; i < 200; ++i) {
        const int bytes = 10 + (worker * 37 + i * 13) % 60;
        const auto share = budget.acquire(static_cast<std::uint64_t>(bytes), 4, 10);
        const bool over = (memory += bytes) > kMemory || (threads += share.threads()) > kThreads;
        if (over) exceeded = true;
        std::this_thread::yield();
        memory -= bytes;
        threads -= share.threads();
      }
    });
  }
  for (auto& worker : workers) worker.join();
  CHECK_FALSE(exceeded);
}
