// Loops on several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
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

/// Calls `body(i)`, which must not throw, for every i below `count`, in any order, on at most `threads`
/// threads.
template <class Body>
void parallel_for(std::size_t count, int threads, const Body& body) {
  std::atomic<std::size_t> next{0};
  on_threads(static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(std::max(threads, 1)), count)),
             [&] {
               for (auto i = next.fetch_add(1); i < count; i = next.fetch_add(1)) body(i);
             });
}

/// As parallel_for, on as many threads as there are `workspaces`: `body(i, workspace)` has one to itself.
/// What is too large for a thread's stack has its place there.
template <class Workspace, class Body>
void parallel_for(std::size_t count, std::span<Workspace> workspaces, const Body& body) {
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> taken{0};
  on_threads(static_cast<int>(std::min(workspaces.size(), count)), [&] {
    Workspace& workspace = workspaces[taken.fetch_add(1)];
    for (auto i = next.fetch_add(1); i < count; i = next.fetch_add(1)) body(i, workspace);
  });
}

}  // namespace frugal
