#include "util/channel.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "util/heap.hpp"

namespace frugal {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Room for one descriptor beside a message (cmsg(3)).
struct alignas(cmsghdr) Ancillary {
  std::array<std::uint8_t, CMSG_SPACE(sizeof(int))> bytes{};
};

/// False when there is nothing to read before `patience` is at its end.
bool wait_for(const Fd& fd, milliseconds& patience) {
  constexpr milliseconds kStep(100);  // the most that a stop may be taken to have lasted
  for (;;) {
    const auto step = std::clamp(patience, milliseconds(0), kStep);
    const auto begin = steady_clock::now();
    pollfd waiting{fd.get(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(step.count()));
    const auto took = std::chrono::ceil<milliseconds>(steady_clock::now() - begin);
    patience -= std::min(took, step);
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
    if (patience <= milliseconds(0)) return false;
  }
}

Fd file_of(const msghdr& header) {
  const cmsghdr* first = CMSG_FIRSTHDR(&header);
  if (first == nullptr || first->cmsg_level != SOL_SOCKET || first->cmsg_type != SCM_RIGHTS) return {};
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(first), sizeof(fd));
  return Fd(fd);
}

}  // namespace

Result<std::pair<Channel, Channel>> Channel::pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return std::unexpected(io_error("make a pair of sockets"));
  const timeval patience{.tv_sec = 60, .tv_usec = 0};
  for (const int end : ends) ::setsockopt(end, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  return std::pair(Channel(Fd(ends[0])), Channel(Fd(ends[1])));
}

bool Channel::send(ByteView bytes, int file) const {
  iovec part{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};  // is not written to
  Ancillary ancillary;
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (file >= 0) {
    header.msg_control = ancillary.bytes.data();
    header.msg_controllen = ancillary.bytes.size();
    cmsghdr* first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof(file));
    std::memcpy(CMSG_DATA(first), &file, sizeof(file));
  }
  for (;;) {
    const auto sent = ::sendmsg(fd_.get(), &header, MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent) == bytes.size();
    if (errno != EINTR) return false;
  }
}

std::expected<Message, Silence> Channel::receive(milliseconds& patience) const {
  if (!wait_for(fd_, patience)) return std::unexpected(Silence::too_long);
  return receive();
}

std::expected<Message, Silence> Channel::receive() const {
  for (;;) {
    Message message;
    message.bytes.resize(kMostMessageBytes);
    iovec part{message.bytes.data(), message.bytes.size()};
    Ancillary ancillary;
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = ancillary.bytes.data();
    header.msg_controllen = CMSG_LEN(sizeof(int));  // no room for a second one
    const auto received = ::recvmsg(fd_.get(), &header, MSG_CMSG_CLOEXEC);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return std::unexpected(Silence::over);
    message.bytes.resize(static_cast<std::size_t>(received));
    message.file = file_of(header);
    // The latter also where this process may have no more descriptors.
    if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
      return std::unexpected(Silence::over);  // not one of ours
    return message;
  }
}

namespace {

constexpr std::size_t kPiece = 1U << 20;

}  // namespace

Result<Fd> memory_file(ByteView bytes) {
  Fd file(::memfd_create("frugal", MFD_CLOEXEC));
  if (!file) return std::unexpected(io_error("make a file in memory"));
  if (auto written = write_all(file.get(), bytes); !written) return std::unexpected(written.error());
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return std::unexpected(io_error("go back in a file in memory"));
  return file;
}

Result<Fd> into_memory_file(Bytes bytes) {
  auto file = memory_file({});
  if (!file) return file;
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    const auto piece = std::span(bytes).subspan(at, std::min(kPiece, bytes.size() - at));
    if (auto written = write_all(file->get(), piece); !written) return std::unexpected(written.error());
    if (bytes.size() > kPiece) give_back(piece);
  }
  return file;
}

std::optional<Bytes> out_of_memory_file(const Fd& file, std::size_t size) {
  constexpr int kHole = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  Bytes bytes;
  bytes.reserve(size);
  while (bytes.size() < size) {
    const auto at = bytes.size();
    const auto wanted = std::min(kPiece, size - at);
    bytes.resize(at + wanted);
    const auto got = ::pread(file.get(), bytes.data() + at, wanted, static_cast<off_t>(at));
    if (got < 0 && errno != EINTR) return std::nullopt;
    if (got == 0) return std::nullopt;
    const auto taken = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    bytes.resize(at + taken);
    // Where that cannot be it is only taken twice for a while.
    if (size > kPiece)
      (void)::fallocate(file.get(), kHole, static_cast<off_t>(at), static_cast<off_t>(taken));
  }
  return bytes;
}

Result<Mapping> Mapping::of(const Fd& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return std::unexpected(io_error("look at a file in memory"));
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return Mapping({});
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) return std::unexpected(io_error("map a file in memory"));
  return Mapping({static_cast<const std::uint8_t*>(memory), size});
}

Mapping::~Mapping() {
  if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

}  // namespace frugal
