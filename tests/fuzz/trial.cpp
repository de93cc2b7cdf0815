#include "fuzz/trial.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "fuzz/folder.hpp"
#include "fuzz/mutate.hpp"
#include "util/fd.hpp"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace frugal::fuzz {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How a process says that it ended on purpose.
constexpr int kLeaked = 81;
constexpr int kTooLarge = 82;

/// What a process and its parent both see.
struct Shared {
  std::atomic<std::uint64_t> number{0};
  std::atomic<std::int64_t> began{0};  ///< ms, by the steady clock
  std::atomic<std::uint64_t> done{0}, read{0}, slowest{0}, memory{0};
  std::array<std::atomic<std::uint64_t>, kKinds> refused{};
};

std::int64_t now() {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

/// Of this process, in bytes: the line of /proc/self/status that begins so.
std::uint64_t memory_of(std::string_view line) {
  const auto text = contents_of("/proc/self/status");
  const auto at = as_chars(text).find(line);
  return at == std::string_view::npos
             ? 0
             : std::strtoull(as_chars(text).data() + at + line.size(), nullptr, 10) << 10;
}

/// From here on the most memory is counted anew.
void forget_most_memory() {
  const Fd file(::open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC));
  (void)write_all(file.get(), as_bytes("5"));
}

class Trials {
 public:
  Trials(const Harness& harness, const Inputs& inputs, const Bounds& bounds)
      : harness_(harness), inputs_(inputs), bounds_(bounds) {
    void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    report_ = Fd(::memfd_create("report", MFD_CLOEXEC));
    if (memory == MAP_FAILED || !report_) throw std::runtime_error("no shared memory");
    shared_ = new (memory) Shared;
  }
  ~Trials() { ::munmap(shared_, sizeof(Shared)); }
  Trials(const Trials&) = delete;
  Trials& operator=(const Trials&) = delete;

  void run(std::uint64_t from, std::uint64_t to) {
    while (from < to) {
      const auto end = std::min(to, from + bounds_.batch);
      const int status = process(from, end);
      take_counts();
      if (status == 0) {
        from = end;
      } else if (WIFEXITED(status) && WEXITSTATUS(status) == kLeaked) {
        seek_leak(from, end);
        from = end;
      } else {
        from = shared_->number + 1;
        note(fault_of(status), from - 1);
      }
    }
  }

  Tally tally() { return std::move(tally_); }

 private:
  [[noreturn]] void work(std::uint64_t from, std::uint64_t to) {
    ::dup2(report_.get(), STDERR_FILENO);
    for (auto number = from; number < to; ++number) {
      const auto input = inputs_[number];
      shared_->number = number;
      shared_->began = now();
      forget_most_memory();
      const auto before = memory_of("VmHWM:");
      const auto outcome = harness_.run(input);
      const auto after = memory_of("VmHWM:");
      const auto grown = after - std::min(after, before);
      (outcome ? shared_->refused.at(static_cast<std::size_t>(*outcome)) : shared_->read) += 1;
      shared_->done += 1;
      shared_->slowest =
          std::max<std::uint64_t>(shared_->slowest, static_cast<std::uint64_t>(now() - shared_->began));
      shared_->memory = std::max<std::uint64_t>(shared_->memory, grown);
      if (grown > bounds_.memory) {
        std::fprintf(stderr, "memory over its budget: %llu MB\n",
                     static_cast<unsigned long long>(grown >> 20));
        std::_Exit(kTooLarge);
      }
    }
#ifdef __SANITIZE_ADDRESS__
    if (__lsan_do_recoverable_leak_check() != 0) std::_Exit(kLeaked);
#endif
    std::_Exit(EXIT_SUCCESS);
  }

  /// Does the work in a process of its own and gives how that ended, as wait(2) has it. `late_` tells whether
  /// it had to be ended.
  int process(std::uint64_t from, std::uint64_t to) {
    (void)::ftruncate(report_.get(), 0);
    ::lseek(report_.get(), 0, SEEK_SET);
    shared_->number = from;
    shared_->began = now();
    late_ = false;
    const pid_t id = ::fork();
    if (id < 0) throw std::runtime_error("no process can be started");
    if (id == 0) work(from, to);
    int status = 0;
    const auto time = std::chrono::duration_cast<milliseconds>(bounds_.time).count();
    while (::waitpid(id, &status, WNOHANG) == 0) {
      std::this_thread::sleep_for(milliseconds(2));
      const auto spent = now() - shared_->began;
      // Where it hangs a sanitizer tells when it is aborted. The leak check at the end takes its time.
      if (spent > time && !late_ && shared_->done < to - from) {
        late_ = true;
        ::kill(id, SIGABRT);
      }
      if (spent > 6 * time) ::kill(id, SIGKILL);
    }
    return status;
  }

  void take_counts() {
    tally_.runs += shared_->done.exchange(0);
    tally_.read += shared_->read.exchange(0);
    for (std::size_t i = 0; i < kKinds; ++i) tally_.refused[i] += shared_->refused[i].exchange(0);
    tally_.slowest = std::max(tally_.slowest, shared_->slowest.load());
    tally_.memory = std::max(tally_.memory, shared_->memory.load());
  }

  std::string report() const {
    std::string text(static_cast<std::size_t>(std::max<off_t>(::lseek(report_.get(), 0, SEEK_END), 0)), '\0');
    const auto count = ::pread(report_.get(), text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return text;
  }

  Fault fault_of(int status) const {
    auto fault = blamed(report());
    if (late_) fault.what = "no end within " + std::to_string(bounds_.time.count()) + " s";
    if (fault.what.empty()) {
      fault.what = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                       : "exit status " + std::to_string(WEXITSTATUS(status));
    }
    return fault;
  }

  /// Halves a range in which something leaks, down to one input.
  void seek_leak(std::uint64_t from, std::uint64_t to) {
    if (to - from > 1) {
      const auto middle = from + (to - from) / 2;
      bool found = false;
      for (const auto& [first, last] : {std::pair(from, middle), std::pair(middle, to)}) {
        const bool leaks = process(first, last) != 0;
        forget_counts();
        if (leaks && !found) seek_leak(first, last);
        found = found || leaks;
      }
      if (found) return;  // else: only many inputs together leak
      (void)process(from, to);
      forget_counts();
    }
    note(blamed(report()), from);
  }

  void forget_counts() {
    const auto before = tally_;
    take_counts();
    tally_ = before;
  }

  void note(Fault fault, std::uint64_t number) {
    const auto known = std::ranges::find_if(tally_.faults, [&](const Fault& other) {
      return other.where == fault.where && other.ours == fault.ours &&
             (!fault.where.empty() || other.what == fault.what);
    });
    if (known != tally_.faults.end()) {
      ++known->count;
      return;
    }
    fault.number = number;
    const auto name = std::string(harness_.name) + "-" + std::to_string(number);
    std::filesystem::create_directories(bounds_.faults);
    fault.file = bounds_.faults / name;
    write_file(fault.file, inputs_[number]);
    write_file(bounds_.faults / (name + ".report"), as_bytes(report()));
    tally_.faults.push_back(std::move(fault));
  }

  const Harness& harness_;
  const Inputs& inputs_;
  const Bounds& bounds_;
  Shared* shared_ = nullptr;
  Fd report_;
  bool late_ = false;
  Tally tally_;
};

bool has_any(std::string_view line, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](auto word) { return line.find(word) != std::string_view::npos; });
}

}  // namespace

Bytes Inputs::operator[](std::uint64_t number) const {
  if (number < seeds_.size()) return seeds_[number];
  Random random(seed_ * 0x9e3779b97f4a7c15 + number);
  const auto& file = seeds_[random() % seeds_.size()];
  const auto& other = seeds_[random() % seeds_.size()];
  return mutated(file, other, random);
}

Tally run_trials(const Harness& harness, const Inputs& inputs, std::uint64_t from, std::uint64_t to,
                 const Bounds& bounds) {
  Trials trials(harness, inputs, bounds);
  trials.run(from, to);
  return trials.tally();
}

Fault blamed(std::string_view report) {
  Fault fault;
  for (auto rest = report; !rest.empty();) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (fault.what.empty() && has_any(line, {"ERROR: ", "runtime error: ", "broken promise: ", "memory over",
                                             "terminate called"})) {
      fault.what = line;
    }
    if (!line.starts_with('#')) continue;
    // The sanitizers', the system's, and what compilers put into the caller.
    if (has_any(line, {"libasan",         "libubsan",      "/libc.so",
                       "/libstdc++",      "/libgcc",       "/libpthread",
                       "/ld-linux",       "/usr/include/", "libsanitizer",
                       "compiler-rt",     "__sanitizer",   "__interceptor",
                       "in __asan",       "in __lsan",     "in __ubsan",
                       "in operator new", "in malloc ",    "in calloc ",
                       "in realloc ",     "in abort",      "frugal::fuzz::insist"})) {
      continue;
    }
    const auto name = line.find(" in ");
    fault.where = line.substr(name == std::string_view::npos ? 0 : name + 4);
    fault.ours = line.find(".so") == std::string_view::npos;
    return fault;
  }
  return fault;
}

}  // namespace frugal::fuzz
