#include "codec/jpeg/shift.hpp"

#include <algorithm>
#include <cmath>

#include "codec/jpeg/resample.hpp"
#include "util/parallel.hpp"

namespace frugal::codec::jpeg {

namespace {

/// What of red, green and blue a step of Y, Cb and Cr is (T.871, 7).
constexpr std::array<std::array<float, 3>, 3> kRgbOf{
    {{1, 1, 1}, {0, -0.344136286F, 1.772F}, {1.402F, -0.714136286F, 0}}};

SamplePlane mixed(const std::array<std::vector<float>, 3>& pixels, Size size,
                  const std::array<float, 3>& shares, int threads) {
  auto plane = make_plane(size.width, size.height);
  parallel_for(size.height, threads, [&](std::size_t y) {
    const std::size_t at = y * size.width;
    float* row = plane.row(y);
    for (std::uint32_t x = 0; x < size.width; ++x) {
      row[x] = pixels[0][at + x] * shares[0] + pixels[1][at + x] * shares[1] + pixels[2][at + x] * shares[2];
    }
  });
  return plane;
}

/// Sums over blocks of what errors are expected to harm, by the quantiser, and of how that agrees with
/// slopes.
struct Agreement {
  double square = 0;
  double product = 0;
};

}  // namespace

std::vector<Slopes> slopes_of(const std::array<std::vector<float>, 3>& pixels, const Coefficients& draft,
                              int threads) {
  std::vector<Slopes> slopes;
  const auto most = most_of(draft);
  for (std::size_t c = 0; c < draft.components.size(); ++c) {
    auto plane = mixed(pixels, draft.size, kRgbOf[c], threads);
    const bool wide = most.horizontal == 2 * draft.components[c].horizontal;
    const bool tall = most.vertical == 2 * draft.components[c].vertical;
    if (wide || tall) plane = gathered(plane, wide, tall, threads);
    slopes.push_back(transformed(plane, threads));
  }
  return slopes;
}

Shift::Shift(const Spectrum& original, const Component& draft, const Slopes& slopes,
             std::span<const float> weights, bool luma, int threads)
    : original_(original),
      draft_(draft),
      slopes_(slopes),
      weights_(weights),
      part_(luma ? 0.2F : 0.3F),
      most_(luma ? 0.125F : 0.175F) {
  // Reduced in a way that `gathered` does not follow: left alone.
  if (slopes.columns != original.columns || slopes.rows != original.rows) return;
  // Least squares, in steps of the draft's table.
  std::vector<Agreement> rows(draft.rows);
  parallel_for(rows.size(), threads, [&](std::size_t row) {
    for (std::size_t b = row * draft.columns; b < (row + 1) * draft.columns; ++b) {
      for (std::size_t k = 1; k < kBlockSize; ++k) {
        const auto step = static_cast<float>(draft.table[k]);
        const float error = static_cast<float>(draft.blocks[b][k]) - original.blocks[b][k] / step;
        const float expected = 2 * weights[b] * error;
        rows[row].square += expected * expected;
        rows[row].product += expected * slopes.blocks[b][k] * step;
      }
    }
  });
  Agreement all;
  for (const auto& row : rows) {
    all.square += row.square;
    all.product += row.product;
  }
  const double unit = all.product / all.square;
  if (std::isfinite(unit) && unit > 0) unit_ = static_cast<float>(unit);
}

RealBlock Shift::operator()(std::size_t number, const Table& table) const {
  RealBlock block = original_.blocks[number];
  if (unit_ == 0) return block;
  const float harm = 2 * weights_[number] * unit_;
  for (std::size_t k = 1; k < kBlockSize; ++k) {
    const auto step = static_cast<float>(table[k]);
    if (std::fabs(block[k]) < 0.5F * step) continue;
    const auto drafted = static_cast<float>(draft_.table[k]);
    const float error = static_cast<float>(draft_.blocks[number][k]) * drafted - block[k];
    const float steps = (error / drafted) - slopes_.blocks[number][k] * drafted / harm;
    const float shift = part_ * step * steps;
    block[k] += std::clamp(shift, -most_ * step, most_ * step);
  }
  return block;
}

}  // namespace frugal::codec::jpeg
