// Sums of integers, so that the features have the same digits on every processor; written, as in
// tile_planes.cpp, as loops over rows of 16-bit integers.
#include "adapt/tile_features.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace frugal::adapt {

namespace {

constexpr std::uint32_t kBlockSide = 8;
constexpr std::uint32_t kBlockArea = kBlockSide * kBlockSide;
constexpr std::size_t kMaxBlocks = std::size_t{kTileSide / kBlockSide} * (kTileSide / kBlockSide);

/// A block is flat when no plane spans more: one step of rounding to each side of a colour.
constexpr int kFlatSpan = 2;

/// A pixel is smooth when its differences to the right and below sum to no more; film grain and sensor noise
/// that do not strike the eye stay below.
constexpr int kSmoothGradient = 8;

/// A block holds an edge when its luma spans so much while this share of its pixels is smooth.
constexpr int kEdgeSpan = 48;
constexpr double kEdgeSmoothShare = 0.5;

using Columns = std::array<std::uint16_t, kTileSide>;

struct Span {
  std::array<std::int16_t, kTileSide> low, high;

  void clear() {
    low.fill(std::numeric_limits<std::int16_t>::max());
    high.fill(std::numeric_limits<std::int16_t>::min());
  }
};

/// What is gathered of a row of blocks, column by column of pixels.
struct BlockRow {
  Columns luma, gradient, curvature, smooth, chroma_gradient;
  Span luma_span, cb_span, cr_span;

  void clear() {
    for (auto* sums : {&luma, &gradient, &curvature, &smooth, &chroma_gradient}) sums->fill(0);
    for (auto* span : {&luma_span, &cb_span, &cr_span}) span->clear();
  }
};

/// In this shape compilers make vectors of it.
std::int16_t distance(std::int16_t a, std::int16_t b) {
  const auto there = static_cast<std::int16_t>(a - b);
  const auto back = static_cast<std::int16_t>(b - a);
  return there > back ? there : back;
}

std::int16_t bend(std::int16_t before, std::int16_t here, std::int16_t after) {
  return distance(static_cast<std::int16_t>(before + after), static_cast<std::int16_t>(2 * here));
}

void add(std::uint16_t& sum, std::int16_t value) {
  sum = static_cast<std::uint16_t>(sum + value);
}

void add_span(const std::int16_t* __restrict row, Span& span) {
  std::int16_t* __restrict low = span.low.data();
  std::int16_t* __restrict high = span.high.data();
  for (std::size_t x = 0; x < kTileSide; ++x) {
    low[x] = low[x] < row[x] ? low[x] : row[x];
    high[x] = high[x] > row[x] ? high[x] : row[x];
  }
}

void add_luma(const TilePlane& plane, int y, BlockRow& __restrict out) {
  const std::int16_t* above = plane.row(y - 1);
  const std::int16_t* row = plane.row(y);
  const std::int16_t* left = row - 1;
  const std::int16_t* right = row + 1;
  const std::int16_t* below = plane.row(y + 1);
  for (std::size_t x = 0; x < kTileSide; ++x) {
    const auto gradient = static_cast<std::int16_t>(distance(row[x], right[x]) + distance(row[x], below[x]));
    const auto curvature =
        static_cast<std::int16_t>(bend(left[x], row[x], right[x]) + bend(above[x], row[x], below[x]));
    add(out.luma[x], row[x]);
    add(out.gradient[x], gradient);
    add(out.curvature[x], curvature);
    add(out.smooth[x], static_cast<std::int16_t>(gradient <= kSmoothGradient));
  }
}

void add_chroma(const TilePlane& plane, int y, Columns& __restrict sums) {
  const std::int16_t* row = plane.row(y);
  const std::int16_t* right = row + 1;
  const std::int16_t* below = plane.row(y + 1);
  for (std::size_t x = 0; x < kTileSide; ++x) {
    add(sums[x], static_cast<std::int16_t>(distance(row[x], right[x]) + distance(row[x], below[x])));
  }
}

std::uint32_t sum_of(std::span<const std::uint16_t> sums) {
  return std::accumulate(sums.begin(), sums.end(), 0U);
}

int width_of(const Span& span, std::size_t from, std::size_t count) {
  const auto* high = std::max_element(&span.high[from], &span.high[from] + count);
  const auto* low = std::min_element(&span.low[from], &span.low[from] + count);
  return *high - *low;
}

/// What is gathered of a tile: sums over its pixels, and lists of its blocks. What is of a block counts as if
/// it had 64 pixels.
struct Gathered {
  std::uint32_t luma = 0, gradient = 0, curvature = 0, chroma_gradient = 0;
  std::uint32_t lowest = std::numeric_limits<std::uint32_t>::max(), highest = 0;  // luma of a block
  std::uint32_t flat = 0, edge = 0;                                               // blocks
  std::size_t blocks = 0;
  std::array<std::uint32_t, kMaxBlocks> gradients{}, curvatures{};  // of blocks

  void add_block(const BlockRow& row, std::size_t from, std::uint32_t width, std::uint32_t height);
  void add_blocks(const TilePlanes& tile, std::uint32_t top);
};

void Gathered::add_block(const BlockRow& row, std::size_t from, std::uint32_t width, std::uint32_t height) {
  const auto total = [&](const Columns& sums) { return sum_of(std::span(sums).subspan(from, width)); };
  const std::uint32_t area = width * height;
  const auto whole = [area](std::uint32_t sum) { return sum * kBlockArea / area; };
  const std::uint32_t block_luma = total(row.luma);
  const std::uint32_t block_gradient = total(row.gradient);
  const std::uint32_t block_curvature = total(row.curvature);
  luma += block_luma;
  gradient += block_gradient;
  curvature += block_curvature;
  chroma_gradient += total(row.chroma_gradient);
  lowest = std::min(lowest, whole(block_luma));
  highest = std::max(highest, whole(block_luma));
  gradients[blocks] = whole(block_gradient);
  curvatures[blocks] = whole(block_curvature);
  ++blocks;

  const int span = width_of(row.luma_span, from, width);
  const int chroma_span = std::max(width_of(row.cb_span, from, width), width_of(row.cr_span, from, width));
  if (std::max(span, chroma_span) <= kFlatSpan) ++flat;
  if (span >= kEdgeSpan && total(row.smooth) >= kEdgeSmoothShare * area) ++edge;
}

void Gathered::add_blocks(const TilePlanes& tile, std::uint32_t top) {
  const std::uint32_t height = std::min(kBlockSide, tile.height - top);
  BlockRow row;
  row.clear();
  for (int y = static_cast<int>(top); y < static_cast<int>(top + height); ++y) {
    add_luma(tile.luma, y, row);
    add_chroma(tile.cb, y, row.chroma_gradient);
    add_chroma(tile.cr, y, row.chroma_gradient);
    add_span(tile.luma.row(y), row.luma_span);
    add_span(tile.cb.row(y), row.cb_span);
    add_span(tile.cr.row(y), row.cr_span);
  }
  for (std::uint32_t x = 0; x < tile.width; x += kBlockSide)
    add_block(row, x, std::min(kBlockSide, tile.width - x), height);
}

constexpr std::size_t kHalfSide = kTileSide / 2;
using HalfRow = std::array<std::int16_t, kHalfSide>;

/// The sums of 2×2 pixels of rows 2y and 2y + 1.
void halve(const TilePlane& plane, int y, HalfRow& out) {
  const std::int16_t* __restrict first = plane.row(2 * y);
  const std::int16_t* __restrict second = plane.row(2 * y + 1);
  std::array<std::int16_t, kTileSide> both;
  for (std::size_t x = 0; x < kTileSide; ++x) both[x] = static_cast<std::int16_t>(first[x] + second[x]);
  for (std::size_t x = 0; x < kHalfSide; ++x)
    out[x] = static_cast<std::int16_t>(both[2 * x] + both[2 * x + 1]);
}

std::uint32_t sum_of_distances(const std::int16_t* a, const std::int16_t* b, std::size_t count) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<std::uint32_t>(distance(a[i], b[i]));
  return sum;
}

float ratio(double part, double whole) {
  return whole > 0 ? static_cast<float>(part / whole) : 0;
}

float half_gradient_of(const TilePlanes& tile) {
  const std::uint32_t width = tile.width / 2;
  const std::uint32_t height = tile.height / 2;
  if (width == 0 || height == 0) return 0;
  std::array<HalfRow, 2> rows;
  std::uint32_t across = 0;
  std::uint32_t down = 0;
  for (std::uint32_t y = 0; y < height; ++y) {
    HalfRow& row = rows[y % 2];
    halve(tile.luma, static_cast<int>(y), row);
    across += sum_of_distances(row.data(), row.data() + 1, width - 1);
    if (y > 0) down += sum_of_distances(row.data(), rows[(y + 1) % 2].data(), width);
  }
  constexpr double kPixels = 4;  // in each sum
  return ratio(across, kPixels * (width - 1) * height) + ratio(down, kPixels * width * (height - 1));
}

std::int32_t sum_of_squares(const std::int16_t* samples, std::size_t count) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::int32_t{samples[i]} * std::int32_t{samples[i]};
  return sum;
}

/// Four times the sum of the squared distances of the samples from the means of their 2×2 pixels, of which
/// there are width × height: four times their squares less the square of their sum.
double four_losses(const TilePlane& plane, std::uint32_t width, std::uint32_t height) {
  std::int32_t squares = 0;
  std::int32_t squared_sums = 0;
  HalfRow sums;
  for (int y = 0; y < static_cast<int>(height); ++y) {
    squares += sum_of_squares(plane.row(2 * y), std::size_t{width} * 2);
    squares += sum_of_squares(plane.row(2 * y + 1), std::size_t{width} * 2);
    halve(plane, y, sums);
    squared_sums += sum_of_squares(sums.data(), width);
  }
  return 4.0 * squares - squared_sums;
}

float chroma_loss_of(const TilePlanes& tile) {
  const std::uint32_t width = tile.width / 2;
  const std::uint32_t height = tile.height / 2;
  const double losses = four_losses(tile.cb, width, height) + four_losses(tile.cr, width, height);
  constexpr double kPixels = 4;
  return std::sqrt(ratio(losses / 4, kPixels * width * height));
}

}  // namespace

TileFeatures features_of(const TilePlanes& tile) {
  Gathered gathered;
  for (std::uint32_t y = 0; y < tile.height; y += kBlockSide) gathered.add_blocks(tile, y);
  const double area = tile.width * tile.height;
  const auto blocks = static_cast<double>(gathered.blocks);
  const auto gradients = std::span(gathered.gradients).first(gathered.blocks);
  const auto curvatures = std::span(gathered.curvatures).first(gathered.blocks);
  const auto middle = gradients.begin() + static_cast<std::ptrdiff_t>(gathered.blocks / 2);
  const auto quarter = curvatures.begin() + static_cast<std::ptrdiff_t>(gathered.blocks / 4);
  std::ranges::nth_element(gradients, middle);
  std::ranges::nth_element(curvatures, quarter);

  return {
      .luma = ratio(gathered.luma, area),
      .gradient = ratio(gathered.gradient, area),
      .half_gradient = half_gradient_of(tile),
      .peak_gradient = ratio(std::ranges::max(gradients), kBlockArea),
      .median_block = ratio(*middle, kBlockArea),
      .curvature = ratio(gathered.curvature, area),
      .spread = ratio(gathered.highest - gathered.lowest, kBlockArea),
      .floor = ratio(*quarter, kBlockArea),
      .flat_share = ratio(gathered.flat, blocks),
      .edge_share = ratio(gathered.edge, blocks),
      .chroma_gradient = ratio(gathered.chroma_gradient, area),
      .chroma_loss = chroma_loss_of(tile),
      .colours = static_cast<float>(std::min(tile.colours.count(), kTileSide * kTileSide)),
  };
}

}  // namespace frugal::adapt
