// Messages between two processes, each with at most one open file.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "util/bytes.hpp"
#include "util/fd.hpp"
#include "util/result.hpp"

namespace frugal {

/// The largest message, in bytes. What is larger travels as a file: see memory_file.
inline constexpr std::size_t kMostMessageBytes = 64U << 10;

struct Message {
  Bytes bytes;
  Fd file;  ///< none: the message has none
};

/// Why no message came.
enum class Silence : std::uint8_t {
  over,     ///< the other side has closed, or is gone
  too_long  ///< nothing came in time
};

/// One end of a pair. Each message arrives whole, once and in order (Unix socket, SOCK_SEQPACKET).
class Channel {
 public:
  Channel() = default;
  explicit Channel(Fd fd) : fd_(std::move(fd)) {}

  /// Two ends that are each other's. Errors: io.
  static Result<std::pair<Channel, Channel>> pair();

  /// False when the other side is gone, or has not read for a minute and the room is full. `file`: an open
  /// file that goes along, -1: none. At most kMostMessageBytes.
  bool send(ByteView bytes, int file = -1) const;

  /// Waits for the next message, however long it takes.
  std::expected<Message, Silence> receive() const;

  /// The same for as long as `patience` lasts; what it took is taken off. Time for which this process is
  /// stopped, as by Ctrl-Z, does not count.
  std::expected<Message, Silence> receive(std::chrono::milliseconds& patience) const;

  int fd() const { return fd_.get(); }
  explicit operator bool() const { return static_cast<bool>(fd_); }

 private:
  Fd fd_;
};

/// A file in memory that holds `bytes`, or room for them. Errors: io, limit.
Result<Fd> memory_file(ByteView bytes);

/// The same, and `bytes` are gone; while it is made hardly more memory is taken than for one of the two.
Result<Fd> into_memory_file(Bytes bytes);

/// The other way round: the first `size` bytes of such a file, which are gone from it. Nothing where it has
/// not so many. Throws std::bad_alloc.
std::optional<Bytes> out_of_memory_file(const Fd& file, std::size_t size);

/// The bytes of a file in memory that nobody will change any more, without a copy.
class Mapping {
 public:
  /// Errors: io.
  static Result<Mapping> of(const Fd& file);

  Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();

  ByteView bytes() const { return bytes_; }

 private:
  explicit Mapping(ByteView bytes) : bytes_(bytes) {}

  ByteView bytes_;
};

}  // namespace frugal
