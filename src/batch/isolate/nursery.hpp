// Where workers come from: a process with one thread and nothing open, which can be forked at any time.
#pragma once

#include <sys/types.h>

#include <memory>
#include <mutex>
#include <string>

#include "util/channel.hpp"
#include "util/confine.hpp"
#include "util/result.hpp"

namespace frugal::batch {

class Nursery {
 public:
  /// To be called while this process has one thread (what a fork copies of several is of no use). Workers are
  /// confined by `means`. Errors: internal, io.
  static Result<std::unique_ptr<Nursery>> begin(const Confinement& means);

  Nursery(const Nursery&) = delete;
  Nursery& operator=(const Nursery&) = delete;
  ~Nursery();  ///< ends it, and all workers

  struct Born {
    pid_t id = 0;
    Channel channel;
  };
  /// A new worker. From any thread. Errors: internal.
  Result<Born> worker();

  /// Waits for the end of a worker that was told to end, or has; one that goes on for a second is killed.
  /// Gives how it ended, as wait(2) does. From any thread.
  int end(pid_t id, bool at_once);

  /// The same for one that was told to end, without waiting and whatever comes of it.
  void forget(pid_t id);

 private:
  Nursery(pid_t id, Channel channel) : id_(id), channel_(std::move(channel)) {}

  pid_t id_;
  Channel channel_;
  std::mutex mutex_;  ///< of the channel: one question at a time
};

}  // namespace frugal::batch
