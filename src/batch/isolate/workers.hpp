// Transcoders in other processes: what crashes or hangs there is one picture's failure.
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
  enum class Use : std::uint8_t {
    once,   ///< a process for each picture: one that is taken over can do no other picture harm
    again,  ///< one that has done its work well gets another picture, for it has its memory and its libraries
  };

  /// Workers are started when they are first needed. `patience`: what one picture may take in all; none: by
  /// its size. To be called while this process has one thread. Errors: internal, io.
  static Result<std::unique_ptr<Workers>> begin(const Confinement& means, Use use,
                                                std::optional<std::chrono::milliseconds> patience);
  ~Workers() override;

  Result<std::unique_ptr<Transcoder>> transcoder() override;
  std::uint64_t peak_memory() const override;

  // For transcoders, from any thread.

  struct Hired {
    Nursery::Born process;
    int pictures = 0;  ///< that it has had before this one
  };
  /// One for a picture. Errors: internal.
  Result<Hired> worker();
  /// One that nobody has used. Errors: internal.
  Result<Hired> new_worker();
  /// One that has done its work, and nothing went wrong.
  void give_back(Hired worker);
  /// One that is not to get another picture.
  void dismiss(Hired worker);
  /// One that answers no more: how it ended, as wait(2) has it. `kill`: it does not end by itself.
  int bury(Hired worker, bool kill);
  void note_memory(pid_t worker, std::uint64_t peak);

  const std::optional<std::chrono::milliseconds>& patience() const { return patience_; }

 private:
  Workers(std::unique_ptr<Nursery> nursery, Use use, std::optional<std::chrono::milliseconds> patience)
      : nursery_(std::move(nursery)), use_(use), patience_(patience) {}

  std::unique_ptr<Nursery> nursery_;
  Use use_;
  std::optional<std::chrono::milliseconds> patience_;
  mutable std::mutex mutex_;
  std::vector<Hired> idle_;                ///< the one that worked last is at the end
  std::map<pid_t, std::uint64_t> memory_;  ///< of those that live: the most that each has used, in bytes
  std::uint64_t peak_memory_ = 0;          ///< of all of them together, at most
};

}  // namespace frugal::batch
