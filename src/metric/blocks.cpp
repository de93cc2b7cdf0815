#include "metric/blocks.hpp"

#include <algorithm>

namespace frugal::metric {
namespace {

/// The block's columns and the blur's reach on either side. Zero from the start: nothing is written into
/// gaps.
struct Row {
  alignas(64) std::array<float, round_up(kBlockWidth + 2 * kReach, kLanes)> values{};
  float* data() { return values.data(); }
  const float* data() const { return values.data(); }
};

/// The last kTaps rows of something, found by their number.
struct Ring {
  std::array<Row, kTaps> rows;

  Row& operator[](std::size_t number) { return rows[number % kTaps]; }

  /// The kTaps rows from `first` on.
  std::array<const float*, kTaps> from(std::size_t first) const {
    std::array<const float*, kTaps> pointers;
    for (std::size_t i = 0; i < kTaps; ++i) pointers[i] = rows[(first + i) % kTaps].data();
    return pointers;
  }
};

void copy_row(const Block& block, const PlaneView& plane, std::size_t row, Row& out) {
  for (const Piece& piece : block.pieces)
    std::copy_n(plane.at(piece.from, row), piece.count, out.data() + piece.to);
}

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

/// Asks for a row that will be wanted soon: rows of a block lie far apart, so that the processor does not
/// guess.
void prefetch(const float* row, std::size_t count) {
  for (std::size_t x = 0; x < count; x += kLanes) __builtin_prefetch(row + x);
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

constexpr std::size_t kAhead = 2;  ///< rows

/// One channel of one block, row by row.
class Comparison {
 public:
  Comparison(const Block& block, const Layout& layout, const ChannelPair& pair, const CellWeights& weights,
             const Kernels& run)
      : block_(block),
        layout_(layout),
        pair_(pair),
        weights_(weights),
        run_(run),
        wants_structure_(weights[kStructure1] != 0 || weights[kStructure4] != 0),
        wants_edges_(weights[kRinging1] != 0 || weights[kRinging4] != 0 || weights[kBlur1] != 0 ||
                     weights[kBlur4] != 0) {}

  void run(std::span<CellSums> out) {
    std::size_t cell_row = block_.first_row;
    for (std::size_t i = 0; i < block_.rows.size(); ++i) {
      read(i);
      if (i + 1 < kTaps) continue;
      const std::size_t number = i + 1 - kTaps;
      const Span& cell = layout_.rows.cells[cell_row];
      if (block_.y + number < cell.at) continue;  // a gap
      measure(number);
      if (block_.y + number + 1 < cell.end()) continue;
      sums_.write(block_, layout_, cell_row, weights_, out);
      sums_.clear();
      if (++cell_row == block_.end_row) return;
    }
  }

 private:
  /// Row `number` of the block's rows, which begin kReach above it.
  void read(std::size_t number) {
    Row& difference = differences_[number];
    Row& difference_squared = difference_squares_[number];
    Row& distorted_squared = distorted_squares_[number];
    if (block_.rows[number] < 0) {
      for (Row* zero : {&difference, &difference_squared, &distorted_squared}) zero->values.fill(0);
      return;
    }
    const auto row = static_cast<std::size_t>(block_.rows[number]);
    if (number + kAhead < block_.rows.size() && block_.rows[number + kAhead] >= 0) {
      for (const Piece& piece : block_.pieces) {
        const auto ahead = static_cast<std::size_t>(block_.rows[number + kAhead]);
        prefetch(pair_.reference.at(piece.from, ahead), piece.count);
        prefetch(pair_.distorted.at(piece.from, ahead), piece.count);
      }
    }
    for (const Piece& piece : block_.pieces) {
      run_.differ(pair_.reference.at(piece.from, row), pair_.distorted.at(piece.from, row), piece.count,
                  difference.data() + piece.to, difference_squared.data() + piece.to,
                  distorted_squared.data() + piece.to);
    }
  }

  /// Row `number` of the block itself: its maps, added to the column sums.
  void measure(std::size_t number) {
    const std::size_t count = block_.width;
    const std::size_t around = count + 2 * kReach;
    const float* mean = pair_.statistics.mean + number * pair_.statistics.stride;
    if (number + kAhead < block_.height) {
      prefetch(mean + kAhead * pair_.statistics.stride, count);
      if (wants_structure_)
        prefetch(pair_.statistics.variance + (number + kAhead) * pair_.statistics.stride, count);
    }
    run_.blur_down(differences_.from(number).data(), around, down_.data());
    run_.blur_along(down_.data(), count, difference_.data());
    if (wants_structure_) {
      const float* variance = pair_.statistics.variance + number * pair_.statistics.stride;
      run_.blur_down(difference_squares_.from(number).data(), around, down_.data());
      run_.blur_down(distorted_squares_.from(number).data(), around, other_down_.data());
      run_.structure(difference_.data(), down_.data(), other_down_.data(), mean, variance, count,
                     map_.data());
      add(kStructure1, 1, count);
      add(kStructure4, 1, count);
    }
    if (wants_edges_) {
      find_edges(static_cast<std::size_t>(block_.rows[number + kReach]), mean);
      add(kRinging1, 1, count);
      add(kRinging4, 1, count);
      add(kBlur1, -1, count);
      add(kBlur4, -1, count);
    }
  }

  void find_edges(std::size_t row, const float* mean) {
    for (const Piece& piece : block_.pieces) {
      const std::size_t first = std::max<std::size_t>(piece.to, kReach);
      const std::size_t end = std::min<std::size_t>(piece.to + piece.count, kReach + block_.width);
      if (first >= end) continue;
      const std::size_t from = piece.from + (first - piece.to);
      const std::size_t to = first - kReach;
      run_.edges(difference_.data() + to, pair_.reference.at(from, row), pair_.distorted.at(from, row),
                 mean + to, end - first, map_.data() + to);
    }
  }

  void add(Cell cell, float sign, std::size_t count) {
    sums_.add(cell, weights_, map_.data(), sign, count, run_);
  }

  const Block& block_;
  const Layout& layout_;
  const ChannelPair& pair_;
  const CellWeights& weights_;
  const Kernels& run_;
  bool wants_structure_;
  bool wants_edges_;
  Ring differences_;
  Ring difference_squares_;
  Ring distorted_squares_;
  Row down_;
  Row other_down_;
  Row difference_;
  Row map_;
  ColumnSums sums_;
};

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
