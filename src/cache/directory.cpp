#include "cache/directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <thread>

namespace fs = std::filesystem;

namespace frugal::cache {
namespace {

std::unexpected<Error> system_error(const char* what) {
  return fail(ErrorKind::io, std::string(what) + ": " + std::generic_category().message(errno));
}

/// Like `mkdir -p -m 700`; another process may do the same at the same time. Sets errno where false.
bool make_directories(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return true;
  const fs::path parent = path.parent_path();
  if (errno != ENOENT || parent == path || !make_directories(parent)) return false;
  return ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST;
}

Result<fs::path> folder_in(const fs::path& directory) {
  std::error_code error;
  fs::path folder = fs::absolute(directory, error) / "v1";
  if (error || directory.empty()) return fail(ErrorKind::io, "it has no usable name");
  return folder;
}

}  // namespace

Result<fs::path> prepare_directory(const fs::path& directory) {
  const auto folder = folder_in(directory);
  if (!folder) return std::unexpected(folder.error());
  if (!make_directories(*folder)) return system_error("it cannot be made");
  auto found = find_directory(directory);
  if (!found) return std::unexpected(found.error());
  if (!*found) return fail(ErrorKind::io, "it was removed a moment ago");
  return std::move(**found);
}

Result<std::optional<fs::path>> find_directory(const fs::path& directory) {
  auto folder = folder_in(directory);
  if (!folder) return std::unexpected(folder.error());
  struct stat status {};
  if (::lstat(folder->c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return system_error("it cannot be read");
  }
  if (!S_ISDIR(status.st_mode)) return fail(ErrorKind::io, "v1 in it is not a directory");
  if (status.st_uid != ::geteuid()) return fail(ErrorKind::io, "it belongs to another user");
  if (::access(folder->c_str(), R_OK | W_OK | X_OK) != 0) return system_error("it cannot be written");
  return std::move(*folder);
}

Fd lock_within(const fs::path& path, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kPause(10);
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  while (file && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK || patience <= kPause) {
      file.close();
    } else {
      std::this_thread::sleep_for(kPause);
      patience -= kPause;
    }
  }
  return file;
}

}  // namespace frugal::cache
