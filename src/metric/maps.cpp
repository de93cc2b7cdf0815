#include "metric/maps.hpp"

#include <algorithm>

namespace frugal::metric {
namespace {

constexpr std::size_t kAhead = 2;  ///< rows

/// Asks for a row that will be wanted soon: rows of a block lie far apart, so that the processor does not
/// guess.
void prefetch(const float* row, std::size_t count) {
  for (std::size_t x = 0; x < count; x += kLanes) __builtin_prefetch(row + x);
}

}  // namespace

bool wants_structure(const CellWeights& weights) {
  return weights[kStructure1] != 0 || weights[kStructure4] != 0;
}

bool wants_edges(const CellWeights& weights) {
  return weights[kRinging1] != 0 || weights[kRinging4] != 0 || weights[kBlur1] != 0 || weights[kBlur4] != 0;
}

Maps::Maps(const Block& block, const ChannelPair& pair, const CellWeights& weights, const Kernels& run)
    : block_(block), pair_(pair), run_(run), wants_structure_(metric::wants_structure(weights)) {
  while (reads_ + 1 < kTaps) read();
}

void Maps::next() {
  read();
  row_ = reads_ - kTaps;
}

void Maps::read() {
  const std::size_t number = reads_++;
  Row& difference = differences_[number];
  Row& difference_squared = difference_squares_[number];
  Row& distorted_squared = distorted_squares_[number];
  if (block_.rows[number] < 0) {
    for (Row* zero : {&difference, &difference_squared, &distorted_squared}) zero->values.fill(0);
    return;
  }
  const auto row = static_cast<std::size_t>(block_.rows[number]);
  if (number + kAhead < block_.rows.size() && block_.rows[number + kAhead] >= 0) {
    for (const Piece& piece : block_.pieces) {
      const auto ahead = static_cast<std::size_t>(block_.rows[number + kAhead]);
      prefetch(pair_.reference.at(piece.from, ahead), piece.count);
      prefetch(pair_.distorted.at(piece.from, ahead), piece.count);
    }
  }
  for (const Piece& piece : block_.pieces) {
    run_.differ(pair_.reference.at(piece.from, row), pair_.distorted.at(piece.from, row), piece.count,
                difference.data() + piece.to, difference_squared.data() + piece.to,
                distorted_squared.data() + piece.to);
  }
}

void Maps::average() {
  if (row_ + kAhead < block_.height) {
    const std::size_t ahead = kAhead * pair_.statistics.stride;
    prefetch(mean() + ahead, block_.width);
    if (wants_structure_) prefetch(variance() + ahead, block_.width);
  }
  run_.blur_down(differences_.from(row_).data(), block_.width + 2 * kReach, down_.data());
  run_.blur_along(down_.data(), block_.width, difference_.data());
}

const float* Maps::structure() {
  const std::size_t around = block_.width + 2 * kReach;
  run_.blur_down(difference_squares_.from(row_).data(), around, down_.data());
  run_.blur_down(distorted_squares_.from(row_).data(), around, other_down_.data());
  run_.structure(difference_.data(), down_.data(), other_down_.data(), mean(), variance(), block_.width,
                 map_.data());
  return map_.data();
}

const float* Maps::structure_totals() {
  run_.structure_totals(difference_.data(), other_down_.data(), mean(), variance(), block_.width,
                        totals_.data());
  return totals_.data();
}

const float* Maps::edges() {
  const auto row = static_cast<std::size_t>(block_.rows[row_ + kReach]);
  for (const Piece& piece : block_.pieces) {
    const std::size_t first = std::max<std::size_t>(piece.to, kReach);
    const std::size_t end = std::min<std::size_t>(piece.to + piece.count, kReach + block_.width);
    if (first >= end) continue;
    const std::size_t from = piece.from + (first - piece.to);
    const std::size_t to = first - kReach;
    run_.edges(difference_.data() + to, pair_.reference.at(from, row), pair_.distorted.at(from, row),
               mean() + to, end - first, map_.data() + to);
  }
  return map_.data();
}

const float* Maps::edge_totals() {
  run_.edge_totals(map_.data(), block_.width, totals_.data());
  return totals_.data();
}

}  // namespace frugal::metric
