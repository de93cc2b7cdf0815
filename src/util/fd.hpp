// File descriptors that close themselves, and whole files in and out.
#pragma once

#include <string>
#include <utility>

#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal {

/// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { close(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  /// Closes it now; false where the system reports, only then, that a write failed.
  bool close();

 private:
  int fd_ = -1;
};

/// An io error: "cannot WHAT: MESSAGE OF errno".
Error io_error(const std::string& what);

/// Opens a regular file for reading, without ever waiting (a FIFO would make open() hang) or following a
/// terminal. Errors: missing, io (also for what is no regular file).
Result<Fd> open_regular(const std::string& path);

/// At most `count` bytes from the start of an open file. Errors: io.
Result<Bytes> read_head(int fd, std::size_t count);

/// All of what a descriptor has left to read. Errors: io, limit (memory).
Result<Bytes> read_all(int fd);

/// Writes all of `bytes`. Errors: io.
Result<void> write_all(int fd, ByteView bytes);

}  // namespace frugal
