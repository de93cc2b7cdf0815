#include "batch/budget.hpp"

#include <omp.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

namespace frugal::batch {

Share Budget::acquire(std::uint64_t memory, int max_threads, std::size_t waiting) {
  std::unique_lock lock(mutex_);
  return share_out(lock, memory, max_threads, waiting, 0);
}

Share Budget::acquire(std::uint64_t memory, int max_threads, std::size_t waiting, Turn turn) {
  std::unique_lock lock(mutex_);
  return share_out(lock, memory, max_threads, waiting, std::exchange(turn.memory_, 0));
}

/// `ahead`: bytes that were set aside, and are handed out with the others.
Share Budget::share_out(std::unique_lock<std::mutex>& lock, std::uint64_t memory, int max_threads,
                        std::size_t waiting, std::uint64_t ahead) {
  changed_.wait(lock, [&] { return free_threads_ > 0 && (memory <= free_memory_ + ahead || holders_ == 0); });
  free_memory_ += ahead;
  const auto memory_share = std::min(memory, free_memory_);
  const auto starters =
      static_cast<int>(std::min<std::size_t>(waiting, static_cast<std::size_t>(free_threads_) - 1)) + 1;
  const int threads = std::clamp(free_threads_ / starters, 1, std::max(1, max_threads));
  free_memory_ -= memory_share;
  free_threads_ -= threads;
  ++holders_;
  return {*this, threads, memory_share};
}

Turn Budget::turn(std::uint64_t memory) {
  std::unique_lock turn(turn_);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return memory <= free_memory_ || holders_ == 0; });
  const auto ahead = std::min(memory, free_memory_);
  free_memory_ -= ahead;
  return {*this, std::move(turn), ahead};
}

void Budget::give_back(std::uint64_t memory) {
  {
    const std::lock_guard lock(mutex_);
    free_memory_ += memory;
  }
  changed_.notify_all();
}

void Budget::release(int threads, std::uint64_t memory) {
  {
    const std::lock_guard lock(mutex_);
    free_threads_ += threads;
    free_memory_ += memory;
    --holders_;
  }
  changed_.notify_all();
}

Share::Share(Share&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), threads_(other.threads_), memory_(other.memory_) {}

Turn::Turn(Turn&& other) noexcept
    : budget_(other.budget_), lock_(std::move(other.lock_)), memory_(std::exchange(other.memory_, 0)) {}

Turn::~Turn() {
  if (memory_ > 0) budget_->give_back(memory_);
}

Share::~Share() {
  if (budget_) budget_->release(threads_, memory_);
}

namespace {

/// The number at the start of a file such as those under /sys/fs/cgroup.
std::optional<std::uint64_t> number_in(const char* path) {
  std::uint64_t value = 0;
  std::ifstream file(path);
  return file >> value ? std::optional(value) : std::nullopt;
}

std::uint64_t available_memory() {
  constexpr std::uint64_t kUnknown = 2ULL << 30;
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::string unit;
  for (std::uint64_t kib = 0; file >> name >> kib; std::getline(file, unit)) {
    if (name == "MemAvailable:") return kib << 10;
  }
  return kUnknown;
}

/// This process's, and that of the one which the others are forked from, in bytes.
constexpr std::uint64_t kOwnMemory = 32U << 20;

}  // namespace

std::uint64_t default_memory_limit() {
  auto memory = available_memory();
  const auto limit = number_in("/sys/fs/cgroup/memory.max");
  const auto used = number_in("/sys/fs/cgroup/memory.current");
  if (limit && used && *limit > *used) memory = std::min(memory, *limit - *used);
  return memory / 2;
}

std::uint64_t memory_for_pictures(std::uint64_t limit) {
  return limit - std::min(kOwnMemory, limit / 2);
}

std::uint64_t limit_for_pictures(std::uint64_t memory) {
  return memory + std::min(kOwnMemory, memory);
}

int default_jobs() {
  return omp_get_num_procs();
}

}  // namespace frugal::batch
