#include "metric/measures.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace frugal::metric {
namespace {

/// What a channel adds to the weighted sum: `sums` of the powers over `pixels`.
double weighted(const CellSums& sums, const CellWeights& weights, double pixels) {
  double total = 0;
  for (std::size_t i = 0; i < kCells; ++i) {
    if (weights[i] == 0) continue;
    const double mean = sums[i] / pixels;
    total += weights[i] * (i < kStructure4 ? mean : std::sqrt(std::sqrt(mean)));
  }
  return total;
}

void accumulate(CellSums& sums, const CellSums& more) {
  for (std::size_t i = 0; i < kCells; ++i) sums[i] += more[i];
}

bool is_structure(std::size_t cell) {
  return cell == kStructure1 || cell == kStructure4;
}

bool contains(const CellRange& range, std::uint32_t cell) {
  return range.first <= cell && cell < range.end;
}

/// The cells of a region along one axis, and those that the blur does not carry out of it. Where the region
/// ends with the picture there is nothing beyond.
struct Reach {
  CellRange all;
  CellRange inner;
};

Reach reach_of(const Axis& axis, std::uint32_t from, std::uint32_t length, int scale) {
  constexpr auto kRim = static_cast<std::uint32_t>(kReach);
  const std::uint32_t begin = from >> scale;
  const std::uint32_t end = at_scale({from + length, 0}, scale).width;
  return {within(axis, begin, end),
          within(axis, begin > 0 ? begin + kRim : 0, end < axis.length ? end - kRim : end)};
}

}  // namespace

bool any(const CellWeights& weights) {
  return std::ranges::any_of(weights, [](double weight) { return weight != 0; });
}

double pixels_of(Size size) {
  return static_cast<double>(size.width) * size.height;
}

std::vector<Work> blocks_of(std::span<const Level> levels) {
  std::vector<Work> all;
  for (const Level& level : levels) {
    for (const Block& block : level.blocks) all.push_back({&level, &block});
  }
  return all;
}

std::span<const Level> tile_levels(const Measures& measures) {
  return std::span(measures.levels()).first(static_cast<std::size_t>(measures.scales()));
}

Measures::Measures(Size size) : size_(size), scales_(scales_of(size)) {
  for (int scale = 0; scale < scales_; ++scale) add_level(scale, tiles(size, scale));
  regions_ = regions_of(size);
  if (regions_.size() == 1) return;  // its score is that of the whole
  for (int scale = kFirstWindowScale; scale < scales_; ++scale) add_level(scale, windows(size, scale));
}

void Measures::add_level(int scale, Layout layout) {
  Level level{levels_.size(), scale, std::move(layout), {}, {}};
  level.blocks = level.layout.blocks();
  for (int channel = 0; channel < kChannels; ++channel) {
    level.weights[static_cast<std::size_t>(channel)] = cell_weights(scales_, channel, scale);
  }
  levels_.push_back(std::move(level));
}

Sums::Sums(const Measures& measures) {
  for (const Level& level : measures.levels()) {
    auto& channels = cells_.emplace_back();
    for (std::size_t c = 0; c < kChannels; ++c)
      channels[c].resize(any(level.weights[c]) ? level.layout.cells() : 0);
  }
}

CellSums Sums::over(const Level& level, std::size_t channel) const {
  CellSums sums{};
  for (const CellSums& cell : cells_[level.number][channel]) accumulate(sums, cell);
  return sums;
}

double Sums::score(const Measures& measures) const {
  double total = 0;
  for (int scale = 0; scale < measures.scales(); ++scale) {
    const Level& level = measures.levels()[measures.tiles_level(scale)];
    for (std::size_t c = 0; c < kChannels; ++c) {
      if (!any(level.weights[c])) continue;
      total += weighted(over(level, c), level.weights[c], pixels_of(level.layout.size()));
    }
  }
  return score_of_sum(total);
}

/// The sums over a region at one scale.
CellSums Sums::over_region(const Measures& measures, int scale, std::size_t channel,
                           std::size_t region) const {
  if (scale >= kFirstWindowScale) return cells_[measures.windows_level(scale)][channel][region];
  const std::size_t number = measures.tiles_level(scale);
  const Layout& layout = measures.levels()[number].layout;
  const Area& area = measures.regions()[region];
  const Reach across = reach_of(layout.columns, area.x, area.width, scale);
  const Reach down = reach_of(layout.rows, area.y, area.height, scale);
  CellSums sums{};
  for (std::uint32_t y = down.all.first; y < down.all.end; ++y) {
    for (std::uint32_t x = across.all.first; x < across.all.end; ++x) {
      const CellSums& cell = cells_[number][channel][layout.cell(x, y)];
      const bool inner = contains(across.inner, x) && contains(down.inner, y);
      for (std::size_t i = 0; i < kCells; ++i) {
        if (inner || !is_structure(i)) sums[i] += cell[i];
      }
    }
  }
  return sums;
}

double Sums::region_score(const Measures& measures, std::size_t region) const {
  if (measures.regions().size() == 1) return score(measures);
  const Area& area = measures.regions()[region];
  double total = 0;
  for (int scale = 0; scale < measures.scales(); ++scale) {
    const Level& level = measures.levels()[measures.tiles_level(scale)];
    const double pixels = pixels_of(at_scale({area.width, area.height}, scale));
    for (std::size_t c = 0; c < kChannels; ++c) {
      if (!any(level.weights[c])) continue;
      total += weighted(over_region(measures, scale, c, region), level.weights[c], pixels);
    }
  }
  return score_of_sum(total);
}

}  // namespace frugal::metric
