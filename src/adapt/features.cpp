#include "adapt/features.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace frugal::adapt {

namespace {

using Member = float TileFeatures::*;

/// Pixels from which on a picture's size tells nothing more.
constexpr double kLargeEnough = 1 << 20;

std::vector<double> values(const std::vector<const Tile*>& tiles, Member member) {
  std::vector<double> list;
  list.reserve(tiles.size());
  for (const auto* tile : tiles) list.push_back(double{tile->features.*member});
  return list;
}

double mean(const std::vector<double>& list) {
  double sum = 0;
  for (const double value : list) sum += value;
  return sum / static_cast<double>(list.size());
}

double quantile(std::vector<double> list, double part) {
  const auto at = static_cast<std::ptrdiff_t>(std::lround(part * static_cast<double>(list.size() - 1)));
  std::ranges::nth_element(list, list.begin() + at);
  return list[static_cast<std::size_t>(at)];
}

/// Amplitudes span decades and may be 0.
double log_amplitude(double value) {
  return std::log(value + 0.1);
}

double log_mean(const std::vector<const Tile*>& tiles, Member member) {
  return log_amplitude(mean(values(tiles, member)));
}

double log_quantile(const std::vector<const Tile*>& tiles, Member member, double part) {
  return log_amplitude(quantile(values(tiles, member), part));
}

double share(const std::vector<const Tile*>& tiles, RegionClass kind) {
  const auto count = std::ranges::count(tiles, kind, &Tile::kind);
  return static_cast<double>(count) / static_cast<double>(tiles.size());
}

std::array<double, kDifferences> compared(const std::vector<const Tile*>& tiles) {
  using T = TileFeatures;
  return {log_mean(tiles, &T::gradient),     log_mean(tiles, &T::half_gradient),
          log_mean(tiles, &T::curvature),    log_mean(tiles, &T::chroma_loss),
          log_mean(tiles, &T::median_block), mean(values(tiles, &T::edge_share))};
}

}  // namespace

Features features_of(const RegionMap& regions, Size size, std::span<const std::uint32_t> mosaic) {
  using T = TileFeatures;
  std::vector<const Tile*> all;
  for (const auto& tile : regions.tiles) all.push_back(&tile);
  const double gradient = log_mean(all, &T::gradient);
  Features features{
      gradient,
      log_mean(all, &T::half_gradient) - gradient,
      log_mean(all, &T::median_block) - gradient,
      log_mean(all, &T::curvature) - gradient,
      log_mean(all, &T::floor),
      log_mean(all, &T::chroma_gradient) - gradient,
      log_mean(all, &T::chroma_loss) - gradient,
      mean(values(all, &T::flat_share)),
      mean(values(all, &T::edge_share)),
      mean(values(all, &T::luma)) / 255,
      log_quantile(all, &T::gradient, 0.1),
      log_quantile(all, &T::gradient, 0.95),
      log_quantile(all, &T::chroma_loss, 0.97),
      log_quantile(all, &T::peak_gradient, 0.97),
      quantile(values(all, &T::edge_share), 0.97),
      share(all, RegionClass::texture),
      share(all, RegionClass::gradient),
      std::log(std::min(static_cast<double>(size.width) * size.height, kLargeEnough)),
  };
  if (mosaic.empty()) return features;
  std::vector<const Tile*> drawn;
  for (const auto index : mosaic) drawn.push_back(&regions.tiles[index]);
  const auto whole = compared(all);
  const auto part = compared(drawn);
  for (std::size_t i = 0; i < kDifferences; ++i) features[kFeatures - kDifferences + i] = whole[i] - part[i];
  return features;
}

}  // namespace frugal::adapt
