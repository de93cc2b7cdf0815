#include "batch/deliver.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "temporary_fixture.hpp"

using namespace frugal;
using temporary_fixture::get;
using temporary_fixture::put;

namespace {

Result<std::optional<cache::FileIdentity>> deliver(const temporary_fixture::Directory& directory,
                                                   std::string_view text, bool removes_source = false) {
  batch::Source source;
  source.path = directory / "source";
  put(source.path, "source");
  batch::Target target;
  target.path = directory / "output";
  target.root = directory.path();
  target.removes_source = removes_source;
  batch::Roots roots;
  return batch::deliver(roots, source, target, {}, Bytes(text.begin(), text.end()), false);
}

}  // namespace

TEST_CASE("a result goes where nothing stands, and is known by what the file system knows it by") {
  const temporary_fixture::Directory directory;
  const auto delivered = deliver(directory, "result");
  REQUIRE(delivered.has_value());
  REQUIRE(delivered->has_value());
  CHECK((*delivered)->size == 6);
  CHECK(get(directory / "output") == "result");
}

TEST_CASE("another process that was faster with the same result is no fault") {
  const temporary_fixture::Directory directory;
  put(directory / "output", "result");
  const auto delivered = deliver(directory, "result");
  REQUIRE(delivered.has_value());
  CHECK_FALSE(delivered->has_value());
  CHECK(directory.names().size() == 2);
}

TEST_CASE("what appeared in the meantime and is something else stays, and is a fault") {
  const temporary_fixture::Directory directory;
  put(directory / "output", "photos");
  CHECK_FALSE(deliver(directory, "result"));
  CHECK(get(directory / "output") == "photos");
}

TEST_CASE("a source is not removed for a file that somebody else made") {
  const temporary_fixture::Directory directory;
  put(directory / "output", "result");
  CHECK_FALSE(deliver(directory, "result", true));
  CHECK(get(directory / "source") == "source");
}
