#include "batch/isolate/nursery.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "batch/isolate/worker.hpp"
#include "codec/codec.hpp"
#include "util/wire.hpp"

namespace frugal::batch {

namespace {

enum class Wish : std::uint8_t { worker = 1, end, end_at_once, forget };

/// Ends with its parent, however that ends; false where it is gone already.
bool stay_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return ::getppid() == parent;
}

/// Nothing is open but standard error and `kept`.
void close_all_but(int kept) {
  const auto first = static_cast<unsigned>(STDERR_FILENO + 1);
  const auto own = static_cast<unsigned>(kept);
  bool closed = own <= first || ::syscall(SYS_close_range, first, own - 1, 0U) == 0;
  closed = ::syscall(SYS_close_range, own + 1, ~0U, 0U) == 0 && closed;
  if (!closed) {  // a kernel before 5.9, or one that is not let do it
    const auto most = static_cast<int>(std::min(::sysconf(_SC_OPEN_MAX), 65'536L));
    for (int fd = STDERR_FILENO + 1; fd < most; ++fd) {
      if (fd != kept) ::close(fd);
    }
  }
  const Fd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO}) ::dup2(nothing.get(), fd);
}

/// Interrupts come to all processes of a terminal, and it is the first of them that decides what to do.
void leave_signals_to_parent() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(number, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);  // ignored by whoever started us, children would leave nothing to wait for
}

/// Libraries that load others, or read files, when they are first asked do that now: a worker cannot.
void load_libraries() {
  for (const auto& codec : codec::all()) (void)codec.libraries();
}

void leave_no_core() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

/// The child's side of a fork; never returns.
[[noreturn]] void be_worker(const Channel& channel, pid_t nursery, const Confinement& means) {
  if (stay_with(nursery)) {
    close_all_but(channel.fd());
    serve(channel, means);
  }
#ifdef __SANITIZE_ADDRESS__
  __lsan_do_leak_check();  // nobody else looks at this process's end
#endif
  std::_Exit(EXIT_SUCCESS);
}

/// How process `id` ended; it is killed where it does not.
int end_of(pid_t id, bool at_once) {
  constexpr int kSteps = is_watched() ? 60'000 : 1000;
  int status = 0;
  if (at_once) ::kill(id, SIGKILL);
  for (int step = 0; step < kSteps; ++step) {
    const pid_t ended = ::waitpid(id, &status, at_once ? 0 : WNOHANG);
    if (ended == id || (ended < 0 && errno != EINTR)) return status;
    ::usleep(1000);
  }
  ::kill(id, SIGKILL);
  return ::waitpid(id, &status, 0) == id ? status : 0;
}

void fork_worker(const Channel& channel, const Confinement& means) {
  const pid_t self = ::getpid();
  auto ends = Channel::pair();
  pid_t id = -1;
  if (ends) id = ::fork();
  if (id == 0) {
    const Channel own = std::move(ends->second);
    ends->first = Channel();
    be_worker(own, self, means);
  }
  WireWriter reply;
  reply.put(id);
  channel.send(reply.bytes(), id > 0 ? ends->first.fd() : -1);
}

/// Workers end when nobody has anything to ask any more: left to themselves they would remain as zombies
/// where nobody collects them, as in many containers. One that hangs goes with its parent.
void wait_for_children() {
  for (int step = 0; step < 500; ++step) {
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended < 0) return;
    if (ended == 0) ::usleep(1000);
  }
}

[[noreturn]] void tend(const Channel& channel, pid_t parent, const Confinement& means) {
  if (stay_with(parent)) {
    leave_signals_to_parent();
    leave_no_core();
    close_all_but(channel.fd());
    load_libraries();
    std::vector<pid_t> forgotten;
    for (;;) {
      const auto message = channel.receive();
      if (!message) break;
      WireReader in(message->bytes);
      const auto wish = in.take<Wish>();
      if (wish == Wish::worker) {
        std::erase_if(forgotten, [](pid_t id) { return ::waitpid(id, nullptr, WNOHANG) != 0; });
        fork_worker(channel, means);
        continue;
      }
      const auto id = in.take<pid_t>();
      if (wish == Wish::forget) {
        forgotten.push_back(id);
        continue;
      }
      WireWriter reply;
      reply.put(end_of(id, wish == Wish::end_at_once));
      channel.send(reply.bytes());
    }
    wait_for_children();
  }
  std::_Exit(EXIT_SUCCESS);
}

bool has_one_thread() {
  std::error_code error;
  std::filesystem::directory_iterator tasks("/proc/self/task", error);
  return error || std::distance(begin(tasks), end(tasks)) == 1;
}

}  // namespace

Result<std::unique_ptr<Nursery>> Nursery::begin(const Confinement& means) {
  if (!has_one_thread() && !is_watched())
    return fail(ErrorKind::internal, "threads were started before the worker processes");
  auto ends = Channel::pair();
  if (!ends) return std::unexpected(ends.error());
  const pid_t self = ::getpid();
  const pid_t id = ::fork();
  if (id < 0) return std::unexpected(io_error("start a process"));
  if (id == 0) {
    const Channel own = std::move(ends->second);
    ends->first = Channel();
    tend(own, self, means);
  }
  return std::unique_ptr<Nursery>(new Nursery(id, std::move(ends->first)));
}

Nursery::~Nursery() {
  channel_ = Channel();
  for (int step = 0; step < 5000; ++step) {
    if (::waitpid(id_, nullptr, WNOHANG) != 0) return;
    ::usleep(200);
  }
  ::kill(id_, SIGKILL);  // it did not see that, and its children go with it
  ::waitpid(id_, nullptr, 0);
}

Result<Nursery::Born> Nursery::worker() {
  const std::lock_guard lock(mutex_);
  WireWriter wish;
  wish.put(Wish::worker);
  channel_.send(wish.bytes());
  auto reply = channel_.receive();
  const pid_t id = reply ? WireReader(reply->bytes).take<pid_t>() : -1;
  if (id <= 0 || !reply->file) return fail(ErrorKind::internal, "cannot start a worker process");
  return Born{id, Channel(std::move(reply->file))};
}

int Nursery::end(pid_t id, bool at_once) {
  const std::lock_guard lock(mutex_);
  WireWriter wish;
  wish.put(at_once ? Wish::end_at_once : Wish::end).put(id);
  channel_.send(wish.bytes());
  const auto reply = channel_.receive();
  return reply ? WireReader(reply->bytes).take<int>() : 0;
}

void Nursery::forget(pid_t id) {
  const std::lock_guard lock(mutex_);
  WireWriter wish;
  wish.put(Wish::forget).put(id);
  channel_.send(wish.bytes());
}

}  // namespace frugal::batch
