#include "batch/isolate/workers.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "batch/isolate/protocol.hpp"

namespace frugal::batch {

namespace {

using std::chrono::milliseconds;

/// So many in one worker: enough that its beginning costs nothing, and what one did to it has an end.
constexpr int kMostPictures = 50;

/// Ten minutes, and five for each million of pixels: nothing that ends by itself takes as long.
milliseconds default_patience(const Size& size) {
  using std::chrono::minutes;
  const auto megapixels = std::uint64_t{size.width} * size.height / 1'000'000;
  return minutes(10) + minutes(5) * static_cast<std::int64_t>(megapixels);
}

/// What made a process end, for a message.
std::string cause_of(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const char* name = ::sigabbrev_np(number);
    return "signal " + std::to_string(number) + (name ? std::string(", SIG") + name : std::string());
  }
  return "exit status " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : status);
}

std::string seconds(milliseconds time) {
  auto text = std::to_string(static_cast<double>(time.count()) / 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " s";
}

class WorkerTranscoder final : public Transcoder {
 public:
  explicit WorkerTranscoder(Workers& workers) : workers_(workers) {}

  ~WorkerTranscoder() override { let_go(); }

  Result<codec::Header> open(ByteView file, const codec::Codec& source,
                             const codec::Limits& limits) override {
    let_go();
    auto copy = memory_file(file);
    if (!copy) return std::unexpected(copy.error());
    auto worker = workers_.worker();
    if (!worker) return std::unexpected(worker.error());
    worker_ = std::move(*worker);
    copy_ = std::move(*copy);
    const auto reply = call<codec::Header>(OpenRequest{&source, limits});
    if (!reply) return std::unexpected(reply.error());
    if (reply->result) {
      if (auto within = codec::check_limits(reply->result->size, limits); !within) {
        all_well_ = false;  // it was to look at that itself
        return std::unexpected(within.error());
      }
      patience_ = default_patience(reply->result->size);
    }
    return reply->result;
  }

  Result<Size> decode(MetadataPolicy policy, const Grant& grant, Timings& ms) override {
    auto reply = call<Size>(DecodeRequest{policy, grant});
    if (!reply) return std::unexpected(reply.error());
    ms += reply->cost.ms;
    has_picture_ = reply->result.has_value();
    if (grant.sparing && worker_->pictures == 0) copy_ = Fd();  // only another's picture makes a second trial
    return std::move(reply->result);
  }

  Result<Made> encode(std::span<const codec::Codec* const> targets, const Settings& settings,
                      std::optional<std::uint64_t> useless_from, const Grant& grant, Timings& ms) override {
    auto reply = call<Made>(EncodeRequest{{targets.begin(), targets.end()}, settings, useless_from, grant});
    if (!reply) return std::unexpected(reply.error());
    ms += reply->cost.ms;
    if (reply->result) {
      auto bytes = what_came_along(reply->cost.file_size, grant);
      file_ = Fd();
      if (!bytes) return lost(Silence::over, patience_);
      reply->result->bytes = std::move(*bytes);
    }
    return std::move(reply->result);
  }

  bool has_picture() const override { return has_picture_; }
  bool needs_file() const override { return false; }

 private:
  void forget() {
    worker_.reset();
    done_.clear();
    copy_ = Fd();
    has_picture_ = false;
    patience_ = std::chrono::minutes(10);
    spent_ = {};
  }

  /// Of the picture, and of the worker that had it.
  void let_go() {
    if (worker_ && all_well_) workers_.give_back(std::move(*worker_));
    if (worker_ && !all_well_) workers_.dismiss(std::move(*worker_));
    all_well_ = true;
    forget();
  }

  /// So many bytes of the file that came with the reply; nothing where it is not that. A process that was
  /// taken over may send anything: a pipe that never ends, a file that shrinks meanwhile.
  std::optional<Bytes> what_came_along(std::uint64_t size, const Grant& grant) const {
    constexpr std::uint64_t kRoom = 64U << 20;
    struct stat status {};
    if (size == 0) return Bytes();
    if (!file_ || ::fstat(file_.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    if (static_cast<std::uint64_t>(status.st_size) != size || size > grant.memory + kRoom)
      return std::nullopt;
    return out_of_memory_file(file_, static_cast<std::size_t>(size));
  }

  milliseconds patience() const { return workers_.patience().value_or(patience_); }

  /// Asks and waits. What came with the reply is in `file_`. An answer that is none is as if it were over.
  template <class T>
  std::expected<Reply<T>, Silence> ask(const Request& request) {
    const int file = std::holds_alternative<OpenRequest>(request) ? copy_.get() : -1;
    if (!worker_->process.channel.send(written(request), file)) return std::unexpected(Silence::over);
    const auto before = std::max(patience() - spent_, milliseconds(1));
    auto left = before;
    auto message = worker_->process.channel.receive(left);
    spent_ += before - left;
    if (!message) return std::unexpected(message.error());
    auto reply = reply_in<T>(message->bytes);
    if (!reply) return std::unexpected(Silence::over);
    workers_.note_memory(worker_->process.id, reply->cost.peak_memory);
    file_ = std::move(message->file);
    return std::move(*reply);
  }

  std::expected<void, Silence> ask_again(const Request& request) {
    const auto came = [](const auto& reply) -> std::expected<void, Silence> {
      if (!reply) return std::unexpected(reply.error());
      return reply->result ? std::expected<void, Silence>() : std::unexpected(Silence::over);
    };
    return std::holds_alternative<OpenRequest>(request) ? came(ask<codec::Header>(request))
                                                        : came(ask<Size>(request));
  }

  /// True where an earlier picture may be to blame for what came: a crash, nonsense, want of memory.
  template <class T>
  bool may_be_anothers_fault(const std::expected<Reply<T>, Silence>& reply) const {
    if (worker_->pictures == 0) return false;
    if (!reply) return reply.error() == Silence::over;
    if (reply->result) return false;
    const auto kind = reply->result.error().kind;
    return kind == ErrorKind::limit || kind == ErrorKind::internal;
  }

  /// With a new worker, which is asked first what the other one had been asked.
  template <class T>
  std::expected<Reply<T>, Silence> begin_again(const Request& request) {
    auto fresh = workers_.new_worker();
    if (!fresh) return std::unexpected(Silence::over);
    workers_.bury(std::exchange(*worker_, std::move(*fresh)), false);
    spent_ = {};
    for (const auto& earlier : done_) {
      if (auto done = ask_again(earlier); !done) return std::unexpected(done.error());
    }
    return ask<T>(request);
  }

  /// Asks, and once more where that may help.
  template <class T>
  Result<Reply<T>> call(Request request) {
    if (!worker_) return fail(ErrorKind::internal, "no worker process has it open");
    const bool well = std::exchange(all_well_, false);  // whatever is thrown meanwhile
    auto reply = ask<T>(request);
    if (may_be_anothers_fault(reply)) reply = begin_again<T>(request);
    if (!reply) return lost(reply.error(), patience());
    all_well_ = well && reply->result;
    if (!std::is_same_v<T, Made>) done_.push_back(std::move(request));
    return std::move(*reply);
  }

  std::unexpected<Error> lost(Silence silence, milliseconds patience) {
    const bool hung = silence == Silence::too_long;
    const int status = workers_.bury(std::move(*worker_), hung);
    forget();
    if (hung)
      return fail(ErrorKind::limit, "it took longer than " + seconds(patience) + "; --timeout gives it more");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      return fail(ErrorKind::limit, "the process that worked on it was killed; memory may have run out");
    return fail(ErrorKind::internal, "a library crashed on it (" + cause_of(status) + ")");
  }

  Workers& workers_;
  std::optional<Workers::Hired> worker_;
  Fd copy_;                    ///< of the source
  std::vector<Request> done_;  ///< what the worker needs to have been asked to encode it
  bool all_well_ = true;       ///< nothing was refused or failed
  bool has_picture_ = false;
  milliseconds patience_ = std::chrono::minutes(10);  ///< for the source in work
  milliseconds spent_{};                              ///< of that
  Fd file_;
};

}  // namespace

Result<std::unique_ptr<Workers>> Workers::begin(const Confinement& means, Use use,
                                                std::optional<milliseconds> patience) {
  auto nursery = Nursery::begin(means);
  if (!nursery) return std::unexpected(nursery.error());
  return std::unique_ptr<Workers>(new Workers(std::move(*nursery), use, patience));
}

Workers::~Workers() {
  for (auto& worker : idle_) dismiss(std::move(worker));
}

Result<std::unique_ptr<Transcoder>> Workers::transcoder() {
  return std::make_unique<WorkerTranscoder>(*this);
}

std::uint64_t Workers::peak_memory() const {
  const std::lock_guard lock(mutex_);
  return peak_memory_;
}

Result<Workers::Hired> Workers::worker() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Hired worker = std::move(idle_.back());
      idle_.pop_back();
      return worker;
    }
  }
  return new_worker();
}

Result<Workers::Hired> Workers::new_worker() {
  auto born = nursery_->worker();
  if (!born) return std::unexpected(born.error());
  return Hired{.process = std::move(*born)};
}

void Workers::give_back(Hired worker) {
  ++worker.pictures;
  if (use_ == Use::once || worker.pictures >= kMostPictures ||
      !worker.process.channel.send(written(CloseRequest{}))) {
    dismiss(std::move(worker));
    return;
  }
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(worker));
}

void Workers::dismiss(Hired worker) {
  const pid_t id = worker.process.id;
  worker.process.channel = Channel();  // which it sees, and ends
  if (is_watched()) {
    if (nursery_->end(id, false) != 0) std::abort();  // it had leaks to tell of
  } else {
    nursery_->forget(id);
  }
  const std::lock_guard lock(mutex_);
  memory_.erase(id);
}

int Workers::bury(Hired worker, bool kill) {
  worker.process.channel = Channel();  // which it sees where it lives
  const int status = nursery_->end(worker.process.id, kill);
  const std::lock_guard lock(mutex_);
  memory_.erase(worker.process.id);
  return status;
}

void Workers::note_memory(pid_t worker, std::uint64_t peak) {
  const std::lock_guard lock(mutex_);
  memory_[worker] = peak;
  std::uint64_t all = 0;
  for (const auto& [id, bytes] : memory_) all += bytes;
  peak_memory_ = std::max(peak_memory_, all);
}

}  // namespace frugal::batch
