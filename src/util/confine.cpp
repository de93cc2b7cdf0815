#include "util/confine.hpp"

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
#include <cstdio>
#include <cstdlib>
#include <memory>

#ifdef FRUGAL_SECCOMP
#include <sched.h>
#include <seccomp.h>
#endif

#include "util/fd.hpp"

namespace frugal {

namespace {

// Landlock (Linux: Documentation/userspace-api/landlock.rst). Its calls have the same numbers everywhere;
// headers may be older than the kernel.
constexpr long kCreateRuleset = 444;
constexpr long kRestrictSelf = 446;
constexpr unsigned kAskForVersion = 1;

struct Ruleset {
  std::uint64_t files = 0;
  std::uint64_t network = 0;  ///< from ABI 4 on
  std::uint64_t scoped = 0;   ///< from ABI 6 on
};

/// All that an ABI can deny about files: bits 0 to 12 first, then renaming across folders, truncating, ioctl
/// on devices.
std::uint64_t file_rights(int abi) {
  constexpr std::array<unsigned, 6> kBits{0, 13, 14, 15, 15, 16};
  const auto last =
      static_cast<std::size_t>(abi) < kBits.size() ? static_cast<std::size_t>(abi) : kBits.size() - 1;
  return (std::uint64_t{1} << kBits[last]) - 1;
}

Result<void> forbid_files(int abi) {
  constexpr std::uint64_t kBindAndConnect = 3;
  constexpr std::uint64_t kSocketsAndSignals = 3;
  const Ruleset rules{file_rights(abi), kBindAndConnect, kSocketsAndSignals};
  const std::size_t size = sizeof(std::uint64_t) * (abi >= 6 ? 3 : abi >= 4 ? 2 : 1);
  const Fd ruleset(static_cast<int>(::syscall(kCreateRuleset, &rules, size, 0U)));
  if (!ruleset) return std::unexpected(io_error("make a Landlock ruleset"));
  if (::syscall(kRestrictSelf, ruleset.get(), 0U) != 0) return std::unexpected(io_error("apply Landlock"));
  return {};
}

#ifdef FRUGAL_SECCOMP

struct Release {
  void operator()(void* filter) const { ::seccomp_release(filter); }
};

/// Opening files fails as in an empty directory nobody may read; what no decoder has a reason to do fails
/// too, so that a library that only tries its luck goes on.
constexpr auto kForbidden = std::to_array<const char*>({
    // files, by name
    "open",
    "openat",
    "openat2",
    "creat",
    "open_by_handle_at",
    "name_to_handle_at",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "mknod",
    "mknodat",
    "chmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "lchown",
    "fchownat",
    "truncate",
    "utime",
    "utimes",
    "utimensat",
    "futimesat",
    "setxattr",
    "lsetxattr",
    "removexattr",
    "lremovexattr",
    "chdir",
    "fchdir",
    "chroot",
    "pivot_root",
    "mount",
    "umount2",
    "move_mount",
    "open_tree",
    "fsopen",
    "fsmount",
    "fsconfig",
    "fspick",
    "mount_setattr",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "quotactl_fd",
    "inotify_add_watch",
    "fanotify_init",
    "fanotify_mark",
    // programs and processes
    "execve",
    "execveat",
    "fork",
    "vfork",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "pidfd_open",
    "pidfd_getfd",
    "pidfd_send_signal",
    "process_madvise",
    "kcmp",
    "setns",
    "unshare",
    "tkill",
    "rt_sigqueueinfo",
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setresuid",
    "setresgid",
    "setgroups",
    "capset",
    "setpgid",
    "setsid",
    "personality",
    // the network and other ways out
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "shmget",
    "shmat",
    "shmctl",
    "semget",
    "semop",
    "semctl",
    "msgget",
    "msgsnd",
    "msgrcv",
    "msgctl",
    "mq_open",
    "mq_unlink",
    // the kernel itself
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "keyctl",
    "add_key",
    "request_key",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "syslog",
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "sethostname",
    "setdomainname",
    "iopl",
    "ioperm",
    "vhangup",
    "modify_ldt",
    "lookup_dcookie",
    "nfsservctl",
    "memfd_secret",
});

Result<void> forbid_calls() {
  const auto failed = [] { return fail(ErrorKind::internal, "cannot filter system calls"); };
  const std::unique_ptr<void, Release> filter(::seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return failed();
  const std::uint32_t refuse = SCMP_ACT_ERRNO(EACCES);
  for (const char* name : kForbidden) {
    const int call = ::seccomp_syscall_resolve_name(name);
    if (call == __NR_SCMP_ERROR || call < 0) continue;  // unknown to this libseccomp, or to this processor
    if (::seccomp_rule_add(filter.get(), refuse, call, 0) != 0) return failed();
  }
  // Threads, not processes. What clone3 is asked for stands in memory, where a filter does not see it: the C
  // library takes clone then.
  const auto threads_alone = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0);
  if (::seccomp_rule_add(filter.get(), refuse, SCMP_SYS(clone), 1, threads_alone) != 0) return failed();
  if (::seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) != 0) return failed();
  // No pushing of characters into a terminal's input.
  const auto of_terminals = SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, 0x5412);  // TIOCSTI
  if (::seccomp_rule_add(filter.get(), refuse, SCMP_SYS(ioctl), 1, of_terminals) != 0) return failed();
  // Its own limits, which may get narrower; not those of others.
  const auto of_others = SCMP_A0(SCMP_CMP_NE, 0);
  if (::seccomp_rule_add(filter.get(), refuse, SCMP_SYS(prlimit64), 1, of_others) != 0) return failed();
  // Signals to itself alone, as abort() sends them.
  const auto not_me = SCMP_A0(SCMP_CMP_NE, static_cast<scmp_datum_t>(::getpid()));
  if (::seccomp_rule_add(filter.get(), refuse, SCMP_SYS(tgkill), 1, not_me) != 0) return failed();
  if (::seccomp_rule_add(filter.get(), refuse, SCMP_SYS(kill), 1, not_me) != 0) return failed();
  return ::seccomp_load(filter.get()) == 0 ? Result<void>() : failed();
}

bool can_filter() {
  constexpr int kActionAvailable = 2;       // SECCOMP_GET_ACTION_AVAIL
  const std::uint32_t action = 0x00050000;  // SECCOMP_RET_ERRNO
  return ::syscall(SYS_seccomp, kActionAvailable, 0, &action) == 0;
}

#else

Result<void> forbid_calls() {
  return {};
}

bool can_filter() {
  return false;
}

#endif

/// True as well where no process can be had to try it in.
bool works(const Confinement& means) {
  const auto before =
      ::signal(SIGCHLD, SIG_DFL);  // ignored by whoever started us, it leaves nothing to wait for
  const pid_t child = ::fork();
  if (child == 0) std::_Exit(confine(means) ? EXIT_SUCCESS : EXIT_FAILURE);
  int status = 0;
  pid_t ended = child;
  if (child > 0) {
    do ended = ::waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR);
  }
  ::signal(SIGCHLD, before);
  return child < 0 || (ended == child && status == 0);
}

}  // namespace

Confinement confinement() {
  const long abi = ::syscall(kCreateRuleset, nullptr, 0, kAskForVersion);
  const Confinement there{static_cast<int>(abi > 0 ? abi : 0), can_filter()};
  for (const auto& means : {there, Confinement{there.landlock, false}, Confinement{0, there.seccomp}}) {
    if (works(means)) return means;
  }
  return {};
}

std::string described(const Confinement& confinement) {
  const auto landlock = "Landlock " + std::to_string(confinement.landlock);
  if (confinement.complete()) return landlock + " and seccomp";
  if (confinement.landlock > 0) return landlock + " alone";
  return confinement.seccomp ? "seccomp alone" : "nothing";
}

Result<void> confine(const Confinement& means) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return std::unexpected(io_error("give up the right to gain privileges"));
  if (means.landlock > 0) {
    if (auto done = forbid_files(means.landlock); !done) return done;
  }
  return means.seccomp ? forbid_calls() : Result<void>();
}

void limit_memory(std::uint64_t bytes) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_DATA, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(bytes, limit.rlim_max);
  ::setrlimit(RLIMIT_DATA, &limit);
}

Fd memory_figures() {
  return Fd(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
}

std::uint64_t private_memory(const Fd& figures) {
  // size resident shared text lib data dt, in pages (proc(5))
  std::array<char, 256> line{};
  unsigned long long data = 0;
  if (figures && ::pread(figures.get(), line.data(), line.size() - 1, 0) > 0 &&
      std::sscanf(line.data(), "%*u %*u %*u %*u %*u %llu", &data) == 1)
    return data * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  rusage usage{};  // no /proc: what is resident, which is less
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
}

}  // namespace frugal
