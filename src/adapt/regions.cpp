#include "adapt/regions.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <span>

#include "adapt/tile_features.hpp"
#include "adapt/tile_planes.hpp"
#include "util/parallel.hpp"

namespace frugal::adapt {

namespace {

/// A tile has detail when the mean gradient of one of its blocks is at least so much: a step of 64 through a
/// block, or grain of a standard deviation of 3.5.
constexpr float kDetail = 8;

bool has_detail(const TileFeatures& tile) {
  return tile.peak_gradient >= kDetail;
}

/// What was drawn has exact grounds between its lines (a camera's noise leaves no quarter of the blocks
/// without curvature) in a palette's worth of colours; or nearly flat grounds and fewer colours; or, without
/// grounds, so few colours that neighbours jump from one to another, where the greys of a photograph would
/// have some for every height of a step.
bool drawn(const TileFeatures& tile) {
  if (tile.floor <= 0.1F) return tile.colours <= 256;
  return tile.colours <= (tile.flat_share >= 0.5F ? 64 : std::min(64.0F, tile.peak_gradient));
}

/// Steps between areas that are flat, or at least without detail (then a contour through the tile, five or
/// more of its blocks, is enough), or so many steps that they are what one sees.
bool has_edges(const TileFeatures& tile) {
  const bool calm = tile.median_block < kDetail;
  return tile.flat_share >= 0.5F || tile.edge_share >= (calm ? 0.08F : 0.2F);
}

/// White noise loses half of its gradient when the picture is halved, structure gains up to as much again.
/// Beyond some strength, it hides as much as texture does. A tile of one row or column has no half.
bool is_noise(const TileFeatures& tile) {
  return tile.half_gradient > 0 && tile.half_gradient < 0.8F * tile.gradient && tile.gradient < 20;
}

/// A faint line through it does no harm; slow shading from side to side does, for it may band.
bool is_flat(const TileFeatures& tile) {
  return tile.flat_share >= 0.75F && tile.spread <= 4;
}

/// Curvature up to that of sensor noise of a standard deviation of 1.3.
bool is_smooth(const TileFeatures& tile) {
  return tile.curvature < 5;
}

RegionClass class_of(const TileFeatures& tile) {
  if (has_detail(tile) && (drawn(tile) || has_edges(tile))) return RegionClass::edge;
  if (!has_detail(tile) && is_flat(tile)) return RegionClass::flat;
  if (!has_detail(tile) && is_smooth(tile)) return RegionClass::gradient;
  return is_noise(tile) ? RegionClass::noise : RegionClass::texture;
}

/// Drawn tiles among others.
struct Count {
  std::size_t tiles = 0;
  std::size_t drawn = 0;

  void add(bool is_drawn) {
    ++tiles;
    drawn += is_drawn ? 1 : 0;
  }

  double share() const {
    return static_cast<double>(drawn) / static_cast<double>(std::max<std::size_t>(tiles, 1));
  }
};

/// Of the tiles with detail, this share is drawn in a graphic: photographs have hardly any, pages with
/// photographs on them still have many.
constexpr double kGraphicShare = 0.3;

/// All rows or columns but the last, unless it is the only one.
std::uint32_t whole(std::uint32_t count) {
  return count > 1 ? count - 1 : count;
}

}  // namespace

std::string_view name_of(RegionClass kind) {
  switch (kind) {
    case RegionClass::flat:
      return "flat";
    case RegionClass::gradient:
      return "gradient";
    case RegionClass::texture:
      return "texture";
    case RegionClass::edge:
      return "edge";
    case RegionClass::noise:
      return "noise";
  }
  return {};
}

std::array<double, kRegionClasses> RegionMap::shares() const {
  std::array<double, kRegionClasses> shares{};
  for (const Tile& tile : tiles) shares[static_cast<std::size_t>(tile.kind)] += 1;
  for (double& share : shares) share /= std::max(static_cast<double>(tiles.size()), 1.0);
  return shares;
}

double RegionMap::fine_colour() const {
  double sum = 0;
  for (const Tile& tile : tiles) sum += std::pow(static_cast<double>(tile.features.chroma_loss), 6);
  return std::pow(sum / std::max(static_cast<double>(tiles.size()), 1.0), 1.0 / 6);
}

bool RegionMap::is_graphic() const {
  Count all;
  Count detailed;
  // The last tiles of rows and columns may be too small to tell.
  for (std::uint32_t row = 0; row < whole(rows); ++row) {
    for (std::uint32_t column = 0; column < whole(columns); ++column) {
      const TileFeatures& tile = at(column, row).features;
      all.add(drawn(tile));
      if (has_detail(tile)) detailed.add(drawn(tile));
    }
  }
  return (detailed.tiles > 0 ? detailed : all).share() >= kGraphicShare;
}

Result<RegionMap> analyse(const Image& image, int threads) try {
  RegionMap map;
  map.columns = (image.width() + kTileSide - 1) / kTileSide;
  map.rows = (image.height() + kTileSide - 1) / kTileSide;
  map.tiles.resize(std::size_t{map.columns} * map.rows);
  std::vector<TilePlanes> planes(
      std::clamp<std::size_t>(static_cast<std::size_t>(std::max(threads, 1)), 1, map.rows));
  parallel_for(map.rows, std::span(planes), [&](std::size_t row, TilePlanes& tile) {
    for (std::uint32_t column = 0; column < map.columns; ++column) {
      tile.take(image, column, static_cast<std::uint32_t>(row));
      const TileFeatures features = features_of(tile);
      map.tiles[row * map.columns + column] = {features, class_of(features)};
    }
  });
  return map;
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory to analyse its regions");
}

}  // namespace frugal::adapt
