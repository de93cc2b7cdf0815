#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

#include "codec_fixture.hpp"
#include "fuzz/mutate.hpp"
#include "fuzz/trial.hpp"
#include "temporary_fixture.hpp"
#include "util/confine.hpp"

namespace frugal::fuzz {
namespace {

using temporary_fixture::Directory;

Bytes input(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

/// Does what its input says.
Outcome act(ByteView input) {
  (void)std::signal(SIGABRT, SIG_DFL);  // doctest's handler is not for these processes
  const auto text = as_chars(input);
  if (text == "crash") std::abort();
  if (text == "loop") {
    for (std::atomic<int> turns = 0;; ++turns) {
    }
  }
  if (text == "grow") {
    const Bytes many(96U << 20, 1);
    static std::atomic<std::uint8_t> seen;
    seen = many[many.size() / 2];
  }
  if (text == "leak") {
    static std::atomic<char*> lost;
    lost = new char[1000];
    lost = nullptr;
  }
  if (text == "refuse") return ErrorKind::damaged;
  return std::nullopt;
}

Tally trial(const std::vector<Bytes>& inputs, const Directory& directory) {
  const Harness harness{"act", act, nullptr};
  const Bounds bounds{
      .time = std::chrono::seconds(1), .memory = 64U << 20, .batch = 4, .faults = directory / "faults"};
  return run_trials(harness, Inputs(inputs, 1), 0, inputs.size(), bounds);
}

TEST_CASE("a trial counts what was read and what was refused") {
  const Directory directory;
  const auto tally =
      trial({input("a"), input("refuse"), input("b"), input("refuse"), input("refuse")}, directory);
  CHECK(tally.runs == 5);
  CHECK(tally.read == 2);
  CHECK(tally.refused[static_cast<std::size_t>(ErrorKind::damaged)] == 3);
  CHECK(tally.faults.empty());
  CHECK(directory.names().empty());
}

TEST_CASE("what crashes, hangs or takes too much memory is found, kept as a file, and stops nothing else") {
  for (const std::string what : {"crash", "loop", "grow"}) {
    CAPTURE(what);
    const Directory directory;
    const auto tally =
        trial({input("a"), input("b"), input(what), input("c"), input("d"), input("e")}, directory);
    CHECK(tally.read >= 5);
    REQUIRE(tally.faults.size() == 1);
    CHECK(tally.faults[0].number == 2);
    CHECK(tally.faults[0].ours);
    CHECK_FALSE(tally.faults[0].what.empty());
    CHECK(temporary_fixture::get(tally.faults[0].file) == what);
  }
}

TEST_CASE("a leak is traced to its input" * doctest::skip(!is_watched())) {
  const Directory directory;
  const auto tally = trial({input("a"), input("b"), input("c"), input("leak"), input("d")}, directory);
  REQUIRE(tally.faults.size() == 1);
  CHECK(tally.faults[0].number == 3);
  CHECK(tally.faults[0].what.find("leaks") != std::string::npos);
}

TEST_CASE("whose fault it is stands in the innermost frame that is not the sanitizer's or the system's") {
  const auto library = blamed(
      "==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x60\n"
      "    #0 0x7f1 in __interceptor_memcpy ../../../../src/libsanitizer/asan/asan.cpp:1\n"
      "    #1 0x7f2 in read_tile (/lib/x86_64-linux-gnu/libheif.so.1+0x12)\n"
      "    #2 0x7f3 in frugal::codec::decode(int) /home/frugal/src/codec/heic/decode.cpp:3\n");
  CHECK_FALSE(library.ours);
  CHECK(library.where.starts_with("read_tile"));
  CHECK(library.what.find("heap-buffer-overflow") != std::string::npos);
  const auto own = blamed(
      "src/codec/png.cpp:5:6: runtime error: signed integer overflow\n"
      "    #0 0x7f2 in std::max<int> /usr/include/c++/12/bits/stl_algo.h:7\n"
      "    #1 0x7f3 in frugal::codec::sum(int) /home/frugal/src/codec/png.cpp:5\n");
  CHECK(own.ours);
  CHECK(own.where.starts_with("frugal::codec::sum"));
  CHECK(blamed("nothing that anybody knows").ours);
}

TEST_CASE("mutations are the same every time, and PNG's checksums mostly follow") {
  const auto file =
      codec::of(codec::Format::png).encode(pictures::make({.size = {20, 20}}), {}, {.effort = 1});
  REQUIRE(file);
  const Inputs inputs({*file}, 5);
  CHECK(inputs[0] == *file);
  int changed = 0;
  int whole = 0;
  for (std::uint64_t number = 1; number < 400; ++number) {
    const auto once = inputs[number];
    CHECK(once == inputs[number]);
    changed += once != *file;
    const auto header = codec::of(codec::Format::png).read_header(once, {});
    whole += header && header->size != Size{20, 20};
  }
  CHECK(changed > 350);
  CHECK(whole > 3);
}

}  // namespace
}  // namespace frugal::fuzz
