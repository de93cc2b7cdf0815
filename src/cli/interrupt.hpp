// SIGINT and SIGTERM: what is in work is finished, nothing new is begun.
#pragma once

#include <atomic>

namespace frugal::cli {

/// From its making until its end, the first SIGINT or SIGTERM raises `stopped()`; a second one removes
/// what is unfinished and ends the process at once. One at a time: a signal handler can reach nothing but
/// what is global.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  const std::atomic<bool>& stopped() const;

  /// 128 + the signal's number; 0 when there was none.
  int exit_status() const;
};

}  // namespace frugal::cli
