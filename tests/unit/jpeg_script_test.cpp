#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

#include "codec/jpeg/dc_costs.hpp"
#include "codec/jpeg/scan_plans.hpp"
#include "codec/jpeg/script.hpp"
#include "jpeg_scan_fixture.hpp"

namespace frugal::codec::jpeg {

static bool operator==(const Scan& a, const Scan& b) {
  return std::tie(a.components, a.count, a.first, a.last, a.high, a.low) ==
         std::tie(b.components, b.count, b.first, b.last, b.high, b.low);
}

namespace {

using namespace by_definition;

/// Total length of a Huffman code, made the way it is taught, with one symbol more that occurs once.
std::uint64_t taught_code_bits(const SymbolHistogram& counts) {
  std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> queue;
  for (const auto count : counts) {
    if (count > 0) queue.push(count);
  }
  queue.push(1);
  std::uint64_t bits = 0;
  while (queue.size() > 1) {
    std::uint64_t pair = 0;
    for (int i = 0; i < 2; ++i) {
      pair += queue.top();
      queue.pop();
    }
    queue.push(pair);
    bits += pair;
  }
  return bits;
}

/// Bits of the codes alone.
std::uint64_t code_bits(const SymbolHistogram& counts) {
  std::uint64_t bits = huffman_cost(counts).bits;
  for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) bits -= counts[symbol] * (symbol % 16);
  return bits;
}

std::vector<SlicedSizes> slice(const Component& component) {
  std::vector<SlicedSizes> sizes;
  for (const auto& block : component.blocks) sizes.push_back(sliced_sizes(block));
  return sizes;
}

void check_costs(const Coefficients& picture) {
  const auto counter = std::make_unique<LevelCounter>();
  const auto sizes = slice(picture.components[0]);
  for (int low = 0; low < static_cast<int>(kLevels); ++low) {
    const auto costs = counter->count(sizes, static_cast<std::size_t>(low), sizes.size());
    CAPTURE(low);
    for (std::size_t from = 0; from < kZones; ++from) {
      for (std::size_t to = from; to < kZones; ++to) {
        Scan scan{{0}, 1, zone_begin(from), zone_end(to), 0, low};
        CAPTURE(scan.first);
        CAPTURE(scan.last);
        CHECK(costs.first(from, to) == scan_bytes(picture, scan));
        scan.high = low + 1;
        CHECK(costs.refine(from, to) == scan_bytes(picture, scan));
      }
    }
  }
}

/// T.81, G.1.1: every bit of every coefficient once, high ones before low ones, a component's DC before its
/// AC.
void check_complete(const Script& script, int components) {
  std::map<std::pair<int, int>, int> known;  // by component and place: the lowest bit so far
  for (const auto& scan : script) {
    CHECK((scan.first == 0 ? scan.last == 0 : scan.count == 1 && scan.first <= scan.last));
    for (int i = 0; i < scan.count; ++i) {
      const int component = scan.components[static_cast<std::size_t>(i)];
      if (scan.first > 0) CHECK(known.contains({component, 0}));
      for (int place = scan.first; place <= scan.last; ++place) {
        const auto [it, is_first] = known.try_emplace({component, place}, scan.low);
        CHECK((is_first ? scan.high == 0 : scan.high == it->second && scan.low == scan.high - 1));
        it->second = scan.low;
      }
    }
  }
  CHECK(std::is_partitioned(script.begin(), script.end(), [](const Scan& scan) { return scan.high == 0; }));
  CHECK(known.size() == static_cast<std::size_t>(64 * components));
  CHECK(std::all_of(known.begin(), known.end(), [](const auto& bit) { return bit.second == 0; }));
}

/// Scripts that are none too good for pictures of either kind.
std::vector<Script> rivals(std::size_t components) {
  if (components == 1) {
    return {{},
            {{{0}, 1, 0, 0}, {{0}, 1, 1, 63}},
            {{{0}, 1, 0, 0, 0, 1},
             {{0}, 1, 1, 5, 0, 2},
             {{0}, 1, 6, 63, 0, 2},
             {{0}, 1, 1, 63, 2, 1},
             {{0}, 1, 0, 0, 1, 0},
             {{0}, 1, 1, 63, 1, 0}}};
  }
  return {{},
          {{{0, 1, 2}, 3, 0, 0}, {{0}, 1, 1, 63}, {{1}, 1, 1, 63}, {{2}, 1, 1, 63}},
          {{{0}, 1, 0, 0},
           {{1, 2}, 2, 0, 0},
           {{0}, 1, 1, 2},
           {{0}, 1, 3, 63, 0, 1},
           {{1}, 1, 1, 8},
           {{1}, 1, 9, 63},
           {{2}, 1, 1, 63, 0, 1},
           {{2}, 1, 1, 63, 1, 0},
           {{0}, 1, 3, 63, 1, 0}},
          {{{0, 1, 2}, 3, 0, 0, 0, 1},
           {{0}, 1, 1, 5, 0, 2},
           {{2}, 1, 1, 63, 0, 1},
           {{1}, 1, 1, 63, 0, 1},
           {{0}, 1, 6, 63, 0, 2},
           {{0}, 1, 1, 63, 2, 1},
           {{0, 1, 2}, 3, 0, 0, 1, 0},
           {{2}, 1, 1, 63, 1, 0},
           {{1}, 1, 1, 63, 1, 0},
           {{0}, 1, 1, 63, 1, 0}}};
}

const std::vector<Look> kLooks{
    {{400, 300}, 1, 1, 4, 1},   {{400, 300}, 3, 2, 4, 1},      {{401, 299}, 3, 2, 20, 1},
    {{257, 333}, 3, 1, 1, 0.3}, {{400, 300}, 3, 2, 0.6, 0.05}, {{49, 35}, 3, 2, 3, 1},
    {{16, 16}, 3, 2, 3, 1},     {{8, 8}, 1, 1, 3, 1},
};

}  // namespace

TEST_CASE("Huffman codes are as short as can be while the code of ones stays free") {
  Random random;
  for (const std::size_t symbols : {1U, 2U, 3U, 17U, 64U, 256U}) {
    CAPTURE(symbols);
    SymbolHistogram counts{};
    for (std::size_t i = 0; i < symbols; ++i)
      counts[i] = static_cast<std::uint32_t>(2 + 1000 * random.uniform() * random.uniform());
    const std::uint64_t with_free = taught_code_bits(counts);  // the free one is as long as any
    CHECK(code_bits(counts) < with_free);
    CHECK(code_bits(counts) + 16 >= with_free);
    CHECK(huffman_cost(counts).table_bytes == 21 + symbols);
  }
  SymbolHistogram two{};
  two[0] = two[16] = 5;
  CHECK(code_bits(two) == 15);
  CHECK(huffman_cost({}).bits == 0);
}

TEST_CASE("no Huffman code is longer than 16 bits") {
  SymbolHistogram counts{};
  std::uint32_t next = 1;
  std::uint32_t before = 1;
  for (std::size_t i = 0; i < 25; ++i) {  // Fibonacci's numbers make the deepest tree
    counts[i] = next;
    next += std::exchange(before, next);
  }
  CHECK(code_bits(counts) > taught_code_bits(counts));
  CHECK(code_bits(counts) < taught_code_bits(counts) * 101 / 100);
}

TEST_CASE("AC scans cost what coding them block by block takes") {
  check_costs(make_coefficients({.strength = 20}));
  check_costs(make_coefficients({.strength = 40, .busy = 0.02}));
}

TEST_CASE("AC scans cost what coding them takes where runs of blocks exceed the longest code") {
  auto picture = make_coefficients({.size = {8 * 90'000, 8}, .strength = 0, .busy = 0});
  auto& blocks = picture.components[0].blocks;
  Random random;
  for (const std::size_t place : {10U, 11U, 32'778U, 32'779U, 89'998U}) blocks[place] = random.block(200);
  check_costs(picture);
}

TEST_CASE("DC scans cost what coding them block by block takes") {
  const auto picture = make_coefficients({.size = {401, 299}, .components = 3, .factor = 2, .strength = 100});
  for (const int low : {0, 1}) {
    CAPTURE(low);
    for (Scan scan :
         {Scan{{0, 1, 2}, 3, 0, 0}, Scan{{0}, 1, 0, 0}, Scan{{1, 2}, 2, 0, 0}, Scan{{2}, 1, 0, 0}}) {
      CAPTURE(scan.count);
      scan.low = low;
      CHECK(dc_first_bytes(picture, scan) == scan_bytes(picture, scan));
      scan.high = low + 1;
      CHECK(dc_refine_bytes(picture, scan) == scan_bytes(picture, scan));
    }
  }
}

TEST_CASE("a level that leaves nothing is never begun with") {
  const auto counter = std::make_unique<LevelCounter>();
  Block block{};
  block[1] = 3;
  const std::vector<SlicedSizes> sizes(40, sliced_sizes(block));
  CHECK(counter->count(sizes, 1, 40).first(0, kZones - 1) < kNever);
  CHECK(counter->count(sizes, 2, 40).first(0, kZones - 1) == kNever);
  CHECK(counter->count(std::vector<SlicedSizes>(40), 0, 40).first(0, kZones - 1) < kNever);
}

TEST_CASE("bands are cut where the pieces are cheapest") {
  Random random;
  ByBand<std::uint64_t> whole;
  for (std::size_t from = 0; from < kZones; ++from) {
    for (std::size_t to = from; to < kZones; ++to)
      whole(from, to) =
          static_cast<std::uint64_t>(50 + 100 * static_cast<double>(to - from + 1) * random.uniform());
  }
  std::uint64_t least = kNever;
  for (unsigned ends = 0; ends < 1U << (kZones - 1); ++ends) {  // bits: zones after which to cut
    std::uint64_t sum = 0;
    std::size_t from = 0;
    for (std::size_t zone = 0; zone < kZones; ++zone) {
      if (zone + 1 < kZones && !(ends >> zone & 1)) continue;
      sum += whole(from, zone);
      from = zone + 1;
    }
    least = std::min(least, sum);
  }
  const Cuts cuts = cheapest_cuts(whole);
  CHECK(cuts.bytes(0, kZones - 1) == least);
  const auto pieces = cuts.pieces({});
  CHECK(pieces.size() > 1);
  std::uint64_t sum = 0;
  for (const auto& piece : pieces) sum += whole(piece.from, piece.to);
  CHECK(sum == least);
}

TEST_CASE("scripts code every bit of every coefficient once, in T.81's order") {
  for (const auto& look : kLooks) {
    const auto picture = make_coefficients(look);
    for (int effort = 1; effort <= 9; ++effort) {
      CAPTURE(look.size.width);
      CAPTURE(effort);
      const auto script = best_script(picture, effort, 1);
      if (!script.empty()) check_complete(script, look.components);
    }
  }
}

TEST_CASE("plans cost what coding them block by block takes") {
  std::size_t refinements = 0;
  for (const auto& look : kLooks) {
    CAPTURE(look.size.width);
    const auto picture = make_coefficients(look);
    const auto counter = std::make_unique<LevelCounter>();
    std::vector<AcCosts> all;
    for (int i = 0; i < look.components; ++i) {
      const auto sizes = slice(picture.components[static_cast<std::size_t>(i)]);
      AcCosts costs{{}, sizes.size(), sizes.size()};
      for (std::size_t low = 0; low < kLevels; ++low)
        costs.levels[low] = counter->count(sizes, low, sizes.size());
      const Plan plan = ac_plan(i, costs);
      CHECK(plan.bytes == script_bytes(picture, plan.scans));
      for (const auto& scan : plan.scans) refinements += scan.high > 0 ? 1 : 0;
      all.push_back(costs);
    }
    const Plan dc = dc_plan(picture);
    CHECK(dc.bytes == script_bytes(picture, dc.scans));
    const auto sequential = static_cast<double>(sequential_scan_bytes(picture));
    CHECK(static_cast<double>(sequential_bytes(picture, all)) == doctest::Approx(sequential).epsilon(0.005));
  }
  CHECK(refinements > 0);  // else the looks are no test of them
}

TEST_CASE("the best script makes a smaller file than others do") {
  for (const auto& look : kLooks) {
    CAPTURE(look.size.width);
    CAPTURE(look.strength);
    const auto picture = make_coefficients(look);
    const auto best = script_bytes(picture, best_script(picture, 9, 1));
    for (const auto& rival : rivals(picture.components.size())) CHECK(best <= script_bytes(picture, rival));
  }
}

TEST_CASE("small pictures are sequential, large ones progressive") {
  const auto script = [](Size size, int effort) {
    return best_script(make_coefficients({.size = size, .components = 3, .factor = 2}), effort, 1);
  };
  for (const int effort : {1, 5, 9}) {
    CHECK(script({32, 32}, effort).empty());
    CHECK_FALSE(script({512, 512}, effort).empty());
  }
}

TEST_CASE("a sample of the blocks finds nearly as good a script") {
  const auto picture = make_coefficients({.size = {1024, 1024}, .components = 3, .factor = 2, .strength = 3});
  const auto best = static_cast<double>(script_bytes(picture, best_script(picture, 9, 1)));
  const auto sampled = static_cast<double>(script_bytes(picture, best_script(picture, 5, 1)));
  CHECK(best <= sampled);
  CHECK(sampled < best * 1.003);
}

TEST_CASE("the number of threads does not change the script" * doctest::test_suite("threads")) {
  const auto picture = make_coefficients({.size = {401, 299}, .components = 3, .factor = 2, .strength = 8});
  const auto alone = best_script(picture, 9, 1);
  for (const int threads : {0, 2, 5, 64}) CHECK(best_script(picture, 9, threads) == alone);
}

}  // namespace frugal::codec::jpeg
