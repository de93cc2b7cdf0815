#include "metric/reaction.hpp"

#include <algorithm>
#include <cmath>

#include "metric/maps.hpp"

namespace frugal::metric {
namespace {

/// Blocks of Sensitivity that pixels [first, end) of the full picture reach into.
CellRange blocks_under(std::uint32_t first, std::uint32_t end, std::uint32_t blocks) {
  return {first / kSensitivitySide, std::min(sensitivity_blocks(end), blocks)};
}

/// Adds rows up into the blocks of one of Sensitivity's planes.
class BlockSums {
 public:
  BlockSums(const Block& block, int scale, Size size, std::span<float> plane)
      : block_(block),
        scale_(scale),
        side_(std::max(kSensitivitySide >> scale, 1U)),
        blocks_{sensitivity_blocks(size.width), sensitivity_blocks(size.height)},
        plane_(plane) {}

  float* row() { return sums_.data(); }

  /// To be called when all of row `number` of the block was added to `row`.
  void end_row(std::uint32_t number) {
    if ((number + 1) % side_ != 0 && number + 1 < block_.height) return;
    const std::uint32_t y = block_.y + number / side_ * side_;
    const CellRange rows = blocks_under(y << scale_, (y + side_) << scale_, blocks_.height);
    for (std::uint32_t at = 0; at < block_.width; at += side_) {
      const std::uint32_t x = block_.x + at;
      put(blocks_under(x << scale_, (x + side_) << scale_, blocks_.width), rows,
          sum(at, std::min(at + side_, block_.width)));
    }
    sums_.values.fill(0);
  }

 private:
  float sum(std::uint32_t at, std::uint32_t end) const {
    float total = 0;
    for (; at < end; ++at) total += sums_.values[at];
    return total;
  }

  void put(CellRange columns, CellRange rows, float sum) {
    const float share = sum / static_cast<float>((columns.end - columns.first) * (rows.end - rows.first));
    for (std::size_t y = rows.first; y < rows.end; ++y) {
      for (std::size_t x = columns.first; x < columns.end; ++x) plane_[y * blocks_.width + x] = share;
    }
  }

  const Block& block_;
  int scale_;
  std::uint32_t side_;  // of a block at this scale
  Size blocks_;
  std::span<float> plane_;
  Row sums_;
};

}  // namespace

Reactions reactions_of(const CellSums& sums, const CellWeights& weights, double pixels) {
  Reactions reactions{};
  for (std::size_t i = 0; i < kCells; ++i) {
    if (weights[i] == 0) continue;
    const double root = std::sqrt(std::sqrt(sums[i] / pixels));
    const double slope = i < kStructure4 ? 1 : (root > 0 ? 1 / (root * root * root) : 0);
    reactions[i] = static_cast<float>(weights[i] * slope / pixels);
  }
  return reactions;
}

std::uint32_t sensitivity_blocks(std::uint32_t length) {
  return (length + kSensitivitySide - 1) / kSensitivitySide;
}

void sense(const Block& block, int scale, const ChannelPair& pair, const CellWeights& weights,
           const Reactions& reactions, const Kernels& run, Size size, std::span<float> plane) {
  Maps maps(block, pair, weights, run);
  BlockSums sums(block, scale, size, plane);
  const auto react = [&](const float* map, float sign, const float* totals, float linear, float cubic) {
    run.react(map, sign, totals, linear, cubic, block.width, sums.row());
  };
  for (std::uint32_t number = 0; number < block.height; ++number) {
    maps.next();
    maps.average();
    if (wants_structure(weights)) {
      const float* map = maps.structure();
      react(map, 1, maps.structure_totals(), reactions[kStructure1], reactions[kStructure4]);
    }
    if (wants_edges(weights)) {
      // Either sign is as likely as the other, so that half of all errors count in a mean.
      const float* map = maps.edges();
      const float* totals = maps.edge_totals();
      react(map, 1, totals, reactions[kRinging1] / 2, reactions[kRinging4]);
      react(map, -1, totals, reactions[kBlur1] / 2, reactions[kBlur4]);
    }
    sums.end_row(number);
  }
}

}  // namespace frugal::metric
