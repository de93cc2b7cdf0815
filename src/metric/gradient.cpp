#include "metric/gradient.hpp"

#include <algorithm>
#include <vector>

#include "metric/maps.hpp"

namespace frugal::metric {
namespace {

void clear(Plane& plane, std::size_t row, const Block& block) {
  std::fill_n(plane.row(row) + block.x, block.width, 0.0F);
}

/// A plane of pulls, blurred row by row within a block.
class Blurred {
 public:
  Blurred(const Block& block, const Plane& plane, const Kernels& run)
      : block_(block), plane_(view_of(plane)), run_(run) {
    while (reads_ + 1 < kTaps) read();
  }

  /// The next row, at first the block's topmost.
  const float* next() {
    read();
    run_.blur_down(rows_.from(reads_ - kTaps).data(), block_.width + 2 * kReach, down_.data());
    run_.blur_along(down_.data(), block_.width, out_.data());
    return out_.data();
  }

 private:
  void read() {
    const std::size_t number = reads_++;
    Row& row = rows_[number];
    if (block_.rows[number] < 0) {
      row.values.fill(0);
      return;
    }
    for (const Piece& piece : block_.pieces) {
      const auto from = static_cast<std::size_t>(block_.rows[number]);
      std::copy_n(plane_.at(piece.from, from), piece.count, row.data() + piece.to);
    }
  }

  const Block& block_;
  PlaneView plane_;
  const Kernels& run_;
  std::size_t reads_ = 0;
  Ring rows_;
  Row down_;
  Row out_;
};

/// Where one of the channels does not count: X of a grey, slopes of 0.
constexpr float kNeutralX = 0.42F;

}  // namespace

void pull(const Block& block, const ChannelPair& pair, const CellWeights& weights, const Reactions& reactions,
          const Kernels& run, Pulls& pulls) {
  Maps maps(block, pair, weights, run);
  for (std::uint32_t number = 0; number < block.height; ++number) {
    const std::size_t y = std::size_t{block.y} + number;
    float* const mean = pulls.mean.row(y) + block.x;
    maps.next();
    maps.average();
    if (wants_structure(weights)) {
      const float* map = maps.structure();
      run.structure_pulls(map, maps.structure_totals(), maps.difference(), maps.mean(),
                          reactions[kStructure1], reactions[kStructure4], block.width, mean,
                          pulls.error.row(y) + block.x, pulls.square.row(y) + block.x);
    } else {
      for (Plane* plane : {&pulls.mean, &pulls.error, &pulls.square}) clear(*plane, y, block);
    }
    if (wants_edges(weights)) {
      const std::array slopes{reactions[kRinging1], reactions[kRinging4], reactions[kBlur1],
                              reactions[kBlur4]};
      run.edge_pulls(maps.edges(), pair.reference.at(block.x, y), pair.distorted.at(block.x, y), maps.mean(),
                     maps.difference(), slopes.data(), block.width, pulls.edge.row(y) + block.x, mean);
    } else {
      clear(pulls.edge, y, block);
    }
  }
}

void gather(const Block& block, const ChannelPair& pair, const Pulls& pulls, const Kernels& run, Plane& out) {
  Blurred mean(block, pulls.mean, run);
  Blurred error(block, pulls.error, run);
  Blurred square(block, pulls.square, run);
  for (std::uint32_t number = 0; number < block.height; ++number) {
    const std::size_t y = std::size_t{block.y} + number;
    const float* const means = mean.next();
    const float* const errors = error.next();
    run.gather(pair.reference.at(block.x, y), pair.distorted.at(block.x, y), pulls.edge.row(y) + block.x,
               means, errors, square.next(), block.width, out.row(y) + block.x);
  }
}

void descend(std::uint32_t y, Size size, const ChannelRows& samples, const ChannelRows& slopes,
             const LightGradient* coarser, const Kernels& run, LightGradient& out) {
  const std::vector<float> none(size.width, 0.0F);
  const std::vector<float> neutral(samples[kX] ? 0 : size.width, kNeutralX);
  const auto slope = [&](Channel channel) { return slopes[channel] ? slopes[channel] : none.data(); };
  run.light_slopes(samples[kX] ? samples[kX] : neutral.data(), samples[kY],
                   samples[kB] ? samples[kB] : none.data(), slope(kX), slope(kY), slope(kB), size.width,
                   out[0].row(y), out[1].row(y), out[2].row(y));
  if (!coarser) return;
  // An odd last row or column was averaged with itself.
  const bool alone = y + 1 == size.height && size.height % 2 != 0;
  const float share = alone ? 0.5F : 0.25F;
  for (std::size_t c = 0; c < out.size(); ++c) {
    const float* const from = (*coarser)[c].row(y / 2);
    run.spread(from, share, size.width / 2, out[c].row(y));
    if (size.width % 2 != 0) out[c].row(y)[size.width - 1] += from[size.width / 2] * (2 * share);
  }
}

}  // namespace frugal::metric
