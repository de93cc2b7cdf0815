// A picture in a few numbers, from which its curves are predicted.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "adapt/regions.hpp"
#include "image/image.hpp"

namespace frugal::adapt {

/// The last kDifferences compare the whole with its mosaic; they are 0 where there is none.
inline constexpr std::size_t kDifferences = 6;
inline constexpr std::size_t kFeatures = 24;
using Features = std::array<double, kFeatures>;

/// Features of a picture of `size` with these regions. `mosaic`: the tiles of its mosaic (indices into
/// RegionMap::tiles), or none. Means and quantiles over tiles, mostly as logarithms; their order is that of
/// the learned tables and of nothing else.
Features features_of(const RegionMap& regions, Size size, std::span<const std::uint32_t> mosaic);

}  // namespace frugal::adapt
