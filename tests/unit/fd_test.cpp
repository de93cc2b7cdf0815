#include "util/fd.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include "temporary_fixture.hpp"

namespace frugal {
namespace {

using temporary_fixture::Directory;
using temporary_fixture::put;

TEST_CASE("a regular file is opened and read whole, or its head alone") {
  const Directory directory;
  const std::string text(100'000, 'x');
  put(directory / "file", text);
  auto fd = open_regular(directory / "file");
  REQUIRE(fd.has_value());
  const auto all = read_all(fd->get());
  REQUIRE(all.has_value());
  CHECK(as_chars(*all) == text);

  fd = open_regular(directory / "file");
  REQUIRE(fd.has_value());
  const auto head = read_head(fd->get(), 64);
  REQUIRE(head.has_value());
  CHECK(as_chars(*head) == text.substr(0, 64));
}

TEST_CASE("the head of a short file is all of it, and an empty file is no error") {
  const Directory directory;
  put(directory / "short", "abc");
  put(directory / "empty", "");
  const auto short_file = open_regular(directory / "short");
  const auto empty = open_regular(directory / "empty");
  REQUIRE(short_file.has_value());
  REQUIRE(empty.has_value());
  CHECK(read_head(short_file->get(), 64).value() == Bytes{'a', 'b', 'c'});
  CHECK(read_head(empty->get(), 64).value().empty());
  CHECK(read_all(empty->get()).value().empty());
}

TEST_CASE("what is not there is missing") {
  const Directory directory;
  put(directory / "file", "");
  for (const char* name : {"nothing", "file/below"}) {
    const auto fd = open_regular(directory / name);
    REQUIRE_FALSE(fd.has_value());
    CHECK(fd.error().kind == ErrorKind::missing);
  }
}

TEST_CASE("a directory is refused") {
  const Directory directory;
  const auto fd = open_regular(directory.path());
  REQUIRE_FALSE(fd.has_value());
  CHECK(fd.error().kind == ErrorKind::io);
  CHECK(fd.error().message == "not a regular file");
}

TEST_CASE("a FIFO is refused without waiting for a writer") {
  const Directory directory;
  REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
  ::alarm(30);  // rather ended than hung, should it wait
  const auto fd = open_regular(directory / "fifo");
  ::alarm(0);
  REQUIRE_FALSE(fd.has_value());
  CHECK(fd.error().message == "not a regular file");
}

TEST_CASE("a link that leads nowhere, or to itself, is an error") {
  const Directory directory;
  std::filesystem::create_symlink("nowhere", directory / "dangling");
  std::filesystem::create_symlink("loop", directory / "loop");
  CHECK(open_regular(directory / "dangling").error().kind == ErrorKind::missing);
  CHECK(open_regular(directory / "loop").error().kind == ErrorKind::io);
}

TEST_CASE("a pipe is read to its end and written whole" * doctest::test_suite("threads")) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const Fd in(ends[0]);
  const Bytes sent(300'000, 7);  // more than a pipe holds, and than the first buffer
  Result<void> written;
  std::thread writer([&, out = Fd(ends[1])] { written = write_all(out.get(), sent); });
  const auto received = read_all(in.get());
  writer.join();
  CHECK(written.has_value());
  REQUIRE(received.has_value());
  CHECK(*received == sent);
}

TEST_CASE("a descriptor that cannot be read or written is an io error") {
  CHECK(read_all(-1).error().kind == ErrorKind::io);
  CHECK(read_head(-1, 4).error().kind == ErrorKind::io);
  CHECK(write_all(-1, as_bytes("x")).error().kind == ErrorKind::io);
  CHECK(write_all(-1, as_bytes("x")).error().message == "cannot write: Bad file descriptor");
}

TEST_CASE("a descriptor is closed with its owner, and moved with it") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const auto is_open = [](int fd) { return ::fcntl(fd, F_GETFD) >= 0; };
  {
    Fd first(ends[0]);
    const Fd second(std::move(first));
    CHECK_FALSE(static_cast<bool>(first));  // NOLINT(bugprone-use-after-move): what is tested
    CHECK(second.get() == ends[0]);
    CHECK(is_open(ends[0]));
    Fd other(ends[1]);
    other = Fd();
    CHECK_FALSE(is_open(ends[1]));
  }
  CHECK_FALSE(is_open(ends[0]));
}

}  // namespace
}  // namespace frugal
