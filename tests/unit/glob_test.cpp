#include "util/glob.hpp"

#include <doctest/doctest.h>

namespace frugal {
namespace {

TEST_CASE("a pattern without a slash is held against the last name alone") {
  CHECK(glob_matches("*.jpg", "a.jpg"));
  CHECK(glob_matches("*.jpg", "deep/down/a.jpg"));
  CHECK(glob_matches("a?.png", "x/ab.png"));
  CHECK(glob_matches("[ab].png", "b.png"));
  CHECK_FALSE(glob_matches("*.jpg", "a.jpg/b.png"));
  CHECK_FALSE(glob_matches("*.jpg", "a.JPG"));
  CHECK_FALSE(glob_matches("deep", "deep/a.jpg"));
}

TEST_CASE("a pattern with a slash is held against the whole path, where a star spans slashes") {
  CHECK(glob_matches("photos/*.jpg", "photos/a.jpg"));
  CHECK(glob_matches("photos/*.jpg", "photos/2024/a.jpg"));
  CHECK_FALSE(glob_matches("photos/*.jpg", "other/photos/a.jpg"));
  CHECK(glob_matches("*/photos/*.jpg", "other/photos/a.jpg"));
}

TEST_CASE("hidden names and special characters match as fnmatch has it") {
  CHECK(glob_matches("*", ".hidden"));
  CHECK(glob_matches("\\*.png", "*.png"));
  CHECK_FALSE(glob_matches("\\*.png", "a.png"));
  CHECK_FALSE(glob_matches("", "a"));
}

TEST_CASE("one of several patterns is enough, none match nothing") {
  CHECK(any_glob_matches({"*.png", "*.jpg"}, "a.jpg"));
  CHECK_FALSE(any_glob_matches({"*.png", "*.gif"}, "a.jpg"));
  CHECK_FALSE(any_glob_matches({}, "a.jpg"));
}

}  // namespace
}  // namespace frugal
