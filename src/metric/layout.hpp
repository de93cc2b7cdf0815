// How a scale of the picture is cut into cells whose sums are kept: tiles that cover it, or windows laid side
// by side.
#pragma once

#include <cstdint>
#include <vector>

#include "image/image.hpp"

namespace frugal::metric {

/// Side of a tile and the step of the windows' grid, and the side of a window, in pixels of the full picture.
inline constexpr std::uint32_t kTileSide = 64;
inline constexpr std::uint32_t kWindowSide = 128;

/// `length` pixels that stand at `at` in the layout and come from `from` in the scale's plane.
struct Span {
  std::uint32_t at = 0;
  std::uint32_t from = 0;
  std::uint32_t length = 0;
  std::uint32_t end() const { return at + length; }
};

/// One direction of a layout: cells in order, with or without gaps (of zeros) between them.
struct Axis {
  std::vector<Span> cells;
  std::uint32_t length = 0;  ///< of all, in pixels of the layout
};

/// What a block's rows and columns are made of.
struct Piece {
  std::uint32_t to = 0;    ///< column within the block's row buffer
  std::uint32_t from = 0;  ///< column of the scale's plane
  std::uint32_t count = 0;
};

/// Some neighbouring cells, worked through in one go. Its row buffers hold kReach columns, its own columns,
/// and kReach columns again.
struct Block {
  std::uint32_t first_column = 0;  ///< of its cells
  std::uint32_t end_column = 0;
  std::uint32_t first_row = 0;
  std::uint32_t end_row = 0;
  std::uint32_t x = 0;  ///< of its first pixel in the layout
  std::uint32_t y = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<Piece> pieces;       ///< of a row buffer; the rest of it is zero
  std::vector<std::int32_t> rows;  ///< of the scale's plane, from kReach above to kReach below; −1: zeros
};

/// Columns and rows of the largest block.
inline constexpr std::uint32_t kBlockWidth = 256;
inline constexpr std::uint32_t kBlockHeight = 64;

/// Cells [first, end) of an axis.
struct CellRange {
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};

struct Layout {
  Axis columns;
  Axis rows;

  Size size() const { return {columns.length, rows.length}; }
  std::size_t cells() const { return columns.cells.size() * rows.cells.size(); }
  std::size_t cell(std::size_t column, std::size_t row) const { return row * columns.cells.size() + column; }

  /// The cells in `columns` × `rows` as blocks of at most kBlockWidth columns and about as many rows as a
  /// tile.
  std::vector<Block> blocks(CellRange columns, CellRange rows) const;

  /// All of them.
  std::vector<Block> blocks() const;
};

/// From this scale on (1:4) windows are laid out apart; before it, sums over the tiles in a window do.
inline constexpr int kFirstWindowScale = 2;

/// Tiles of kTileSide pixels of the full picture at scale `scale` (half as many at each scale), without gaps;
/// the last may be shorter. Below kFirstWindowScale each is cut again as far from its edges as the blur
/// reaches, into up to nine cells, so that a window can do without its rim.
Layout tiles(Size full, int scale);

/// The windows along a side of `length` pixels, in pixels: see regions_of.
std::vector<Span> windows_along(std::uint32_t length);

/// The windows at scale `scale`, each apart from the next by a gap of zeros as wide as the blur's reach, so
/// that each is blurred as if it were a picture of its own.
Layout windows(Size full, int scale);

/// The cells of `axis` that pixels [begin, end) of the scale's plane can change, `reach` pixels around
/// included.
CellRange touched(const Axis& axis, std::uint32_t begin, std::uint32_t end, std::uint32_t reach);

/// The cells of `axis`, one without gaps, that begin in [begin, end).
CellRange within(const Axis& axis, std::uint32_t begin, std::uint32_t end);

}  // namespace frugal::metric
