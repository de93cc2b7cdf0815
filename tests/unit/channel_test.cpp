#include "util/channel.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <chrono>
#include <string>
#include <utility>

#include "util/wire.hpp"

namespace frugal {
namespace {

using namespace std::chrono_literals;

std::pair<Channel, Channel> two_ends() {
  auto ends = Channel::pair();
  REQUIRE(ends.has_value());
  return std::move(*ends);
}

TEST_CASE("messages arrive whole, in order, each with its file") {
  const auto [one, other] = two_ends();
  const auto file = memory_file(as_bytes("content"));
  REQUIRE(file.has_value());
  CHECK(one.send(as_bytes("first")));
  CHECK(one.send(as_bytes("second"), file->get()));
  CHECK(one.send(Bytes(kMostMessageBytes, 7)));
  const auto first = other.receive();
  REQUIRE(first.has_value());
  CHECK(as_chars(first->bytes) == "first");
  CHECK_FALSE(first->file);
  const auto second = other.receive();
  REQUIRE(second.has_value());
  CHECK(as_chars(second->bytes) == "second");
  const auto mapping = Mapping::of(second->file);
  REQUIRE(mapping.has_value());
  CHECK(as_chars(mapping->bytes()) == "content");
  const auto third = other.receive();
  REQUIRE(third.has_value());
  CHECK(third->bytes == Bytes(kMostMessageBytes, 7));
}

TEST_CASE("the other side's end is heard, after all that it said") {
  auto [one, other] = two_ends();
  CHECK(one.send(as_bytes("last words")));
  one = Channel();
  CHECK(other.receive().has_value());
  const auto over = other.receive();
  REQUIRE_FALSE(over.has_value());
  CHECK(over.error() == Silence::over);
  CHECK_FALSE(other.send(as_bytes("anybody?")));
}

TEST_CASE("waiting has an end") {
  const auto [one, other] = two_ends();
  std::chrono::milliseconds patience = 20ms;
  const auto silence = other.receive(patience);
  REQUIRE_FALSE(silence.has_value());
  CHECK(silence.error() == Silence::too_long);
  CHECK(patience == 0ms);
  CHECK(one.send(as_bytes("late")));
  CHECK(other.receive(patience).has_value());
  patience = 10s;
  CHECK(one.send(as_bytes("in time")));
  CHECK(other.receive(patience).has_value());
  CHECK(patience > 5s);
}

TEST_CASE("an empty file in memory is a file too") {
  const auto file = memory_file({});
  REQUIRE(file.has_value());
  const auto mapping = Mapping::of(*file);
  REQUIRE(mapping.has_value());
  CHECK(mapping->bytes().empty());
}

TEST_CASE(
    "bytes go into a file in memory and come out of it again, however many, and are gone from where they "
    "were") {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{70'000}, std::size_t{5'000'001}}) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * i >> 7);
    const auto file = into_memory_file(Bytes(bytes));
    REQUIRE(file.has_value());
    CHECK_FALSE(out_of_memory_file(*file, size + 1).has_value());
    const auto again = into_memory_file(Bytes(bytes));
    REQUIRE(again.has_value());
    CHECK(out_of_memory_file(*again, size) == bytes);
    if (size < 5'000'000) continue;
    struct stat status {};
    REQUIRE(::fstat(again->get(), &status) == 0);
    CHECK(status.st_blocks * 512 < 8192);
  }
}

enum class Fruit : std::uint8_t { apple, pear };

TEST_CASE("values come out of a message as they went in") {
  WireWriter out;
  out.put(std::uint64_t{1} << 40)
      .put(-3)
      .put(0.5)
      .put(true)
      .put(Fruit::pear)
      .put(std::string_view("a\0b", 3));
  out.put(std::optional(2.5)).put(std::optional<int>());
  WireReader in(out.bytes());
  CHECK(in.take<std::uint64_t>() == std::uint64_t{1} << 40);
  CHECK(in.take<int>() == -3);
  CHECK(in.take<double>() == 0.5);
  CHECK(in.take<bool>());
  CHECK(in.take<Fruit>() == Fruit::pear);
  CHECK(in.text() == std::string("a\0b", 3));
  CHECK_FALSE(in.ok());  // something is left
  CHECK(in.optional<double>() == 2.5);
  CHECK(in.optional<int>() == std::nullopt);
  CHECK(in.ok());
}

TEST_CASE("what is not in a message is read as nothing, and told") {
  WireWriter out;
  out.put(std::uint32_t{1000});  // the length of a text that does not follow
  WireReader in(out.bytes());
  CHECK(in.text().empty());
  CHECK_FALSE(in.good());
  CHECK(in.take<std::uint64_t>() == 0);
  CHECK_FALSE(in.ok());
}

}  // namespace
}  // namespace frugal
