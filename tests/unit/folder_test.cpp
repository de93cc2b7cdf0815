#include "util/folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "temporary_fixture.hpp"
#include "util/atomic_file.hpp"

namespace frugal {
namespace {

namespace fs = std::filesystem;
using temporary_fixture::Directory;
using temporary_fixture::get;
using temporary_fixture::put;

Folder root_of(const Directory& directory) {
  auto folder = Folder::at(directory / "root", true);
  REQUIRE_MESSAGE(folder.has_value(), folder.error().message);
  return std::move(*folder);
}

bool write_into(Folder folder) {
  auto file = AtomicFile::create(std::move(folder), "file");
  return file && file->write(as_bytes("text")) && file->commit_new();
}

TEST_CASE("folders below a folder are made where missing, and only when asked") {
  const Directory directory;
  const Folder root = root_of(directory);
  CHECK_FALSE(root.below("a/b", false));
  CHECK(root.below("a/b", false).error().kind == ErrorKind::missing);
  REQUIRE(root.below("a/b", true).has_value());
  CHECK(fs::is_directory(directory / "root/a/b"));
  CHECK(root.below("a/b", false).has_value());
  CHECK(root.below("", false).has_value());
}

TEST_CASE("links that stay below are followed, links that lead out are not") {
  const Directory directory;
  const Folder root = root_of(directory);
  REQUIRE(root.below("real", true).has_value());
  fs::create_directory(directory / "outside");
  fs::create_directory_symlink("real", directory / "root/inner");
  fs::create_directory_symlink("../outside", directory / "root/outer");
  fs::create_directory_symlink(directory / "outside", directory / "root/absolute");
  CHECK(root.below("inner/deeper", true).has_value());
  CHECK(fs::is_directory(directory / "root/real/deeper"));
  for (const char* name : {"outer", "outer/new", "absolute", "absolute/new", "..", "real/../../outside"}) {
    CAPTURE(name);
    const auto folder = root.below(name, true);
    REQUIRE_FALSE(folder.has_value());
    CHECK(folder.error().kind == ErrorKind::io);
  }
  CHECK(fs::is_empty(directory / "outside"));
}

TEST_CASE("what is written goes into the folder that was opened, whatever its name leads to by then") {
  const Directory directory;
  const Folder root = root_of(directory);
  fs::create_directory(directory / "outside");
  auto folder = root.below("sub", true);
  REQUIRE(folder.has_value());
  fs::rename(directory / "root/sub", directory / "root/moved");
  fs::create_directory_symlink(directory / "outside", directory / "root/sub");
  CHECK(write_into(std::move(*folder)));
  CHECK(get(directory / "root/moved/file") == "text");
  CHECK(fs::is_empty(directory / "outside"));
}

TEST_CASE("a file is looked at as what it is, and a link as a link") {
  const Directory directory;
  const Folder root = root_of(directory);
  put(directory / "root/file", "text");
  fs::create_symlink("file", directory / "root/link");
  REQUIRE(root.look_at("file").has_value());
  CHECK(root.look_at("file")->st_size == 4);
  REQUIRE(root.look_at("link").has_value());
  CHECK(S_ISLNK(root.look_at("link")->st_mode));
  REQUIRE_FALSE(root.look_at("gone").has_value());
  CHECK(root.look_at("gone").error().kind == ErrorKind::missing);
  CHECK(root.sync().has_value());
}

}  // namespace
}  // namespace frugal
