#include "batch/isolate/worker.hpp"

#include <sys/resource.h>

#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "batch/convert.hpp"
#include "batch/isolate/protocol.hpp"
#include "batch/transcoder.hpp"

namespace frugal::batch {

namespace {

std::uint64_t peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
}

/// Answers requests about one picture after the other.
class Worker {
 public:
  explicit Worker(const Channel& channel) : channel_(channel), figures_(memory_figures()) {}

  /// False when there is nobody to answer any more.
  bool answer(Message message) {
    auto request = request_in(message.bytes);
    if (!request) return false;
    return std::visit(
        [&]<class Call>(Call& call) {
          if constexpr (std::is_same_v<Call, OpenRequest>) return open(call, message.file);
          if constexpr (std::is_same_v<Call, DecodeRequest>) return decode(call);
          if constexpr (std::is_same_v<Call, EncodeRequest>) return encode(call);
          if constexpr (std::is_same_v<Call, CloseRequest>) return close();
        },
        *request);
  }

 private:
  /// What a library allocates without end must come to an end before the machine does.
  void limit_to(const Grant& grant) const {
    constexpr std::uint64_t kRoom = 512ULL << 20;  // stacks of threads, and what no picture's size decides
    if (!is_watched()) limit_memory(own_memory_ + 2 * grant.memory + kRoom);
  }

  template <class T, class Do>
  bool reply_to(const Do& work) {
    Reply<T> reply{T{}, {}};
    try {
      reply.result = work(reply.cost.ms);
    } catch (const std::bad_alloc&) {
      reply.result = fail(ErrorKind::limit, "not enough memory for the image");
    }
    Fd file;
    if constexpr (std::is_same_v<T, Made>) {
      if (reply.result && !reply.result->bytes.empty()) {
        reply.cost.file_size = reply.result->bytes.size();
        auto made = into_memory_file(std::move(reply.result->bytes));
        if (made) file = std::move(*made);
        if (!made) reply.result = std::unexpected(made.error());
      }
    }
    reply.cost.peak_memory = peak_memory();
    return channel_.send(written(reply), file.get());
  }

  bool open(const OpenRequest& request, const Fd& file) {
    return reply_to<codec::Header>([&](Timings&) -> Result<codec::Header> {
      own_memory_ = private_memory(figures_);  // with what it keeps of the picture before
      limit_to({});
      auto mapping = Mapping::of(file);
      if (!mapping) return std::unexpected(mapping.error());
      source_ = std::move(*mapping);
      return transcoder_->open(source_->bytes(), *request.source, request.limits);
    });
  }

  bool decode(const DecodeRequest& request) {
    return reply_to<Size>([&](Timings& ms) {
      limit_to(request.grant);
      auto size = transcoder_->decode(request.policy, request.grant, ms);
      if (size && !transcoder_->needs_file()) source_.reset();
      return size;
    });
  }

  bool encode(const EncodeRequest& request) {
    return reply_to<Made>([&](Timings& ms) -> Result<Made> {
      if (!transcoder_->has_picture()) return fail(ErrorKind::internal, "no picture to encode");
      limit_to(request.grant);
      return transcoder_->encode(request.targets, request.settings, request.useless_from, request.grant, ms);
    });
  }

  bool close() {
    transcoder_.emplace(clock_ms);
    source_.reset();
    return true;
  }

  const Channel& channel_;
  Fd figures_;
  std::uint64_t own_memory_ = 0;  ///< bytes, what the process has without a picture
  std::optional<Mapping> source_;
  std::optional<LocalTranscoder> transcoder_{std::in_place, clock_ms};
};

}  // namespace

void serve(const Channel& channel, const Confinement& means) {
  Worker worker(channel);
  if (!confine(means)) return;
  for (;;) {
    auto message = channel.receive();
    if (!message || !worker.answer(std::move(*message))) return;
  }
}

}  // namespace frugal::batch
