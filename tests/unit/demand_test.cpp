// How much memory a picture is reckoned to take, and what becomes of that where there is little.
#include "batch/demand.hpp"

#include <doctest/doctest.h>

#include "codec/codec.hpp"

namespace frugal::batch {
namespace {

Unit unit_of(codec::Format from, codec::Format to) {
  Unit unit;
  unit.source.codec = &codec::of(from);
  unit.targets.resize(1);
  unit.targets[0].codec = &codec::of(to);
  return unit;
}

codec::Header header_of(Size size, int channels = 3, int depth = 8) {
  return {size, Orientation::upright, channels, depth};
}

constexpr std::uint64_t kMiB = 1U << 20;
constexpr std::uint64_t kFile = 3 * kMiB;

TEST_CASE("a picture takes more at an effort that drafts, and less where it is made sparingly") {
  const Options options;
  for (const auto format : {codec::Format::jpeg, codec::Format::webp}) {
    const auto unit = unit_of(codec::Format::jpeg, format);
    const auto header = header_of({4000, 3000});
    const auto drafted = demand(unit, header, kFile, options, 5, false);
    const auto plain = demand(unit, header, kFile, options, 3, false);
    const auto sparing = demand(unit, header, kFile, options, 3, true);
    CHECK(drafted > plain);
    CHECK(plain > sparing);
    CHECK(sparing > 2 * kFile + 12'000'000ULL * 6);
  }
}

TEST_CASE("alpha and depth take more") {
  const Options options;
  const auto unit = unit_of(codec::Format::png, codec::Format::avif);
  const auto plain = demand(unit, header_of({1000, 1000}), kFile, options, 5, false);
  CHECK(demand(unit, header_of({1000, 1000}, 4), kFile, options, 5, false) > plain);
  CHECK(demand(unit, header_of({1000, 1000}, 3, 16), kFile, options, 5, false) > plain);
}

TEST_CASE("where memory is short a picture is made at a lower effort, then sparingly, then not at all") {
  const Options options;
  const auto unit = unit_of(codec::Format::jpeg, codec::Format::jpeg);
  const auto manner = [&](Size size) {
    return manner_within(480 * kMiB, unit, header_of(size), kFile, options);
  };
  REQUIRE(manner({2000, 1500}));
  CHECK(manner({2000, 1500})->effort == options.effort);
  CHECK_FALSE(manner({2000, 1500})->sparing);
  REQUIRE(manner({5000, 4000}));
  CHECK(manner({5000, 4000})->effort == kSparingEffort);
  CHECK(manner({5000, 4000})->sparing);
  CHECK_FALSE(manner({10'000, 9000}));
}

TEST_CASE("an effort below that of drafts is kept where memory is short") {
  Options options;
  options.effort = 2;
  const auto manner = manner_within(480 * kMiB, unit_of(codec::Format::jpeg, codec::Format::jpeg),
                                    header_of({5000, 4000}), kFile, options);
  REQUIRE(manner);
  CHECK(manner->effort == 2);
  CHECK(manner->sparing);
}

TEST_CASE("a size alone tells the effort of a JPEG, and of others where alpha or depth would not change it") {
  const Options options;
  const auto effort = [&](codec::Format from, Size size) {
    return effort_within(480 * kMiB, unit_of(from, codec::Format::jpeg), size, kFile, options);
  };
  CHECK(effort(codec::Format::jpeg, {2000, 1500}) == options.effort);
  CHECK(effort(codec::Format::jpeg, {5000, 4000}) == kSparingEffort);
  CHECK(effort(codec::Format::png, {1000, 800}) == options.effort);
  CHECK_FALSE(effort(codec::Format::png, {2000, 1500}));
}

}  // namespace
}  // namespace frugal::batch
