#include "util/build_id.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

TEST_CASE("the libraries that run here are listed by name, each with its build id") {
  const auto libraries = frugal::loaded_libraries();
  CHECK(std::ranges::is_sorted(libraries));
  const auto libc = std::ranges::find(libraries, "libc", &frugal::LoadedLibrary::name);
  REQUIRE(libc != libraries.end());
  // Distributions link with --build-id; a system that does not has nothing to tell.
  const std::string& id = libc->build_id_hex;
  CHECK(id.size() % 2 == 0);
  CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(
      std::ranges::any_of(libraries, [](const auto& library) { return library.build_id_hex.size() >= 16; }));
}

TEST_CASE("names have neither folder nor version, and the kernel's vDSO is no library") {
  for (const auto& [name, build_id] : frugal::loaded_libraries()) {
    CAPTURE(name);
    CHECK_FALSE(name.empty());
    CHECK(name.find('/') == std::string::npos);
    CHECK(name.find(".so") == std::string::npos);
    CHECK_FALSE(name.starts_with("linux-vdso"));
  }
}

TEST_CASE("the list does not change while nothing is loaded") {
  CHECK(frugal::loaded_libraries() == frugal::loaded_libraries());
}
