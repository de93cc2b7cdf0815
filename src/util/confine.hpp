// What keeps a process, whatever it is made to do, from doing anything but compute.
#pragma once

#include <cstdint>
#include <string>

#include "util/fd.hpp"
#include "util/result.hpp"

namespace frugal {

/// What the kernel and this build have for that.
struct Confinement {
  int landlock = 0;      ///< Landlock's ABI version, 0: none (Linux before 5.13, or it is turned off)
  bool seccomp = false;  ///< system calls can be filtered (and the build has libseccomp)

  /// True when files, programs and the network are all out of reach.
  bool complete() const { return landlock > 0 && seccomp; }
};

/// Looks, and tries them in a process of its own: what is there may still be refused, as in some containers.
/// To be called while this process has one thread.
Confinement confinement();

/// "Landlock 4 and seccomp", "seccomp alone", "nothing".
std::string described(const Confinement& confinement);

/// From here on this process, which must have one thread, opens no file, runs no program, reaches no other
/// process and no network: as far as there are means. What it has open stays open, and it may start threads.
/// Cannot be undone. Errors: internal, where a means that is there failed.
Result<void> confine(const Confinement& means);

/// The most private memory, in bytes, that this process may have from here on; what asks for more is refused
/// it. No more than a wish.
void limit_memory(std::uint64_t bytes);

/// Where the kernel tells how much memory this process has; none where it does not. To be opened before the
/// process is confined.
Fd memory_figures();

/// Private memory that this process has at the moment, in bytes, as far as that can be told.
std::uint64_t private_memory(const Fd& figures);

/// True where a sanitizer watches: it needs files, other processes and terabytes of address space.
constexpr bool is_watched() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#elif defined(__has_feature)  // Clang, before its release 21
  return __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
  return false;
#endif
}

}  // namespace frugal
