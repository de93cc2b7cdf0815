#include "metric/blocks.hpp"

#include <algorithm>

#include "metric/maps.hpp"

namespace frugal::metric {
namespace {

/// Four sums side by side, so that no addition waits for the one before.
double sum_of(const float* values, std::size_t count) {
  std::array<double, 4> sums{};
  std::size_t x = 0;
  for (; x + 4 <= count; x += 4) {
    for (std::size_t i = 0; i < 4; ++i) sums[i] += double{values[x + i]};
  }
  for (; x < count; ++x) sums[0] += double{values[x]};
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// Column sums of one cell row, for each Cell.
struct ColumnSums {
  std::array<Row, kCells> sums;

  void clear() {
    for (Row& row : sums) row.values.fill(0);
  }

  void add(Cell cell, const CellWeights& weights, const float* values, float sign, std::size_t count,
           const Kernels& run) {
    if (weights[cell] == 0) return;
    (cell < kStructure4 ? run.add : run.add_fourth)(values, sign, count, sums[cell].data());
  }

  /// Adds up the columns of every cell of row `cell_row`.
  void write(const Block& block, const Layout& layout, std::size_t cell_row, const CellWeights& weights,
             std::span<CellSums> out) const {
    for (std::size_t column = block.first_column; column < block.end_column; ++column) {
      const Span& span = layout.columns.cells[column];
      CellSums& cell = out[layout.cell(column, cell_row)];
      cell.fill(0);
      for (std::size_t i = 0; i < kCells; ++i) {
        if (weights[i] == 0) continue;
        cell[i] = sum_of(sums[i].data() + (span.at - block.x), span.length);
      }
    }
  }
};

/// One channel of one block, row by row.
class Comparison {
 public:
  Comparison(const Block& block, const Layout& layout, const ChannelPair& pair, const CellWeights& weights,
             const Kernels& run)
      : block_(block), layout_(layout), weights_(weights), run_(run), maps_(block, pair, weights, run) {}

  void run(std::span<CellSums> out) {
    std::size_t cell_row = block_.first_row;
    for (std::size_t number = 0; number < block_.height; ++number) {
      maps_.next();
      const Span& cell = layout_.rows.cells[cell_row];
      if (block_.y + number < cell.at) continue;  // a gap
      measure();
      if (block_.y + number + 1 < cell.end()) continue;
      sums_.write(block_, layout_, cell_row, weights_, out);
      sums_.clear();
      if (++cell_row == block_.end_row) return;
    }
  }

 private:
  /// Adds the row's maps to the column sums.
  void measure() {
    maps_.average();
    if (wants_structure(weights_)) {
      const float* map = maps_.structure();
      add(kStructure1, map, 1);
      add(kStructure4, map, 1);
    }
    if (wants_edges(weights_)) {
      const float* map = maps_.edges();
      add(kRinging1, map, 1);
      add(kRinging4, map, 1);
      add(kBlur1, map, -1);
      add(kBlur4, map, -1);
    }
  }

  void add(Cell cell, const float* map, float sign) {
    sums_.add(cell, weights_, map, sign, block_.width, run_);
  }

  const Block& block_;
  const Layout& layout_;
  const CellWeights& weights_;
  const Kernels& run_;
  Maps maps_;
  ColumnSums sums_;
};

void copy_row(const Block& block, const PlaneView& plane, std::size_t row, Row& out) {
  for (const Piece& piece : block.pieces)
    std::copy_n(plane.at(piece.from, row), piece.count, out.data() + piece.to);
}

}  // namespace

void measure_reference(const Block& block, const PlaneView& reference, const Kernels& run,
                       const StatisticsOut& out) {
  Ring values;
  Ring squares;
  Row down;
  const std::size_t around = std::size_t{block.width} + 2 * kReach;
  for (std::size_t i = 0; i < block.rows.size(); ++i) {
    if (block.rows[i] < 0) {
      values[i].values.fill(0);
    } else {
      copy_row(block, reference, static_cast<std::size_t>(block.rows[i]), values[i]);
    }
    run.square(values[i].data(), around, squares[i].data());
    if (i + 1 < kTaps) continue;
    const std::size_t number = i + 1 - kTaps;
    float* mean = out.mean + number * out.stride;
    run.blur_down(values.from(number).data(), around, down.data());
    run.blur_along(down.data(), block.width, mean);
    run.blur_down(squares.from(number).data(), around, down.data());
    run.variance(down.data(), mean, block.width, out.variance + number * out.stride);
  }
}

void compare(const Block& block, const Layout& layout, const ChannelPair& pair, const CellWeights& weights,
             const Kernels& run, std::span<CellSums> sums) {
  Comparison(block, layout, pair, weights, run).run(sums);
}

}  // namespace frugal::metric
