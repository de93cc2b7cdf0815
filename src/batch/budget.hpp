// Threads and memory, shared by all pictures in work.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

namespace frugal::batch {

/// A picture's part of the machine; given back when destroyed.
class Share;

/// The right to work on something that no share was granted for, and memory set aside for that; given back
/// when destroyed.
class Turn;

/// Hands out threads and memory. Every worker that holds a share has at least one thread. What is spare goes
/// to the pictures that can use it, evenly over those that could still start: with many pictures waiting each
/// gets one thread (nothing is faster), the last ones and the big ones that memory lets run alone get more.
class Budget {
 public:
  /// `threads` >= 1; `memory` in bytes.
  Budget(int threads, std::uint64_t memory) : memory_(memory), free_threads_(threads), free_memory_(memory) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  /// Waits until `memory` bytes are free, or nobody holds any (a picture larger than the whole budget runs
  /// alone). `max_threads`: how many the picture can use; `waiting`: pictures that no worker has begun with.
  Share acquire(std::uint64_t memory, int max_threads, std::size_t waiting);

  /// The same for who has the turn, which ends: what was set aside for it is part of the share.
  Share acquire(std::uint64_t memory, int max_threads, std::size_t waiting, Turn turn);

  /// All that it had to hand out, in bytes.
  std::uint64_t memory() const { return memory_; }

  /// To work on something that no share was granted for: one at a time. Waits until `memory` bytes are free,
  /// too, or nobody has a share. Whoever has the turn may wait for a share; whoever has a share must not wait
  /// for the turn.
  Turn turn(std::uint64_t memory);

 private:
  friend class Share;
  friend class Turn;
  Share share_out(std::unique_lock<std::mutex>& lock, std::uint64_t memory, int max_threads,
                  std::size_t waiting, std::uint64_t ahead);
  void give_back(std::uint64_t memory);
  void release(int threads, std::uint64_t memory);

  std::mutex turn_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t memory_;
  int free_threads_;
  std::uint64_t free_memory_;
  int holders_ = 0;
};

class Share {
 public:
  Share(Share&& other) noexcept;
  Share& operator=(Share&&) = delete;
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;
  ~Share();

  int threads() const { return threads_; }
  std::uint64_t memory() const { return memory_; }

 private:
  friend class Budget;
  Share(Budget& budget, int threads, std::uint64_t memory)
      : budget_(&budget), threads_(threads), memory_(memory) {}

  Budget* budget_;
  int threads_;
  std::uint64_t memory_;
};

class Turn {
 public:
  Turn(Turn&& other) noexcept;
  Turn& operator=(Turn&&) = delete;
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn();

  /// Bytes set aside.
  std::uint64_t memory() const { return memory_; }

 private:
  friend class Budget;
  Turn(Budget& budget, std::unique_lock<std::mutex> lock, std::uint64_t memory)
      : budget_(&budget), lock_(std::move(lock)), memory_(memory) {}

  Budget* budget_;
  std::unique_lock<std::mutex> lock_;
  std::uint64_t memory_;
};

/// Half of what the machine (or the control group it runs in) has available, in bytes.
std::uint64_t default_memory_limit();

/// What is left for pictures of a limit on all memory, in bytes.
std::uint64_t memory_for_pictures(std::uint64_t limit);

/// A limit that leaves so much for them, and hardly more.
std::uint64_t limit_for_pictures(std::uint64_t memory);

/// The processors this process may use.
int default_jobs();

}  // namespace frugal::batch
