#include "util/atomic_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "temporary_fixture.hpp"

namespace frugal {
namespace {

using temporary_fixture::Directory;
using temporary_fixture::get;
using temporary_fixture::put;

AtomicFile written(const std::filesystem::path& target, std::string_view text) {
  auto file = AtomicFile::create(target);
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  REQUIRE(file->write(as_bytes(text)).has_value());
  return std::move(*file);
}

TEST_CASE("nothing is visible before a new file is committed, and then all of it") {
  const Directory directory;
  AtomicFile file = written(directory / "new", "content");
  CHECK_FALSE(std::filesystem::exists(directory / "new"));
  REQUIRE(file.commit_new().has_value());
  CHECK(get(directory / "new") == "content");
}

TEST_CASE("a committed file is the only thing left in its directory") {
  const Directory directory;
  for (const bool replacing : {false, true}) {
    const auto target = directory / (replacing ? "b" : "a");
    {
      AtomicFile file = written(target, "content");
      REQUIRE((replacing ? file.commit_replacing() : file.commit_new()).has_value());
    }
    CHECK(directory.names().size() == (replacing ? 2 : 1));
  }
}

TEST_CASE("the directory of a new file is made") {
  const Directory directory;
  const auto target = directory / "x/y/z";
  REQUIRE(written(target, "deep").commit_new().has_value());
  CHECK(get(target) == "deep");
}

TEST_CASE("where the directory cannot be made there is an error") {
  const Directory directory;
  put(directory / "file", "in the way");
  const auto file = AtomicFile::create(directory / "file/below");
  REQUIRE_FALSE(file.has_value());
  CHECK(file.error().kind == ErrorKind::io);
}

TEST_CASE("a new file does not take the place of an existing one") {
  const Directory directory;
  AtomicFile file = written(directory / "taken", "new");
  put(directory / "taken", "old");
  const auto committed = file.commit_new();
  REQUIRE_FALSE(committed.has_value());
  CHECK(committed.error().kind == ErrorKind::io);
  CHECK(get(directory / "taken") == "old");
}

TEST_CASE("replacing leaves the old content to those who have it open") {
  const Directory directory;
  put(directory / "file", "old content");
  const auto before = open_regular(directory / "file");
  REQUIRE(before.has_value());
  AtomicFile file = written(directory / "file", "new");
  CHECK(get(directory / "file") == "old content");
  REQUIRE(file.commit_replacing().has_value());
  CHECK(get(directory / "file") == "new");
  const auto old = read_all(before->get());
  REQUIRE(old.has_value());
  CHECK(as_chars(*old) == "old content");
}

TEST_CASE("replacing a directory fails and leaves nothing behind") {
  const Directory directory;
  std::filesystem::create_directory(directory / "target");
  {
    AtomicFile file = written(directory / "target", "new");
    const auto committed = file.commit_replacing();
    REQUIRE_FALSE(committed.has_value());
    CHECK(committed.error().kind == ErrorKind::io);
  }
  CHECK(directory.names() == std::vector<std::string>{"target"});
}

TEST_CASE("a file takes the place of what was expected there, which is gone then") {
  const Directory directory;
  put(directory / "file", "old");
  {
    AtomicFile file = written(directory / "file", "new");
    const auto committed =
        file.commit_exchanging([](const struct stat& status) { return status.st_size == 3; });
    REQUIRE_MESSAGE(committed.has_value(), committed.error().message);
  }
  CHECK(get(directory / "file") == "new");
  CHECK(directory.names() == std::vector<std::string>{"file"});
}

TEST_CASE("what somebody put there in the last moment gets its place back") {
  const Directory directory;
  put(directory / "file", "old");
  {
    AtomicFile file = written(directory / "file", "new");
    put(directory / "file", "changed");
    const auto committed =
        file.commit_exchanging([](const struct stat& status) { return status.st_size == 3; });
    REQUIRE_FALSE(committed.has_value());
    CHECK(committed.error().message == "it changed while it was being converted; left as it is");
  }
  CHECK(get(directory / "file") == "changed");
  CHECK(directory.names() == std::vector<std::string>{"file"});
}

TEST_CASE("a file is removed only if it is still what it was, and else stays under its name") {
  const Directory directory;
  const auto folder = Folder::at(directory.path(), false);
  REQUIRE(folder.has_value());
  const auto is_old = [](const struct stat& status) { return status.st_size == 3; };
  put(directory / "changed", "another");
  CHECK_FALSE(remove_expected(*folder, "changed", is_old));
  CHECK(get(directory / "changed") == "another");
  put(directory / "old", "old");
  int asked = 0;
  const auto loses_race = [&](const struct stat&) { return ++asked == 1; };
  CHECK_FALSE(remove_expected(*folder, "old", loses_race));
  CHECK(get(directory / "old") == "old");
  CHECK(remove_expected(*folder, "old", is_old).has_value());
  CHECK_FALSE(remove_expected(*folder, "never", is_old).has_value());
  CHECK(directory.names() == std::vector<std::string>{"changed"});
}

TEST_CASE("where a removed file's name was taken again, none of the two is lost") {
  const Directory directory;
  const auto folder = Folder::at(directory.path(), false);
  REQUIRE(folder.has_value());
  put(directory / "file", "one");
  int asked = 0;
  const auto removed = remove_expected(*folder, "file", [&](const struct stat&) {
    if (++asked == 1) return true;
    put(directory / "file", "two");
    return false;
  });
  REQUIRE_FALSE(removed.has_value());
  CHECK(get(directory / "file") == "two");
  REQUIRE(directory.names().size() == 2);
  for (const auto& name : directory.names()) {
    CHECK_FALSE(is_temporary_name(name));
    if (name != "file") CHECK(get(directory / name) == "one");
    if (name != "file") CHECK(removed.error().message.find(name) != std::string::npos);
  }
}

TEST_CASE("a file that is not committed leaves nothing behind") {
  const Directory directory;
  { const AtomicFile file = written(directory / "never", "content"); }
  CHECK(directory.names().empty());
}

TEST_CASE("a moved file is still written, and once") {
  const Directory directory;
  std::optional<AtomicFile> moved;
  {
    AtomicFile file = written(directory / "file", "content");
    moved.emplace(std::move(file));
  }
  REQUIRE(moved->commit_new().has_value());
  moved.reset();
  CHECK(get(directory / "file") == "content");
}

TEST_CASE("a file gets the rights that the umask allows") {
  const Directory directory;
  const mode_t before = ::umask(027);
  const auto committed = written(directory / "file", "content").commit_new();
  ::umask(before);
  REQUIRE(committed.has_value());
  struct stat status {};
  REQUIRE(::stat((directory / "file").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("the temporary file of a killed process is removed, that of a living one stays") {
  const Directory directory;
  const auto temporary = directory / ".frugal-0123456789abcdef.tmp";
  put(temporary, "left over");
  const int writer = ::open(temporary.c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(writer >= 0);
  REQUIRE(::flock(writer, LOCK_EX) == 0);
  remove_if_abandoned(temporary);
  CHECK(std::filesystem::exists(temporary));
  ::close(writer);
  remove_if_abandoned(temporary);
  CHECK_FALSE(std::filesystem::exists(temporary));
}

TEST_CASE("temporary names are told from others") {
  CHECK(is_temporary_name(".frugal-0123456789abcdef.tmp"));
  CHECK_FALSE(is_temporary_name("frugal-0123456789abcdef.tmp"));
  CHECK_FALSE(is_temporary_name(".frugal.toml"));
  CHECK_FALSE(is_temporary_name(".frugal-0123456789abcdef.jpg"));
  CHECK_FALSE(is_temporary_name("photo.tmp"));
  CHECK_FALSE(is_temporary_name(""));
}

}  // namespace
}  // namespace frugal
