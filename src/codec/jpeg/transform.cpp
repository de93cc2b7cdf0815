#include "codec/jpeg/transform.hpp"

#include <cstring>

#include "util/parallel.hpp"

namespace frugal::codec::jpeg {

namespace {

/// Eight floats that the compiler works on at once, as wide as the processor allows.
using Row = float __attribute__((vector_size(32)));
using Rows = std::array<Row, kBlockSide>;

// cos(k π / 16) / 2, k = 1 … 7
constexpr float kC1 = 0.490392640F;
constexpr float kC2 = 0.461939766F;
constexpr float kC3 = 0.415734806F;
constexpr float kC4 = 0.353553391F;
constexpr float kC5 = 0.277785117F;
constexpr float kC6 = 0.191341716F;
constexpr float kC7 = 0.097545161F;

/// The orthonormal DCT-II down the columns: even and odd halves by their definition.
inline void forward_columns(Rows& r) {
  const Row s0 = r[0] + r[7];
  const Row s1 = r[1] + r[6];
  const Row s2 = r[2] + r[5];
  const Row s3 = r[3] + r[4];
  const Row d0 = r[0] - r[7];
  const Row d1 = r[1] - r[6];
  const Row d2 = r[2] - r[5];
  const Row d3 = r[3] - r[4];
  const Row even = s0 + s3;
  const Row odd = s1 + s2;
  const Row outer = s0 - s3;
  const Row inner = s1 - s2;
  r[0] = (even + odd) * kC4;
  r[4] = (even - odd) * kC4;
  r[2] = outer * kC2 + inner * kC6;
  r[6] = outer * kC6 - inner * kC2;
  r[1] = (d0 * kC1 + d1 * kC3) + (d2 * kC5 + d3 * kC7);
  r[3] = (d0 * kC3 - d1 * kC7) - (d2 * kC1 + d3 * kC5);
  r[5] = (d0 * kC5 - d1 * kC1) + (d2 * kC7 + d3 * kC3);
  r[7] = (d0 * kC7 - d1 * kC5) + (d2 * kC3 - d3 * kC1);
}

/// Its transpose.
inline void inverse_columns(Rows& r) {
  const Row even = (r[0] + r[4]) * kC4;
  const Row odd = (r[0] - r[4]) * kC4;
  const Row outer = r[2] * kC2 + r[6] * kC6;
  const Row inner = r[2] * kC6 - r[6] * kC2;
  const Row s0 = even + outer;
  const Row s3 = even - outer;
  const Row s1 = odd + inner;
  const Row s2 = odd - inner;
  const Row d0 = (r[1] * kC1 + r[3] * kC3) + (r[5] * kC5 + r[7] * kC7);
  const Row d1 = (r[1] * kC3 - r[3] * kC7) - (r[5] * kC1 + r[7] * kC5);
  const Row d2 = (r[1] * kC5 - r[3] * kC1) + (r[5] * kC7 + r[7] * kC3);
  const Row d3 = (r[1] * kC7 - r[3] * kC5) + (r[5] * kC3 - r[7] * kC1);
  r[0] = s0 + d0;
  r[7] = s0 - d0;
  r[1] = s1 + d1;
  r[6] = s1 - d1;
  r[2] = s2 + d2;
  r[5] = s2 - d2;
  r[3] = s3 + d3;
  r[4] = s3 - d3;
}

inline void transpose(Rows& r) {
  Rows a;
  for (std::size_t i = 0; i < 8; i += 2) {
    a[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    a[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  Rows b;
  for (std::size_t i = 0; i < 8; i += 4) {
    b[i] = __builtin_shufflevector(a[i], a[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    b[i + 2] = __builtin_shufflevector(a[i + 1], a[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
    b[i + 3] = __builtin_shufflevector(a[i + 1], a[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    r[i] = __builtin_shufflevector(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    r[i + 4] = __builtin_shufflevector(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

inline void load(const float* from, std::size_t stride, Rows& rows) {
  for (auto& row : rows) {
    std::memcpy(&row, from, sizeof row);
    from += stride;
  }
}

}  // namespace

void forward(const float* samples, std::size_t stride, RealBlock& out) {
  Rows rows;
  load(samples, stride, rows);
  forward_columns(rows);
  transpose(rows);
  forward_columns(rows);
  transpose(rows);
  std::memcpy(out.data(), rows.data(), sizeof out);
}

void inverse(const RealBlock& coefficients, float* samples, std::size_t stride) {
  Rows rows;
  load(coefficients.data(), kBlockSide, rows);
  inverse_columns(rows);
  transpose(rows);
  inverse_columns(rows);
  transpose(rows);
  for (const auto& row : rows) {
    std::memcpy(samples, &row, sizeof row);
    samples += stride;
  }
}

void forward(const SamplePlane& plane, std::size_t row, RealBlock* out) {
  const std::size_t columns = plane.stride / kBlockSide;
  for (std::size_t column = 0; column < columns; ++column)
    forward(plane.row(row * kBlockSide) + column * kBlockSide, plane.stride, out[column]);
}

Spectrum transformed(const SamplePlane& plane, int threads) {
  const auto blocks = [](std::size_t side) { return static_cast<std::uint32_t>(side / kBlockSide); };
  Spectrum spectrum{blocks(plane.stride), blocks(plane.padded_height()), {}};
  spectrum.blocks.resize(std::size_t{spectrum.columns} * spectrum.rows);
  parallel_for(spectrum.rows, threads,
               [&](std::size_t row) { forward(plane, row, &spectrum.blocks[row * spectrum.columns]); });
  return spectrum;
}

}  // namespace frugal::codec::jpeg
