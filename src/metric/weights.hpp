// SSIMULACRA2's weights, and how they make one score of the maps' norms.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "image/image.hpp"

namespace frugal::metric {

inline constexpr int kMaxScales = 6;

/// The channels: red-green, luma, blue-yellow.
enum Channel : std::uint8_t { kX, kY, kB };
inline constexpr int kChannels = 3;

/// What is measured of one channel at one scale: norms of three maps.
enum Cell : std::uint8_t { kStructure1, kRinging1, kBlur1, kStructure4, kRinging4, kBlur4 };
inline constexpr int kCells = 6;

/// The scales that a picture of this size is compared at: each is half as wide and high as the one before,
/// and the last has a side below 8 pixels, unless there are kMaxScales before. 0 when it is too small for a
/// score.
int scales_of(Size size);

/// Scale `scale` of a picture, rounded up.
Size at_scale(Size size, int scale);

/// All of SSIMULACRA2's weights: by channel, scale and Cell, for kMaxScales scales.
std::span<const double> all_weights();

/// The six weights of one channel at one scale, in the order of Cell.
using CellWeights = std::array<double, kCells>;

/// The weights for a picture with so many scales. As in the reference program the list runs on without a gap
/// where scales are missing, so that X takes the weights of the first scales and the other channels move up.
///
/// X and B at 1:1, B at 1:2 and B at 1:4 count nothing at six scales: their weights are 0.002 and less, and
/// leaving them out changes a score by less than 0.002 and halves the work. Zero means that nothing needs to
/// be measured.
CellWeights cell_weights(int scales, int channel, int scale);

/// True when the channel counts at that scale.
bool counts(int scales, int channel, int scale);

/// From the weighted sum of all norms to the score.
double score_of_sum(double weighted_sum);

}  // namespace frugal::metric
