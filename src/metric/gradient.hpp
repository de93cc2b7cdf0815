// From the metric's maps back to the picture: which way each sample would have to go for a better score.
#pragma once

#include <array>

#include "metric/blocks.hpp"
#include "metric/light.hpp"
#include "metric/plane.hpp"
#include "metric/reaction.hpp"

namespace frugal::metric {

/// How the weighted sum reacts to what the blur makes of one channel at one scale; planes of its size.
struct Pulls {
  Plane mean;    ///< per unit of the distorted picture's mean; edges count with a minus
  Plane error;   ///< per unit of the mean squared error
  Plane square;  ///< per unit of the distorted picture's mean square
  Plane edge;    ///< per unit of a sample against its mean

  /// Throws std::bad_alloc.
  explicit Pulls(Size size) : mean(size), error(size), square(size), edge(size) {}
};

/// Writes the pulls of `pair` in `block`, a block of a scale's tiles.
void pull(const Block& block, const ChannelPair& pair, const CellWeights& weights, const Reactions& reactions,
          const Kernels& run, Pulls& pulls);

/// Writes by how much the weighted sum grows with each of the channel's samples in `block`. `pulls` must be
/// there for kReach pixels around it: a blur is its own transpose, zeros beyond the edges included.
void gather(const Block& block, const ChannelPair& pair, const Pulls& pulls, const Kernels& run, Plane& out);

/// The same in linear light at one scale: red, green, blue.
using LightGradient = std::array<Plane, 3>;

/// One scale's channels, or rows of them; null where a channel does not count.
using ChannelRows = std::array<const float*, kChannels>;

/// From XYB to linear light, for row `y` of a scale of `size`: `samples` are the distorted picture's and
/// `slopes` what `gather` made. `coarser`, the gradient of the next scale (null: there is none), is added to
/// the pixels that it was averaged from.
void descend(std::uint32_t y, Size size, const ChannelRows& samples, const ChannelRows& slopes,
             const LightGradient* coarser, const Kernels& run, LightGradient& out);

}  // namespace frugal::metric
