// The features of one tile.
#pragma once

#include "adapt/regions.hpp"
#include "adapt/tile_planes.hpp"

namespace frugal::adapt {

TileFeatures features_of(const TilePlanes& tile);

}  // namespace frugal::adapt
