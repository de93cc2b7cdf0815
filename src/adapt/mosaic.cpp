#include "adapt/mosaic.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <tuple>
#include <utility>

namespace frugal::adapt {

namespace {

/// Tiles in a mosaic: no fewer than tell anything, and no more than are needed.
constexpr std::size_t kLeastTiles = 12;
constexpr std::size_t kMostTiles = 120;

/// Pictures with fewer whole tiles are tried as they are.
constexpr std::size_t kLeastWholeTiles = 2 * kLeastTiles;

bool is_whole(std::uint32_t index, const RegionMap& regions, Size size) {
  const std::uint32_t column = index % regions.columns;
  const std::uint32_t row = index / regions.columns;
  return (column + 1) * kTileSide <= size.width && (row + 1) * kTileSide <= size.height;
}

std::vector<std::uint32_t> whole_tiles(const RegionMap& regions, Size size) {
  std::vector<std::uint32_t> indices;
  for (std::uint32_t i = 0; i < regions.tiles.size(); ++i) {
    if (is_whole(i, regions, size)) indices.push_back(i);
  }
  return indices;
}

/// Systematic sampling: ordered by class and, within it, by detail, every so-many-th tile stands for its
/// neighbours, so that the sample has the whole's shares and means.
std::vector<std::uint32_t> sample(std::vector<std::uint32_t> indices, const RegionMap& regions,
                                  std::size_t count) {
  std::ranges::sort(indices, {}, [&](std::uint32_t i) {
    const auto& tile = regions.tiles[i];
    return std::tuple(tile.kind, tile.features.gradient, i);
  });
  std::vector<std::uint32_t> drawn;
  for (std::size_t i = 0; i < count; ++i)
    drawn.push_back(indices[(2 * i + 1) * indices.size() / (2 * count)]);
  std::ranges::sort(drawn);
  return drawn;
}

/// The largest grid of nearly square shape with at most `count` cells.
Size grid_of(std::size_t count) {
  const auto columns = static_cast<std::uint32_t>(std::lround(std::sqrt(static_cast<double>(count))));
  return {columns, static_cast<std::uint32_t>(count / columns)};
}

void copy_tile(const Image& from, std::uint32_t left, std::uint32_t top, Image& to, std::uint32_t to_left,
               std::uint32_t to_top) {
  const std::size_t pixel = from.row_bytes() / from.width();
  for (std::uint32_t y = 0; y < kTileSide; ++y) {
    std::memcpy(to.row(to_top + y) + to_left * pixel, from.row(top + y) + left * pixel, kTileSide * pixel);
  }
}

}  // namespace

Result<std::optional<Mosaic>> draw_mosaic(const Image& image, const Metadata& metadata,
                                          const RegionMap& regions, Part part, int threads) {
  const auto whole = whole_tiles(regions, image.size());
  if (whole.size() < kLeastWholeTiles) return std::nullopt;
  const auto grid =
      grid_of(std::clamp(whole.size() / static_cast<std::size_t>(part), kLeastTiles, kMostTiles));
  auto tiles = sample(whole, regions, std::size_t{grid.width} * grid.height);
  auto canvas =
      Image::make({grid.width * kTileSide, grid.height * kTileSide}, image.channels(), image.depth());
  if (!canvas) return std::unexpected(canvas.error());
  for (std::uint32_t i = 0; i < tiles.size(); ++i) {
    copy_tile(image, tiles[i] % regions.columns * kTileSide, tiles[i] / regions.columns * kTileSide, *canvas,
              i % grid.width * kTileSide, i / grid.width * kTileSide);
  }
  auto reference = metric::Reference::prepare(*canvas, metadata, threads);
  if (!reference) return std::unexpected(reference.error());
  return Mosaic{std::move(*canvas), std::move(*reference), std::move(tiles)};
}

}  // namespace frugal::adapt
