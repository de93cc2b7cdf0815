#include "codec/jpeg/resample.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace frugal::codec::jpeg {

namespace {

/// The mean of each 2×2 samples; odd edges repeat.
SamplePlane halve(const SamplePlane& plane, int threads) {
  auto half = make_plane((plane.width + 1) / 2, (plane.height + 1) / 2);
  for_strips(half.height, threads, [&](std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t y = first; y < end; ++y) {
      const float* upper = plane.row(std::size_t{2} * y);
      const float* lower = plane.row(std::min(2 * y + 1, plane.height - 1));
      float* out = half.row(y);
      for (std::size_t x = 0; x < plane.width / 2; ++x) {
        out[x] = ((upper[2 * x] + upper[2 * x + 1]) + (lower[2 * x] + lower[2 * x + 1])) * 0.25F;
      }
      if (plane.width % 2 != 0)
        out[half.width - 1] = (upper[plane.width - 1] + lower[plane.width - 1]) * 0.5F;
    }
  });
  return half;
}

/// 3/4 of one row and 1/4 of another.
void mix_rows(const float* near, const float* far, std::uint32_t width, float* out) {
  for (std::uint32_t x = 0; x < width; ++x) out[x] = near[x] * 0.75F + far[x] * 0.25F;
}

/// How libjpeg enlarges a row: each sample becomes two, 3/4 of itself and 1/4 of its neighbour to that side.
void enlarge_row(const float* in, std::uint32_t width, float* out) {
  for (std::size_t x = 0; x < width; ++x) {
    const float left = in[x > 0 ? x - 1 : 0];
    const float right = in[x + 1 < width ? x + 1 : x];
    out[2 * x] = in[x] * 0.75F + left * 0.25F;
    out[2 * x + 1] = in[x] * 0.75F + right * 0.25F;
  }
}

/// What of the differences along a row each half-size sample answers for: the transpose of enlarge_row,
/// halved.
void gather_row(const float* in, std::uint32_t width, float* out) {
  for (std::size_t x = 0; x < width; ++x) {
    const float before = in[x > 0 ? 2 * x - 1 : 0];
    const float after = in[x + 1 < width ? 2 * x + 2 : 2 * x + 1];
    out[x] = (in[2 * x] + in[2 * x + 1]) * 0.375F + (before + after) * 0.125F;
  }
}

/// One step of steepest descent towards the `half` whose enlargement is nearest to `full`.
SamplePlane sharpened(const SamplePlane& half, const SamplePlane& full, int threads) {
  constexpr float kStep = 1.4F;
  SamplePlane better = half;
  const std::uint32_t doubled = 2 * half.width;
  for_strips(half.height, threads, [&](std::uint32_t first, std::uint32_t end) {
    std::vector<float> mixed(half.width);
    std::vector<float> enlarged(doubled);
    const auto rows = std::size_t{2} * (end - first) + 2;
    std::vector<float> gathered(rows * half.width);  // differences, gathered along the row
    for (std::size_t i = 0; i < rows; ++i) {
      const auto at = std::clamp<std::int64_t>(std::int64_t{2} * first - 1 + static_cast<std::int64_t>(i), 0,
                                               std::int64_t{2} * half.height - 1);
      const auto own = static_cast<std::uint32_t>(at / 2);
      const auto other = at % 2 == 0 ? (own > 0 ? own - 1 : 0) : std::min(own + 1, half.height - 1);
      const float* near = half.row(own);
      const float* far = half.row(other);
      mix_rows(near, far, half.width, mixed.data());
      enlarge_row(mixed.data(), half.width, enlarged.data());
      const float* wanted = full.row(std::min<std::size_t>(static_cast<std::size_t>(at), full.height - 1));
      for (std::uint32_t x = 0; x < full.width; ++x) enlarged[x] = wanted[x] - enlarged[x];
      if (full.width < doubled) enlarged[doubled - 1] = enlarged[doubled - 2];
      gather_row(enlarged.data(), half.width, gathered.data() + i * half.width);
    }
    for (std::uint32_t y = first; y < end; ++y) {
      const float* above = gathered.data() + std::size_t{2} * (y - first) * half.width;
      const float* upper = above + half.width;
      const float* lower = upper + half.width;
      const float* below = lower + half.width;
      float* out = better.row(y);
      for (std::uint32_t x = 0; x < half.width; ++x) {
        out[x] += kStep * ((upper[x] + lower[x]) * 0.375F + (above[x] + below[x]) * 0.125F);
      }
    }
  });
  return better;
}

/// Each sample `across` times `down` times.
SamplePlane repeated(const SamplePlane& part, std::uint32_t width, std::uint32_t height, Factors factors,
                     int threads) {
  auto full = make_plane(width, height);
  const auto across = static_cast<std::uint32_t>(factors.horizontal);
  const auto down = static_cast<std::uint32_t>(factors.vertical);
  for_strips(height, threads, [&](std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t y = first; y < end; ++y) {
      const float* from = part.row(y / down);
      float* row = full.row(y);
      for (std::uint32_t x = 0; x < width; ++x) row[x] = from[x / across];
    }
  });
  return full;
}

}  // namespace

SamplePlane reduced(const SamplePlane& full, int threads) {
  constexpr int kSteps = 2;
  auto half = halve(full, threads);
  for (int i = 0; i < kSteps; ++i) half = sharpened(half, full, threads);
  pad(half);
  return half;
}

SamplePlane enlarged(const SamplePlane& half, std::uint32_t width, std::uint32_t height, Factors factors,
                     int threads) {
  if (factors.horizontal > 2 || factors.vertical > 2) return repeated(half, width, height, factors, threads);
  auto full = make_plane(width, height);
  const bool wider = factors.horizontal == 2;
  const bool taller = factors.vertical == 2;
  for_strips(height, threads, [&](std::uint32_t first, std::uint32_t end) {
    std::vector<float> mixed(half.width);
    std::vector<float> wide(std::size_t{2} * half.width);
    for (std::uint32_t y = first; y < end; ++y) {
      const std::uint32_t near = taller ? y / 2 : y;
      const std::uint32_t far = !taller      ? y
                                : y % 2 == 0 ? std::max(near, 1U) - 1
                                             : std::min(near + 1, half.height - 1);
      mix_rows(half.row(near), half.row(far), half.width, mixed.data());
      if (wider) enlarge_row(mixed.data(), half.width, wide.data());
      const float* row = wider ? wide.data() : mixed.data();
      std::copy(row, row + width, full.row(y));
    }
  });
  return full;
}

SamplePlane gathered(const SamplePlane& full, bool wide, bool tall, int threads) {
  const auto half = [](std::uint32_t side, bool reduce) { return reduce ? (side + 1) / 2 : side; };
  auto out = make_plane(half(full.width, wide), half(full.height, tall));
  auto across = make_plane(out.width, full.height);
  for_strips(full.height, threads, [&](std::uint32_t first, std::uint32_t end) {
    std::vector<float> even(std::size_t{2} * out.width);
    for (std::uint32_t y = first; y < end; ++y) {
      std::copy(full.row(y), full.row(y) + full.width, even.begin());
      if (wide)
        gather_row(even.data(), out.width, across.row(y));
      else
        std::copy(full.row(y), full.row(y) + full.width, across.row(y));
    }
  });
  for_strips(out.height, threads, [&](std::uint32_t first, std::uint32_t end) {
    const std::vector<float> none(out.width);
    const auto row = [&](std::int64_t y) {
      return y < full.height ? across.row(static_cast<std::size_t>(std::max<std::int64_t>(y, 0)))
                             : none.data();
    };
    for (std::int64_t y = first; y < end; ++y) {
      float* to = out.row(static_cast<std::size_t>(y));
      if (!tall) {
        std::copy(row(y), row(y) + out.width, to);
        continue;
      }
      const bool last = y + 1 == out.height;
      const std::array rows{row(2 * y - 1), row(2 * y), row(2 * y + 1), row(last ? 2 * y + 1 : 2 * y + 2)};
      for (std::uint32_t x = 0; x < out.width; ++x) {
        to[x] = (rows[1][x] + rows[2][x]) * 0.375F + (rows[0][x] + rows[3][x]) * 0.125F;
      }
    }
  });
  return out;
}

}  // namespace frugal::codec::jpeg
