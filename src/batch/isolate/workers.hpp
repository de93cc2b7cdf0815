// Transcoders in other processes: what crashes, hangs or is taken over there is one picture's failure.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "batch/isolate/nursery.hpp"
#include "batch/transcoder.hpp"
#include "util/confine.hpp"

namespace frugal::batch {

class Workers final : public Workshop {
 public:
  /// Workers are started when they are first needed. `patience`: what one picture may take in all; none: by
  /// its size. To be called while this process has one thread. Errors: internal, io.
  static Result<std::unique_ptr<Workers>> begin(const Confinement& means,
                                                std::optional<std::chrono::milliseconds> patience);

  Result<std::unique_ptr<Transcoder>> transcoder() override;
  std::uint64_t peak_memory() const override;

  // For transcoders, from any thread.

  /// A new one, for one picture: what that does to it harms no other. Errors: internal.
  Result<Nursery::Born> worker();
  /// One that has done its work.
  void dismiss(Nursery::Born worker);
  /// One that answers no more: how it ended, as wait(2) has it. `kill`: it does not end by itself.
  int bury(const Nursery::Born& worker, bool kill);
  void note_memory(pid_t worker, std::uint64_t peak);

  const std::optional<std::chrono::milliseconds>& patience() const { return patience_; }

 private:
  Workers(std::unique_ptr<Nursery> nursery, std::optional<std::chrono::milliseconds> patience)
      : nursery_(std::move(nursery)), patience_(patience) {}

  std::unique_ptr<Nursery> nursery_;
  std::optional<std::chrono::milliseconds> patience_;
  mutable std::mutex mutex_;
  std::map<pid_t, std::uint64_t> memory_;  ///< of those that live: the most that each has used, in bytes
  std::uint64_t peak_memory_ = 0;          ///< of all of them together
};

}  // namespace frugal::batch
