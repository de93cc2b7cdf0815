#include "metric/layout.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "metric/kernels.hpp"
#include "metric/weights.hpp"

namespace frugal::metric {
namespace {

constexpr std::array<std::uint32_t, 9> kSides{8, 63, 64, 65, 127, 128, 191, 192, 1000};

/// Of kSides, each with each third other.
template <class Check>
void for_sizes(const Check& check) {
  for (std::size_t i = 0; i < kSides.size(); ++i) {
    for (std::size_t j = i % 3; j < kSides.size(); j += 3) {
      const Size size{kSides[i], kSides[j]};
      CAPTURE(size.width);
      CAPTURE(size.height);
      for (int scale = 0; scale < scales_of(size); ++scale) {
        CAPTURE(scale);
        check(size, scale);
      }
    }
  }
}

/// (Begin, length) of an axis's cells.
using Spans = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

Spans spans_of(const Axis& axis) {
  Spans spans;
  for (const Span& cell : axis.cells) spans.emplace_back(cell.from, cell.length);
  return spans;
}

void check_covered(const Axis& axis, std::uint32_t length, std::uint32_t tile) {
  CHECK(axis.length == length);
  std::uint32_t at = 0;
  for (const Span& cell : axis.cells) {
    CHECK(cell.at == at);
    CHECK(cell.from == at);
    CHECK(cell.length > 0);
    CHECK(cell.at / tile == (cell.end() - 1) / tile);  // within one tile
    at = cell.end();
  }
  CHECK(at == length);
}

TEST_CASE("tiles cover a scale without gap or overlap") {
  for_sizes([](Size size, int scale) {
    const Layout layout = tiles(size, scale);
    const Size scaled = at_scale(size, scale);
    CHECK(layout.size() == scaled);
    check_covered(layout.columns, scaled.width, kTileSide >> scale);
    check_covered(layout.rows, scaled.height, kTileSide >> scale);
    CHECK(layout.cells() == layout.columns.cells.size() * layout.rows.cells.size());
    CHECK(layout.cell(0, 1) == layout.columns.cells.size());
  });
}

TEST_CASE("at 1:1 and 1:2 tiles are cut as far from their edges as the blur reaches") {
  const auto along = [](std::uint32_t side, int scale) { return spans_of(tiles({side, 8}, scale).columns); };
  CHECK(along(66, 0) == Spans{{0, 4}, {4, 56}, {60, 4}, {64, 2}});
  CHECK(along(62, 0) == Spans{{0, 4}, {4, 56}, {60, 2}});
  CHECK(along(8, 0) == Spans{{0, 4}, {4, 4}});
  CHECK(along(66, 1) == Spans{{0, 4}, {4, 24}, {28, 4}, {32, 1}});
  CHECK(along(130, 2) == Spans{{0, 16}, {16, 16}, {32, 1}});
  CHECK(along(130, 5) == Spans{{0, 2}, {2, 2}, {4, 1}});
}

void check_apart(const Axis& axis, std::uint32_t full, int scale) {
  const auto expected = windows_along(full);
  REQUIRE(axis.cells.size() == expected.size());
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Span& cell = axis.cells[i];
    if (i > 0) at += kReach;
    CHECK(cell.at == at);
    CHECK(cell.from == expected[i].from >> scale);
    CHECK(cell.length == at_scale({expected[i].length, 1}, scale).width);
    at = cell.end();
  }
  CHECK(axis.length == at);
  CHECK(axis.cells.back().from + axis.cells.back().length == at_scale({full, 1}, scale).width);
}

TEST_CASE("windows are laid side by side, apart by the blur's reach") {
  for_sizes([](Size size, int scale) {
    if (scale < kFirstWindowScale) return;
    const Layout layout = windows(size, scale);
    check_apart(layout.columns, size.width, scale);
    check_apart(layout.rows, size.height, scale);
  });
}

TEST_CASE("windows along a side end with it") {
  for (const std::uint32_t side : kSides) {
    const auto all = windows_along(side);
    CHECK(all.front().from == 0);
    CHECK(all.back().from + all.back().length == side);
    for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i].from == all[i - 1].from + kTileSide);
    for (std::size_t i = 0; i + 1 < all.size(); ++i) CHECK(all[i].length == kWindowSide);
    CHECK(all.back().length >= std::min(side, kWindowSide));
    CHECK(all.back().length < kWindowSide + kTileSide);
  }
}

/// Where column or row `at` of the layout comes from; −1 in gaps and outside.
std::int64_t source_of(const Axis& axis, std::int64_t at) {
  for (const Span& cell : axis.cells) {
    if (at >= cell.at && at < cell.end()) return cell.from + (at - cell.at);
  }
  return -1;
}

void check_sources(const Layout& layout, const Block& block) {
  constexpr auto kAround = static_cast<std::int64_t>(kReach);
  std::vector<std::int32_t> columns(block.width + 2 * kReach, -1);
  for (const Piece& piece : block.pieces) {
    REQUIRE(piece.to + piece.count <= columns.size());
    for (std::uint32_t i = 0; i < piece.count; ++i)
      columns[piece.to + i] = static_cast<std::int32_t>(piece.from + i);
  }
  std::vector<std::int32_t> expected;
  for (std::size_t i = 0; i < columns.size(); ++i)
    expected.push_back(static_cast<std::int32_t>(
        source_of(layout.columns, std::int64_t{block.x} - kAround + static_cast<std::int64_t>(i))));
  CHECK(columns == expected);
  expected.clear();
  for (std::size_t i = 0; i < block.height + 2 * kReach; ++i)
    expected.push_back(static_cast<std::int32_t>(
        source_of(layout.rows, std::int64_t{block.y} - kAround + static_cast<std::int64_t>(i))));
  CHECK(block.rows == expected);
}

void check_blocks(const Layout& layout) {
  std::vector<int> times(layout.cells());
  for (const Block& block : layout.blocks()) {
    CHECK(block.width <= kBlockWidth);
    CHECK(block.height <= kBlockHeight);
    REQUIRE(block.end_column <= layout.columns.cells.size());
    REQUIRE(block.end_row <= layout.rows.cells.size());
    for (std::uint32_t row = block.first_row; row < block.end_row; ++row) {
      for (std::uint32_t column = block.first_column; column < block.end_column; ++column)
        ++times[layout.cell(column, row)];
    }
    CHECK(block.x == layout.columns.cells[block.first_column].at);
    CHECK(block.y == layout.rows.cells[block.first_row].at);
    CHECK(block.x + block.width == layout.columns.cells[block.end_column - 1].end());
    CHECK(block.y + block.height == layout.rows.cells[block.end_row - 1].end());
    check_sources(layout, block);
  }
  CHECK(std::ranges::all_of(times, [](int count) { return count == 1; }));
}

TEST_CASE("blocks of tiles hold every cell once and know where their pixels come from") {
  for_sizes([](Size size, int scale) { check_blocks(tiles(size, scale)); });
}

TEST_CASE("blocks of windows hold every cell once and know where their pixels come from") {
  for_sizes([](Size size, int scale) {
    if (scale >= kFirstWindowScale) check_blocks(windows(size, scale));
  });
}

TEST_CASE("a block that is asked for has the cells asked for") {
  const Layout layout = tiles({400, 300}, 2);
  const auto blocks = layout.blocks({2, 4}, {1, 3});
  REQUIRE(blocks.size() == 1);
  const Block& block = blocks.front();
  CHECK(std::array{block.first_column, block.end_column, block.first_row, block.end_row} ==
        std::array{2U, 4U, 1U, 3U});
  CHECK(std::array{block.x, block.y, block.width, block.height} == std::array{32U, 16U, 32U, 32U});
  CHECK(layout.blocks({2, 2}, {1, 3}).empty());
}

bool equal(const CellRange& range, std::uint32_t first, std::uint32_t end) {
  return range.first == first && range.end == end;
}

TEST_CASE("a change touches the cells that it and the blur around it reach") {
  const Axis axis = tiles({400, 64}, 2).columns;  // seven cells of 16 pixels, the last has 4
  CHECK(equal(touched(axis, 0, 1, 0), 0, 1));
  CHECK(equal(touched(axis, 15, 16, 0), 0, 1));
  CHECK(equal(touched(axis, 15, 17, 0), 0, 2));
  CHECK(equal(touched(axis, 16, 17, 0), 1, 2));
  CHECK(equal(touched(axis, 11, 12, 4), 0, 1));
  CHECK(equal(touched(axis, 12, 13, 4), 0, 2));
  CHECK(equal(touched(axis, 19, 20, 4), 0, 2));
  CHECK(equal(touched(axis, 20, 21, 4), 1, 2));
  CHECK(equal(touched(axis, 99, 100, 4), 5, 7));
  CHECK(equal(touched(axis, 0, 100, 4), 0, 7));
}

TEST_CASE("a change touches every window that shows it") {
  const Axis axis = windows({400, 128}, 2).columns;  // of 32 pixels, from 0, 16, 32 and 48; of 36 from 64
  CHECK(equal(touched(axis, 0, 1, 0), 0, 1));
  CHECK(equal(touched(axis, 16, 17, 0), 0, 2));
  CHECK(equal(touched(axis, 31, 33, 0), 0, 3));
  CHECK(equal(touched(axis, 32, 33, 0), 1, 3));
  CHECK(equal(touched(axis, 99, 100, 0), 4, 5));
}

TEST_CASE("cells within are those that begin there") {
  const Axis axis = tiles({400, 64}, 2).columns;
  CHECK(equal(within(axis, 0, 16), 0, 1));
  CHECK(equal(within(axis, 16, 48), 1, 3));
  CHECK(equal(within(axis, 1, 17), 1, 2));
  CHECK(equal(within(axis, 64, 100), 4, 7));
  const Axis cut = tiles({200, 64}, 0).columns;
  CHECK(equal(within(cut, 64, 192), 3, 9));
  CHECK(equal(within(cut, 68, 188), 4, 8));
}

}  // namespace
}  // namespace frugal::metric
