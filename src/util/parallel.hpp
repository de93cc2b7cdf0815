// Loops on several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <new>
#include <span>

namespace frugal {

/// Says to the thread sanitizer that what came before `open` is seen after `pass`. An OpenMP region begins
/// and ends with barriers, but inside a library that the sanitizer cannot see into.
class Gate {
 public:
  [[gnu::noinline]] void open() { opened_.fetch_add(1, std::memory_order_release); }
  [[gnu::noinline]] void pass() { opened_.load(std::memory_order_acquire); }

 private:
  std::atomic<int> opened_{0};
};

/// Not watched by the sanitizer itself, since the compiler hands the arguments over to the threads before any
/// gate.
template <class Body>
[[gnu::no_sanitize("thread")]] void parallel_region(int threads, const Body& body, Gate& begin, Gate& end) {
#pragma omp parallel num_threads(threads)
  {
    begin.pass();
    body();
    end.open();
  }
}

/// Runs `body()`, which must not throw, on so many threads at once (at least one, this one), and waits for
/// all.
template <class Body>
void on_threads(int threads, const Body& body) {
  if (threads <= 1) return body();
  Gate begin;
  Gate end;
  begin.open();
  parallel_region(threads, body, begin, end);
  end.pass();
}

/// What ran out of memory in a parallel region, which no exception may leave, says so here.
class Shortage {
 public:
  template <class Body>
  void guard(const Body& body) {
    try {
      body();
    } catch (const std::bad_alloc&) {
      seen_.store(true);
    }
  }
  /// Outside of the region. Throws std::bad_alloc where one was caught.
  void report() const {
    if (seen_.load()) throw std::bad_alloc();
  }

 private:
  std::atomic<bool> seen_{false};
};

/// Calls `body(i)` for every i below `count`, in any order, on at most `threads` threads. It must throw
/// nothing but std::bad_alloc, which is thrown on when all is done.
template <class Body>
void parallel_for(std::size_t count, int threads, const Body& body) {
  std::atomic<std::size_t> next{0};
  Shortage shortage;
  on_threads(static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(std::max(threads, 1)), count)),
             [&] {
               shortage.guard([&] {
                 for (auto i = next.fetch_add(1); i < count; i = next.fetch_add(1)) body(i);
               });
             });
  shortage.report();
}

/// As parallel_for, on as many threads as there are `workspaces`: `body(i, workspace)` has one to itself.
/// What is too large for a thread's stack has its place there.
template <class Workspace, class Body>
void parallel_for(std::size_t count, std::span<Workspace> workspaces, const Body& body) {
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> taken{0};
  Shortage shortage;
  on_threads(static_cast<int>(std::min(workspaces.size(), count)), [&] {
    Workspace& workspace = workspaces[taken.fetch_add(1)];
    shortage.guard([&] {
      for (auto i = next.fetch_add(1); i < count; i = next.fetch_add(1)) body(i, workspace);
    });
  });
  shortage.report();
}

}  // namespace frugal
