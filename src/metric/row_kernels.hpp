// The bodies of the metric's row loops, for the file that defines FRUGAL_KERNELS, the name of their
// namespace, and is compiled for one instruction set. Nothing with a linkage of its own may be used here,
// neither the standard library's nor ours: the linker would be free to take this file's copy of it for code
// that must run on every processor.
//
// Written as plain loops without branches, which compilers turn into vector instructions; sums are spelled
// out because their order is part of the result.

#include "metric/kernels.hpp"

#ifndef FRUGAL_KERNELS
#error "define FRUGAL_KERNELS"
#endif

namespace frugal::metric::FRUGAL_KERNELS {
namespace {

// The blur that the reference's recursive Gaussian of sigma 1.5 stands for, from the centre outward.
constexpr float kCentre = 0.264621105F;
constexpr float kFirst = 0.212928592F;
constexpr float kSecond = 0.109335373F;
constexpr float kThird = 0.036011115F;
constexpr float kFourth = 0.009414368F;

// libjxl's opsin absorbance matrix, its bias and the bias's cube root.
constexpr float kBias = 0.0037930733F;
constexpr float kBiasRoot = 0.15595420F;

// Keeps the slope of a cube root finite where colours outside sRGB are darker than black.
constexpr float kDim = 1e-6F;

// SSIM's second constant, for samples in [0, 1].
constexpr float kC2 = 0.0009F;

inline float blur9(float a, float b, float c, float d, float centre, float e, float f, float g, float h) {
  return (((a + h) * kFourth + (b + g) * kThird) + (c + f) * kSecond) + ((d + e) * kFirst + centre * kCentre);
}

inline float blur_at(const float* in) {
  return blur9(in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7], in[8]);
}

/// The cube root of v >= 0 to about 2 units in the last place. 1/∛v is guessed by dividing the exponent by −3
/// and corrected by the series of (1 − y)^(−1/3), y = 1 − v r³; the root v r² is corrected once more in the
/// same way.
inline float cube_root(float v) {
  const auto bits = __builtin_bit_cast(std::int32_t, v);
  const auto third = static_cast<std::int32_t>(static_cast<float>(bits) * 0.33333333F);
  const float guess = __builtin_bit_cast(float, 0x54a2b0f1 - third);
  const float y = 1.0F - (v * guess) * (guess * guess);
  const float r = guess + guess * (y * ((0.33333333F + y * 0.22222222F) + (y * y) * 0.17283951F));
  const float root = (v * r) * r;
  const float z = 1.0F - root * r;
  return root + root * (z * (0.66666667F + z * 0.55555556F));
}

inline float cone(float red, float green, float blue, float r, float g, float b) {
  const float light = (red * r + green * g) + (blue * b + kBias);
  return cube_root(light > 0.0F ? light : 0.0F);
}

inline float long_cone(float red, float green, float blue) {
  return cone(red, green, blue, 0.30F, 0.622F, 0.078F);
}

inline float medium_cone(float red, float green, float blue) {
  return cone(red, green, blue, 0.23F, 0.692F, 0.078F);
}

inline float short_cone(float red, float green, float blue) {
  return cone(red, green, blue, 0.24342269F, 0.20476744F, 0.55180987F);
}

void halve(const float* __restrict upper, const float* __restrict lower, std::size_t count,
           float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = ((upper[2 * i] + upper[2 * i + 1]) + (lower[2 * i] + lower[2 * i + 1])) * 0.25F;
  }
}

void luma(const float* __restrict red, const float* __restrict green, const float* __restrict blue,
          std::size_t count, float* __restrict y) {
  for (std::size_t i = 0; i < count; ++i) {
    const float l = long_cone(red[i], green[i], blue[i]);
    const float m = medium_cone(red[i], green[i], blue[i]);
    y[i] = (l + m) * 0.5F - (kBiasRoot - 0.01F);
  }
}

void opponent(const float* __restrict red, const float* __restrict green, const float* __restrict blue,
              std::size_t count, float* __restrict x, float* __restrict y) {
  for (std::size_t i = 0; i < count; ++i) {
    const float l = long_cone(red[i], green[i], blue[i]);
    const float m = medium_cone(red[i], green[i], blue[i]);
    x[i] = (l - m) * 7.0F + 0.42F;
    y[i] = (l + m) * 0.5F - (kBiasRoot - 0.01F);
  }
}

/// From Y, which is there already. b = (S − ∛bias) − (Y − 0.01) + 0.55.
void blue_yellow(const float* __restrict red, const float* __restrict green, const float* __restrict blue,
                 const float* __restrict y, std::size_t count, float* __restrict b) {
  for (std::size_t i = 0; i < count; ++i) {
    b[i] = (short_cone(red[i], green[i], blue[i]) - y[i]) + (0.56F - kBiasRoot);
  }
}

void xyb(const float* red, const float* green, const float* blue, std::size_t count, float* x, float* y,
         float* b) {
  if (x) {
    opponent(red, green, blue, count, x, y);
  } else {
    luma(red, green, blue, count, y);
  }
  if (b) blue_yellow(red, green, blue, y, count, b);
}

void square(const float* __restrict in, std::size_t count, float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = in[i] * in[i];
}

void differ(const float* __restrict a, const float* __restrict b, std::size_t count,
            float* __restrict difference, float* __restrict difference_squared, float* __restrict b_squared) {
  for (std::size_t i = 0; i < count; ++i) {
    const float d = a[i] - b[i];
    difference[i] = d;
    difference_squared[i] = d * d;
    b_squared[i] = b[i] * b[i];
  }
}

void blur_down(const float* const* rows, std::size_t count, float* __restrict out) {
  const float* __restrict a = rows[0];
  const float* __restrict b = rows[1];
  const float* __restrict c = rows[2];
  const float* __restrict d = rows[3];
  const float* __restrict centre = rows[4];
  const float* __restrict e = rows[5];
  const float* __restrict f = rows[6];
  const float* __restrict g = rows[7];
  const float* __restrict h = rows[8];
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = blur9(a[i], b[i], c[i], d[i], centre[i], e[i], f[i], g[i], h[i]);
  }
}

void blur_along(const float* __restrict in, std::size_t count, float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = blur_at(in + i);
}

void variance(const float* __restrict squares, const float* __restrict mean, std::size_t count,
              float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = blur_at(squares + i) - mean[i] * mean[i];
}

// SSIMULACRA2's d = 1 − (1 − m²)(2 σ12 + C2) / (σ11 + σ22 + C2), with m = μ1 − μ2, is the same as
// m² + (1 − m²) D / (σ11 + σ22 + C2), with D = σ11 + σ22 − 2 σ12 the variance of the difference: nothing
// large cancels, so that single precision does, and equal pictures give exactly 0.
void structure(const float* __restrict difference, const float* __restrict difference_squares,
               const float* __restrict distorted_squares, const float* __restrict reference_mean,
               const float* __restrict reference_variance, std::size_t count, float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float m = difference[i];
    const float m2 = m * m;
    const float mean = reference_mean[i] - m;
    const float spread = blur_at(difference_squares + i) - m2;
    const float total = (blur_at(distorted_squares + i) - mean * mean) + (reference_variance[i] + kC2);
    out[i] = m2 + (1.0F - m2) * (spread / total);
  }
}

void edges(const float* __restrict difference, const float* __restrict reference,
           const float* __restrict distorted, const float* __restrict reference_mean, std::size_t count,
           float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float was = __builtin_fabsf(reference[i] - reference_mean[i]);
    const float is = __builtin_fabsf(distorted[i] - (reference_mean[i] - difference[i]));
    out[i] = (is - was) / (1.0F + was);
  }
}

void structure_totals(const float* __restrict difference, const float* __restrict distorted_squares,
                      const float* __restrict reference_mean, const float* __restrict reference_variance,
                      std::size_t count, float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float mean = reference_mean[i] - difference[i];
    out[i] = (blur_at(distorted_squares + i) - mean * mean) + (reference_variance[i] + kC2);
  }
}

// An edge difference is about the size of the error e. A quarter of e⁴ grows by e² / 2 for each unit of e²
// when the error becomes larger in proportion, and by 3 e² / 2 when another, independent one of variance 1
// joins it. Dividing |e|³ by |e| takes the middle.
void edge_totals(const float* __restrict edges, std::size_t count, float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float edge = __builtin_fabsf(edges[i]);
    out[i] = edge > kLeastEdge ? edge : kLeastEdge;
  }
}

void react(const float* __restrict values, float sign, const float* __restrict totals, float linear,
           float cubic, std::size_t count, float* __restrict sum) {
  for (std::size_t i = 0; i < count; ++i) {
    const float v = values[i] * sign;
    const float part = v > 0.0F ? v : 0.0F;
    sum[i] += (linear + cubic * ((part * part) * part)) / totals[i];
  }
}

// With ρ = D / total, d = m² + (1 − m²) ρ, and both D and the total have a mean square and a squared mean in
// them. `difference` m is that of reference − distorted, so that growth with the distorted mean is −∂/∂m.
void structure_pulls(const float* __restrict map, const float* __restrict totals,
                     const float* __restrict difference, const float* __restrict reference_mean, float linear,
                     float cubic, std::size_t count, float* __restrict mean, float* __restrict error,
                     float* __restrict square) {
  for (std::size_t i = 0; i < count; ++i) {
    const float m = difference[i];
    const float m2 = m * m;
    const float d = map[i] > 0.0F ? map[i] : 0.0F;
    const float price = linear + cubic * ((d * d) * d);
    const float ratio = (map[i] - m2) / (1.0F - m2);
    const float by_error = price * (1.0F - m2) / totals[i];
    const float by_square = -(by_error * ratio);
    error[i] = by_error;
    square[i] = by_square;
    mean[i] = -2.0F * (m * (price * (1.0F - ratio) - by_error) + (reference_mean[i] - m) * by_square);
  }
}

void edge_pulls(const float* __restrict edges, const float* __restrict reference,
                const float* __restrict distorted, const float* __restrict reference_mean,
                const float* __restrict difference, const float* __restrict slopes, std::size_t count,
                float* __restrict out, float* __restrict sum) {
  const float ringing = slopes[0];
  const float ringing_cubic = slopes[1];
  const float blur = slopes[2];
  const float blur_cubic = slopes[3];
  for (std::size_t i = 0; i < count; ++i) {
    const float size = __builtin_fabsf(edges[i]);
    const float cube = (size * size) * size;
    const float more = ringing + ringing_cubic * cube;
    const float less = -(blur + blur_cubic * cube);
    const float price = edges[i] > 0.0F ? more : less;
    const float is = distorted[i] - (reference_mean[i] - difference[i]);
    const float pull = price / (1.0F + __builtin_fabsf(reference[i] - reference_mean[i]));
    const float turned = is > 0.0F ? pull : -pull;
    const float signed_pull = is == 0.0F ? 0.0F : turned;
    out[i] = signed_pull;
    sum[i] -= signed_pull;
  }
}

void gather(const float* __restrict reference, const float* __restrict distorted,
            const float* __restrict edges, const float* __restrict means, const float* __restrict errors,
            const float* __restrict squares, std::size_t count, float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float e = distorted[i] - reference[i];
    out[i] = (edges[i] + means[i]) + 2.0F * (e * errors[i] + distorted[i] * squares[i]);
  }
}

// The slope of a cube root r is 1 / (3 r²).
void light_slopes(const float* __restrict x, const float* __restrict y, const float* __restrict b,
                  const float* __restrict by_x, const float* __restrict by_y, const float* __restrict by_b,
                  std::size_t count, float* __restrict red, float* __restrict green, float* __restrict blue) {
  for (std::size_t i = 0; i < count; ++i) {
    const float middle = y[i] + (kBiasRoot - 0.01F);
    const float half = (x[i] - 0.42F) * 0.071428571F;
    const float l = middle + half;
    const float m = middle - half;
    const float s = (b[i] + y[i]) - (0.56F - kBiasRoot);
    const float by_middle = (by_y[i] - by_b[i]) * 0.5F;
    const float by_l = (by_middle + by_x[i] * 7.0F) / (3.0F * (l * l) + kDim);
    const float by_m = (by_middle - by_x[i] * 7.0F) / (3.0F * (m * m) + kDim);
    const float by_s = by_b[i] / (3.0F * (s * s) + kDim);
    red[i] = (0.30F * by_l + 0.23F * by_m) + 0.24342269F * by_s;
    green[i] = (0.622F * by_l + 0.692F * by_m) + 0.20476744F * by_s;
    blue[i] = 0.078F * (by_l + by_m) + 0.55180987F * by_s;
  }
}

void spread(const float* __restrict in, float share, std::size_t count, float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float part = in[i] * share;
    out[2 * i] += part;
    out[2 * i + 1] += part;
  }
}

void add(const float* __restrict values, float sign, std::size_t count, float* __restrict sum) {
  for (std::size_t i = 0; i < count; ++i) {
    const float v = values[i] * sign;
    sum[i] += v > 0.0F ? v : 0.0F;
  }
}

void add_fourth(const float* __restrict values, float sign, std::size_t count, float* __restrict sum) {
  for (std::size_t i = 0; i < count; ++i) {
    const float v = values[i] * sign;
    const float part = v > 0.0F ? v : 0.0F;
    const float squared = part * part;
    sum[i] += squared * squared;
  }
}

}  // namespace

extern const Kernels kKernels;
const Kernels kKernels{halve,           xyb,        square, differ,           blur_down,   blur_along,
                       variance,        structure,  edges,  structure_totals, edge_totals, react,
                       structure_pulls, edge_pulls, gather, light_slopes,     spread,      add,
                       add_fourth};

}  // namespace frugal::metric::FRUGAL_KERNELS
