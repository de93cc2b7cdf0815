// What a signal handler removes before the process ends.
#include "util/unfinished.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "temporary_fixture.hpp"
#include "util/fd.hpp"

namespace frugal {
namespace {

namespace fs = std::filesystem;
using temporary_fixture::Directory;

TEST_CASE("what is unfinished is removed, what was finished or was never begun stays") {
  const Directory directory;
  for (const char* name : {"finished", "unfinished", "other"}) std::ofstream(directory / name) << name;
  const Fd folder(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::optional<Unfinished> finished(std::in_place, folder.get(), "finished");
  const Unfinished unfinished(folder.get(), "unfinished");
  finished.reset();
  remove_unfinished();
  CHECK(fs::exists(directory / "finished"));
  CHECK(fs::exists(directory / "other"));
  CHECK_FALSE(fs::exists(directory / "unfinished"));
}

TEST_CASE("a note moves with its file") {
  const Directory directory;
  std::ofstream(directory / "a") << "a";
  const Fd folder(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  Unfinished first(folder.get(), "a");
  {
    Unfinished second(std::move(first));
    first = Unfinished();
  }
  remove_unfinished();
  CHECK(fs::exists(directory / "a"));
}

TEST_CASE("more files than can be noted do no harm") {
  const Directory directory;
  std::ofstream(directory / "a") << "a";
  const Fd folder(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  {
    std::vector<Unfinished> many;
    for (int i = 0; i < 1000; ++i) many.emplace_back(folder.get(), "missing");
  }
  const Unfinished one(folder.get(), "a");
  remove_unfinished();
  CHECK_FALSE(fs::exists(directory / "a"));
}

}  // namespace
}  // namespace frugal
