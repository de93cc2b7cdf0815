#include "util/atomic_file.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <random>
#include <utility>

#include "util/text.hpp"

namespace frugal {

namespace {

constexpr std::string_view kPrefix = ".frugal-";
constexpr std::string_view kSuffix = ".tmp";
constexpr mode_t kMode = 0666;  // less the umask

/// A name in the target's directory that nothing else is likely to have; O_EXCL and link(2) find out if it
/// has.
std::filesystem::path temporary_beside(const std::filesystem::path& target) {
  std::random_device random;
  std::string name(kPrefix);
  for (int i = 0; i < 16; ++i) name += "0123456789abcdef"[random() % 16];
  return target.parent_path() / (name += kSuffix);
}

std::filesystem::path directory_of(const std::filesystem::path& target) {
  return target.has_parent_path() ? target.parent_path() : ".";
}

/// A nameless file gets its name directly, which takes a privilege (CAP_DAC_READ_SEARCH), or through /proc,
/// which a chroot may lack (open(2), O_TMPFILE).
std::string proc_name(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

Fd open_nameless(const std::filesystem::path& directory) {
  Fd fd(::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, kMode));
  const bool linkable = ::geteuid() == 0 || (fd && ::access(proc_name(fd.get()).c_str(), F_OK) == 0);
  return linkable ? std::move(fd) : Fd();
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path target, Fd fd, std::filesystem::path temporary)
    : target_(std::move(target)), temporary_(std::move(temporary)), fd_(std::move(fd)) {
  ::flock(fd_.get(), LOCK_EX | LOCK_NB);  // nobody else has it open; some file systems have no locks
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::move(other.fd_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<AtomicFile> AtomicFile::create(std::filesystem::path target) {
  const auto directory = directory_of(target);
  auto nameless = open_nameless(directory);
  if (!nameless) {  // where it is missing, or there are no such files
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error)
      return fail(ErrorKind::io,
                  "cannot make the directory " + printable(directory.native()) + ": " + error.message());
    nameless = open_nameless(directory);
  }
  if (nameless) return AtomicFile(std::move(target), std::move(nameless), {});
  auto temporary = temporary_beside(target);
  Fd fd(::open(temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kMode));
  if (!fd) return std::unexpected(io_error("write into the directory " + printable(directory.native())));
  return AtomicFile(std::move(target), std::move(fd), std::move(temporary));
}

Result<void> AtomicFile::link_to(const std::filesystem::path& name) {
  int done = 0;
  if (!temporary_.empty()) {
    done = ::link(temporary_.c_str(), name.c_str());
  } else {
    done = ::linkat(fd_.get(), "", AT_FDCWD, name.c_str(), AT_EMPTY_PATH);
    if (done != 0 && errno != EEXIST) {
      done = ::linkat(AT_FDCWD, proc_name(fd_.get()).c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW);
    }
  }
  if (done != 0) return std::unexpected(io_error("write " + printable(name.native())));
  return {};
}

Result<void> AtomicFile::write(ByteView bytes, int same) {
  if (same >= 0 && ::ioctl(fd_.get(), FICLONE, same) == 0) return {};
  return write_all(fd_.get(), bytes);
}

Result<void> AtomicFile::commit_new() {
  return link_to(target_);
}

Result<void> AtomicFile::commit_replacing() {
  if (::fsync(fd_.get()) != 0)
    return std::unexpected(io_error("bring " + printable(target_.native()) + " to the disk"));
  if (temporary_.empty()) {
    auto name = temporary_beside(target_);
    if (auto linked = link_to(name); !linked) return linked;
    temporary_ = std::move(name);
  }
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) {
    return std::unexpected(io_error("replace " + printable(target_.native())));
  }
  temporary_.clear();
  return {};
}

void remove_if_abandoned(const std::filesystem::path& temporary) {
  const Fd fd(::open(temporary.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  // An empty one may just have been made, and not be locked yet.
  const bool written = fd && ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
  if (written && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(temporary.c_str());
}

bool is_temporary_name(std::string_view file_name) {
  return file_name.starts_with(kPrefix) && file_name.ends_with(kSuffix);
}

}  // namespace frugal
