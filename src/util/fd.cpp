#include "util/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

namespace frugal {

namespace {

/// read(2) until `bytes` is full or the file ends; the number of bytes read, or -1.
std::ptrdiff_t fill(int fd, std::span<std::uint8_t> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto count = ::read(fd, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return static_cast<std::ptrdiff_t>(done);
}

}  // namespace

bool Fd::close() {
  const int fd = std::exchange(fd_, -1);
  return fd < 0 || ::close(fd) == 0;
}

Error io_error(const std::string& what) {
  return {ErrorKind::io, "cannot " + what + ": " + std::generic_category().message(errno)};
}

Result<Fd> open_regular(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd && (errno == ENOENT || errno == ENOTDIR))
    return fail(ErrorKind::missing, "no such file or directory");
  if (!fd) return std::unexpected(io_error("open it"));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return std::unexpected(io_error("look at it"));
  if (!S_ISREG(status.st_mode)) return fail(ErrorKind::io, "not a regular file");
  return fd;
}

Result<Bytes> read_head(int fd, std::size_t count) {
  Bytes bytes(count);
  const auto done = fill(fd, bytes);
  if (done < 0) return std::unexpected(io_error("read it"));
  bytes.resize(static_cast<std::size_t>(done));
  return bytes;
}

Result<Bytes> read_all(int fd) {
  constexpr std::size_t kFirst = 64U << 10;
  struct stat status {};
  const bool sized = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
  try {
    // One byte more than the file's size shows its end without another round.
    Bytes bytes(sized ? static_cast<std::size_t>(status.st_size) + 1 : kFirst);
    for (std::size_t done = 0;;) {
      const auto count = fill(fd, std::span(bytes).subspan(done));
      if (count < 0) return std::unexpected(io_error("read it"));
      done += static_cast<std::size_t>(count);
      if (done < bytes.size()) {
        bytes.resize(done);
        return bytes;
      }
      bytes.resize(bytes.size() * 2);
    }
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::limit, "not enough memory to read it");
  }
}

Result<void> write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(io_error("write"));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace frugal
