// How strongly the norms of the metric's maps react to squared errors, place by place.
#pragma once

#include <array>
#include <span>

#include "metric/blocks.hpp"
#include "metric/ssimulacra2.hpp"

namespace frugal::metric {

/// By how much the weighted sum grows with a map at one pixel, in the order of Cell: per unit of the map's
/// value for a mean, per unit of its cube for a 4-norm.
using Reactions = std::array<float, kCells>;

/// At a map whose `sums` over `pixels` are these.
Reactions reactions_of(const CellSums& sums, const CellWeights& weights, double pixels);

/// Blocks of Sensitivity in one direction: as many as a side of `length` pixels has.
std::uint32_t sensitivity_blocks(std::uint32_t length);

/// Writes the sensitivity of `pair` in `block`, a block of a scale's tiles, to the places of `plane`, one of
/// Sensitivity::planes for a picture of `size`, that it covers.
void sense(const Block& block, int scale, const ChannelPair& pair, const CellWeights& weights,
           const Reactions& reactions, const Kernels& run, Size size, std::span<float> plane);

}  // namespace frugal::metric
