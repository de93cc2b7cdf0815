// The metric's maps over one block, row by row.
#pragma once

#include <array>
#include <cstddef>

#include "metric/blocks.hpp"
#include "metric/kernels.hpp"
#include "metric/layout.hpp"
#include "metric/plane.hpp"

namespace frugal::metric {

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

/// Whether a map of the kind has a weight.
bool wants_structure(const CellWeights& weights);
bool wants_edges(const CellWeights& weights);

/// What is measured of one channel of one block (both borrowed), a row at a time from the top down. The rows
/// handed out have the block's width, begin with its first column, and hold until the next call.
class Maps {
 public:
  Maps(const Block& block, const ChannelPair& pair, const CellWeights& weights, const Kernels& run);

  /// Goes to the next row of the block, at first to its topmost.
  void next();

  /// To be called first of all in a row that is no gap.
  void average();

  const float* difference() const { return difference_.data(); }  ///< mean of reference − distorted
  const float* mean() const {
    return pair_.statistics.mean + row_ * pair_.statistics.stride;
  }  ///< reference's

  const float* structure();         ///< Kernels::structure
  const float* structure_totals();  ///< Kernels::structure_totals, after `structure`
  const float* edges();             ///< Kernels::edges
  const float* edge_totals();       ///< Kernels::edge_totals, after `edges`

 private:
  void read();
  const float* variance() const { return pair_.statistics.variance + row_ * pair_.statistics.stride; }

  const Block& block_;
  const ChannelPair& pair_;
  const Kernels& run_;
  bool wants_structure_;
  std::size_t reads_ = 0;  ///< rows of the block's rows, which begin kReach above it
  std::size_t row_ = 0;
  Ring differences_;
  Ring difference_squares_;
  Ring distorted_squares_;
  Row down_;
  Row other_down_;
  Row difference_;
  Row map_;
  Row totals_;
};

}  // namespace frugal::metric
