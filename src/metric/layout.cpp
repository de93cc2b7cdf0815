#include "metric/layout.hpp"

#include <algorithm>
#include <array>

#include "metric/kernels.hpp"
#include "metric/weights.hpp"

namespace frugal::metric {
namespace {

/// Cut at every multiple of `side`, and `rim` pixels before and behind.
Axis tiles_along(std::uint32_t length, std::uint32_t side, std::uint32_t rim) {
  Axis axis{{}, length};
  for (std::uint32_t tile = 0; tile < length; tile += side) {
    const std::array cuts{tile, tile + rim, tile + side - rim, tile + side};
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      const std::uint32_t end = std::min(cuts[i + 1], length);
      if (cuts[i] < end) axis.cells.push_back({cuts[i], cuts[i], end - cuts[i]});
    }
  }
  return axis;
}

Axis window_axis(std::uint32_t full, int scale) {
  const std::uint32_t length = at_scale({full, full}, scale).width;
  Axis axis;
  for (const Span& window : windows_along(full)) {
    const std::uint32_t from = window.from >> scale;
    const std::uint32_t end = std::min(length, at_scale({window.from + window.length, 0}, scale).width);
    if (!axis.cells.empty()) axis.length += kReach;
    axis.cells.push_back({axis.length, from, end - from});
    axis.length += end - from;
  }
  return axis;
}

/// Groups of cells from `range`, each at most `most` pixels long (but at least one cell).
std::vector<CellRange> groups(const Axis& axis, CellRange range, std::uint32_t most) {
  std::vector<CellRange> all;
  for (std::uint32_t first = range.first; first < range.end;) {
    std::uint32_t end = first + 1;
    while (end < range.end && axis.cells[end].end() - axis.cells[first].at <= most) ++end;
    all.push_back({first, end});
    first = end;
  }
  return all;
}

/// Where pixels [begin, end) of the axis come from; `begin` may lie before its first pixel.
std::vector<Piece> pieces_of(const Axis& axis, std::int64_t begin, std::int64_t end) {
  std::vector<Piece> pieces;
  for (const Span& cell : axis.cells) {
    const std::int64_t from = std::max<std::int64_t>(begin, cell.at);
    const std::int64_t to = std::min<std::int64_t>(end, cell.end());
    if (from >= to) continue;
    const Piece piece{static_cast<std::uint32_t>(from - begin),
                      static_cast<std::uint32_t>(cell.from + (from - cell.at)),
                      static_cast<std::uint32_t>(to - from)};
    Piece* last = pieces.empty() ? nullptr : &pieces.back();
    if (last && last->to + last->count == piece.to && last->from + last->count == piece.from) {
      last->count += piece.count;
    } else {
      pieces.push_back(piece);
    }
  }
  return pieces;
}

std::vector<std::int32_t> rows_of(const Axis& axis, std::int64_t begin, std::int64_t end) {
  std::vector<std::int32_t> rows(static_cast<std::size_t>(end - begin), -1);
  for (const Piece& piece : pieces_of(axis, begin, end)) {
    for (std::uint32_t i = 0; i < piece.count; ++i)
      rows[piece.to + i] = static_cast<std::int32_t>(piece.from + i);
  }
  return rows;
}

}  // namespace

std::vector<Block> Layout::blocks(CellRange column_range, CellRange row_range) const {
  constexpr auto kAround = static_cast<std::int64_t>(kReach);
  std::vector<Block> all;
  for (const CellRange& down : groups(rows, row_range, kBlockHeight)) {
    for (const CellRange& across : groups(columns, column_range, kBlockWidth)) {
      Block block{across.first,
                  across.end,
                  down.first,
                  down.end,
                  columns.cells[across.first].at,
                  rows.cells[down.first].at,
                  0,
                  0,
                  {},
                  {}};
      block.width = columns.cells[across.end - 1].end() - block.x;
      block.height = rows.cells[down.end - 1].end() - block.y;
      block.pieces = pieces_of(columns, block.x - kAround, std::int64_t{block.x} + block.width + kAround);
      block.rows = rows_of(rows, block.y - kAround, std::int64_t{block.y} + block.height + kAround);
      all.push_back(std::move(block));
    }
  }
  return all;
}

std::vector<Block> Layout::blocks() const {
  return blocks({0, static_cast<std::uint32_t>(columns.cells.size())},
                {0, static_cast<std::uint32_t>(rows.cells.size())});
}

Layout tiles(Size full, int scale) {
  const Size size = at_scale(full, scale);
  const std::uint32_t side = kTileSide >> scale;
  const std::uint32_t rim = scale < kFirstWindowScale ? static_cast<std::uint32_t>(kReach) : 0;
  return {tiles_along(size.width, side, rim), tiles_along(size.height, side, rim)};
}

std::vector<Span> windows_along(std::uint32_t length) {
  std::vector<Span> windows;
  std::uint32_t at = 0;
  for (; at + kWindowSide + kTileSide <= length; at += kTileSide) windows.push_back({at, at, kWindowSide});
  windows.push_back({at, at, length - at});
  return windows;
}

Layout windows(Size full, int scale) {
  return {window_axis(full.width, scale), window_axis(full.height, scale)};
}

CellRange touched(const Axis& axis, std::uint32_t begin, std::uint32_t end, std::uint32_t reach) {
  const auto is_before = [&](const Span& cell) { return cell.from + cell.length + reach <= begin; };
  const auto is_after = [&](const Span& cell) { return cell.from >= end + reach; };
  CellRange range{0, static_cast<std::uint32_t>(axis.cells.size())};
  while (range.first < range.end && is_before(axis.cells[range.first])) ++range.first;
  while (range.end > range.first && is_after(axis.cells[range.end - 1])) --range.end;
  return range;
}

CellRange within(const Axis& axis, std::uint32_t begin, std::uint32_t end) {
  const auto index = [&](std::uint32_t at) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(axis.cells, at, {}, &Span::from) -
                                      axis.cells.begin());
  };
  return {index(begin), index(end)};
}

}  // namespace frugal::metric
