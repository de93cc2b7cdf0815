#include "util/folder.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "util/text.hpp"

namespace frugal {

namespace {

namespace fs = std::filesystem;

constexpr int kFolder = O_PATH | O_DIRECTORY | O_CLOEXEC;

/// Step by step, for kernels without openat2 (before Linux 5.6) and where a sandbox denies it: no symbolic
/// link is followed at all.
Fd open_step_by_step(int root, const fs::path& path) {
  Fd at(::openat(root, ".", kFolder));
  for (const auto& part : path) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      errno = EXDEV;
      return {};
    }
    at = Fd(::openat(at.get(), part.c_str(), kFolder | O_NOFOLLOW));
    if (!at) break;
  }
  return at;
}

Fd open_below(int root, const fs::path& path) {
  constexpr int kTries = 100;  // renaming elsewhere makes the kernel give up (openat2(2), EAGAIN)
  open_how how{};
  how.flags = kFolder;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const char* name = path.empty() ? "." : path.c_str();
  for (int i = 0; i < kTries; ++i) {
    Fd fd(static_cast<int>(::syscall(SYS_openat2, root, name, &how, sizeof(how))));
    if (fd) return fd;
    if (errno == ENOSYS || errno == EPERM) return open_step_by_step(root, path);
    if (errno != EAGAIN) break;
  }
  return {};
}

/// Makes what is missing of `path`, part by part.
Fd make_below(int root, const fs::path& path) {
  fs::path done;
  Fd above = open_below(root, done);
  for (const auto& part : path) {
    done /= part;
    if (part.empty()) continue;
    Fd next = open_below(root, done);
    if (!next && errno == ENOENT && above &&
        (::mkdirat(above.get(), part.c_str(), 0777) == 0 || errno == EEXIST)) {
      next = open_below(root, done);
    }
    if (!next) return {};
    above = std::move(next);
  }
  return above;
}

Error cannot_open(const fs::path& path) {
  const auto name = "the directory " + printable(path.native());
  if (errno == ENOENT) return {ErrorKind::missing, name + " is not there"};
  if (errno == EXDEV || errno == ELOOP)
    return {ErrorKind::io, name + " is reached by a symbolic link that leads out of where it should be"};
  return io_error("open " + name);
}

}  // namespace

Result<Folder> Folder::at(const fs::path& path, bool make) {
  const fs::path name = path.empty() ? fs::path(".") : path;
  Fd fd(::open(name.c_str(), kFolder));
  if (!fd && make && errno == ENOENT) {
    std::error_code error;
    fs::create_directories(name, error);
    if (error) {
      return fail(ErrorKind::io,
                  "cannot make the directory " + printable(name.native()) + ": " + error.message());
    }
    fd = Fd(::open(name.c_str(), kFolder));
  }
  if (!fd) return std::unexpected(cannot_open(name));
  return Folder(std::move(fd));
}

Result<Folder> Folder::below(const fs::path& path, bool make) const {
  Fd fd = open_below(fd_.get(), path);
  if (!fd && make && errno == ENOENT) fd = make_below(fd_.get(), path);
  if (!fd) return std::unexpected(cannot_open(path));
  return Folder(std::move(fd));
}

Result<struct stat> Folder::look_at(const std::string& name) const {
  struct stat status {};
  if (::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return status;
  if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorKind::missing, "no such file or directory");
  return std::unexpected(io_error("look at it"));
}

Result<void> Folder::sync() const {
  const Fd fd(::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return std::unexpected(io_error("bring the directory to the disk"));
  return {};
}

}  // namespace frugal
