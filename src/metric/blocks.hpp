// The metric's blurs and maps over one block of a layout.
#pragma once

#include <array>
#include <span>

#include "metric/kernels.hpp"
#include "metric/layout.hpp"
#include "metric/plane.hpp"
#include "metric/weights.hpp"

namespace frugal::metric {

/// A reference's local mean and variance, from a block's first pixel on; rows are `stride` floats apart.
template <class Float>
struct StatisticsOf {
  Float* mean = nullptr;
  Float* variance = nullptr;
  std::size_t stride = 0;
};
using StatisticsOut = StatisticsOf<float>;
using Statistics = StatisticsOf<const float>;

/// Sums over a cell's pixels, in the order of Cell: of the map itself, or of its fourth power.
using CellSums = std::array<double, kCells>;

/// Fills `out`. `reference` is the scale's plane that the block's pieces and rows name.
void measure_reference(const Block& block, const PlaneView& reference, const Kernels& run,
                       const StatisticsOut& out);

/// One channel of both pictures at one scale.
struct ChannelPair {
  PlaneView reference;
  Statistics statistics;  ///< of the reference
  PlaneView distorted;
};

/// Compares the pair in `block`, a block of `layout`, and writes what `weights` asks for to the block's cells
/// of `sums` (in the order of Layout::cell); what has no weight becomes 0.
void compare(const Block& block, const Layout& layout, const ChannelPair& pair, const CellWeights& weights,
             const Kernels& run, std::span<CellSums> sums);

}  // namespace frugal::metric
