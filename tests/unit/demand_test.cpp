// How much memory a picture is reckoned to take, and what becomes of that where there is little.
#include "batch/demand.hpp"

#include <doctest/doctest.h>

#include "batch/terms.hpp"
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

constexpr Manner kSparing{kSparingEffort, codec::Room::scarce};
constexpr Manner kLeast{kSparingEffort, codec::Room::scarcest};

TEST_CASE("a picture takes more at an effort that drafts, and less the more sparingly it is made") {
  const Options options;
  for (const auto format : {codec::Format::jpeg, codec::Format::webp}) {
    const auto unit = unit_of(codec::Format::png, format);
    const auto header = header_of({4000, 3000});
    const auto drafted = demand(unit, header, kFile, options, {5});
    const auto plain = demand(unit, header, kFile, options, {3});
    const auto sparing = demand(unit, header, kFile, options, kSparing);
    const auto least = demand(unit, header, kFile, options, kLeast);
    CHECK(drafted > plain);
    CHECK(plain > sparing);
    CHECK(sparing > least);
    CHECK(least > 12'000'000ULL * 6);
  }
}

TEST_CASE("alpha and depth take more") {
  const Options options;
  for (const auto format : {codec::Format::avif, codec::Format::webp}) {
    const auto unit = unit_of(codec::Format::png, format);
    for (const Manner& manner : {Manner{5}, kSparing, kLeast}) {
      const auto plain = demand(unit, header_of({1000, 1000}), kFile, options, manner);
      CHECK(demand(unit, header_of({1000, 1000}, 4), kFile, options, manner) > plain);
      CHECK(demand(unit, header_of({1000, 1000}, 3, 16), kFile, options, manner) > plain);
    }
  }
}

TEST_CASE(
    "where memory is short a picture is made at a lower effort, then more and more sparingly, then not") {
  const Options options;
  const auto unit = unit_of(codec::Format::jpeg, codec::Format::jpeg);
  const auto manner = [&](Size size) {
    return manner_within(480 * kMiB, unit, header_of(size), kFile, options);
  };
  CHECK(manner({2000, 1500}) == asked(options));
  CHECK(manner({5000, 4000}) == kSparing);
  CHECK(manner({9500, 6300}) == kLeast);
  CHECK_FALSE(manner({10'000, 9000}));
}

TEST_CASE("photographs of 60 megapixels are made within 512 MiB, whatever the files at the two ends") {
  const Options options;
  constexpr Size kLarge{9500, 6300};
  const auto within = [&](codec::Format from, codec::Format to, std::uint64_t size) {
    return manner_within(480 * kMiB, unit_of(from, to), header_of(kLarge), size, options).has_value();
  };
  for (const auto to : {codec::Format::jpeg, codec::Format::webp, codec::Format::png}) {
    CHECK(within(codec::Format::jpeg, to, 20 * kMiB));
    CHECK(within(codec::Format::png, to, 80 * kMiB));
  }
}

Unit choice_of(std::initializer_list<codec::Format> formats) {
  auto unit = unit_of(codec::Format::jpeg, codec::Format::jpeg);
  auto& target = unit.targets[0];
  for (const auto format : formats) {
    auto& candidate = target.candidates.emplace_back();
    candidate.codec = &codec::of(format);
    candidate.path = "out";
  }
  return unit;
}

TEST_CASE("of several formats those that take much are no choice where memory is scarcest, unless all do") {
  using enum codec::Format;
  const Options options;
  const auto all = choice_of({jpeg, png, webp, avif});
  const auto large = choice_of({avif, heic});
  CHECK(codecs_of(all.targets[0], codec::Room::scarce).size() == 4);
  CHECK(codecs_of(all.targets[0], codec::Room::scarcest).size() == 3);
  CHECK(codecs_of(large.targets[0], codec::Room::scarcest).size() == 2);
  CHECK(manner_within(570 * kMiB, all, header_of({9500, 6300}), 20 * kMiB, options) == kLeast);
  CHECK_FALSE(manner_within(570 * kMiB, large, header_of({9500, 6300}), 20 * kMiB, options));
}

TEST_CASE("pictures that do not fit their format by themselves take more, for the copies that do") {
  const Options options;
  const auto header = header_of({4000, 3000}, 4);
  const auto unit = unit_of(codec::Format::png, codec::Format::jpeg);
  const std::uint64_t pixels = 12'000'000;
  CHECK(demand(unit, header, kFile, options, kLeast) > pixels * 4 + pixels * 3 + pixels * 4);
  CHECK(demand(choice_of({codec::Format::jpeg, codec::Format::webp}), header, kFile, options, kLeast) >
        demand(unit, header, kFile, options, kLeast));
}

TEST_CASE("a file of several scans has to be read, too, and its blocks go as the picture comes") {
  const Options options;
  const auto unit = unit_of(codec::Format::jpeg, codec::Format::png);
  auto header = header_of({9500, 6300});
  const auto with = [&](std::uint64_t working_bytes, std::uint64_t size) {
    header.working_bytes = working_bytes;
    return demand(unit, header, size, options, kLeast);
  };
  const std::uint64_t blocks = std::uint64_t{6} * 9500 * 6300;
  CHECK(with(blocks, 16 * kMiB) == with(0, 16 * kMiB));
  CHECK(with(blocks, 90 * kMiB) > with(0, 90 * kMiB));
}

TEST_CASE("an effort below that of drafts is kept where memory is short") {
  Options options;
  options.effort = 2;
  const auto manner = manner_within(480 * kMiB, unit_of(codec::Format::jpeg, codec::Format::jpeg),
                                    header_of({5000, 4000}), kFile, options);
  REQUIRE(manner);
  CHECK(manner->effort == 2);
  CHECK(manner->sparing());
}

TEST_CASE("a size alone tells the manner, where alpha, depth or scans would not change it") {
  const Options options;
  const auto manner = [&](codec::Format from, Size size) {
    return manner_within(480 * kMiB, unit_of(from, codec::Format::jpeg), size, kFile, options);
  };
  CHECK(manner(codec::Format::jpeg, {2000, 1500}) == asked(options));
  CHECK(manner(codec::Format::jpeg, {5000, 4000}) == kSparing);
  CHECK(manner(codec::Format::png, {1000, 800}) == asked(options));
  CHECK_FALSE(manner(codec::Format::png, {2000, 1500}));
  CHECK(manner(codec::Format::jpeg, {9500, 6300}) == kLeast);
}

TEST_CASE("options are those of a manner once they were made for it") {
  const Options options;
  for (const auto& manner : manners(options)) CHECK(asked(in_manner(options, manner)) == manner);
}

}  // namespace
}  // namespace frugal::batch
