// How pictures of one size are measured, and the scores that follow from what was.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "metric/blocks.hpp"
#include "metric/layout.hpp"
#include "metric/ssimulacra2.hpp"
#include "metric/weights.hpp"

namespace frugal::metric {

/// One scale of the pictures, cut into cells.
struct Level {
  std::size_t number = 0;  ///< in Measures::levels
  int scale = 0;
  Layout layout;
  std::vector<Block> blocks;
  std::array<CellWeights, kChannels> weights{};
};

/// What is measured of pictures of one size: tiles at every scale, from whose sums the score of the whole
/// follows; and windows from 1:4 on.
///
/// A region's score is to be that of the region cropped. Where the blur meets a crop's edge it mixes in
/// zeros, which drowns structure. At 1:1 and 1:2 that rim is a small part of a window: its structural
/// differences are left out. At the smaller scales most of a window is rim, so it is measured there as the
/// picture of its own that it would be.
class Measures {
 public:
  /// Throws std::bad_alloc.
  explicit Measures(Size size);

  Size size() const { return size_; }
  int scales() const { return scales_; }
  const std::vector<Level>& levels() const { return levels_; }
  const std::vector<Area>& regions() const { return regions_; }

  /// Number of a scale's level of tiles, and of windows (scales from kFirstWindowScale on).
  std::size_t tiles_level(int scale) const { return static_cast<std::size_t>(scale); }
  std::size_t windows_level(int scale) const {
    return static_cast<std::size_t>(scales_ + scale - kFirstWindowScale);
  }

 private:
  void add_level(int scale, Layout layout);

  Size size_;
  int scales_;
  std::vector<Level> levels_;
  std::vector<Area> regions_;
};

/// The sums of two pictures' differences in every cell.
class Sums {
 public:
  /// All of them 0. Throws std::bad_alloc.
  explicit Sums(const Measures& measures);

  /// Those of one level's channel, in the order of Layout::cell; empty where the channel does not count.
  std::span<CellSums> of(const Level& level, std::size_t channel) { return cells_[level.number][channel]; }

  /// Added up over a level.
  CellSums over(const Level& level, std::size_t channel) const;

  double score(const Measures& measures) const;

  /// The score of a region counts as the whole picture's where it is the whole picture.
  double region_score(const Measures& measures, std::size_t region) const;

 private:
  CellSums over_region(const Measures& measures, int scale, std::size_t channel, std::size_t region) const;

  std::vector<std::array<std::vector<CellSums>, kChannels>> cells_;
};

/// True where one of the weights is not 0.
bool any(const CellWeights& weights);

/// The levels of tiles.
std::span<const Level> tile_levels(const Measures& measures);

/// Some levels' blocks as one list of work.
struct Work {
  const Level* level;
  const Block* block;
};
std::vector<Work> blocks_of(std::span<const Level> levels);

double pixels_of(Size size);

}  // namespace frugal::metric
