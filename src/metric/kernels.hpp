// The metric's inner loops over rows of floats, built once for each instruction set and picked at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace frugal::metric {

/// How far the blur reaches to either side, in pixels.
inline constexpr std::size_t kReach = 4;
inline constexpr std::size_t kTaps = 2 * kReach + 1;

/// Edge differences below this one are no more delicate than it.
inline constexpr float kLeastEdge = 0.01F;

/// Loops over rows of `count` pixels. None of them lets one pixel's result depend on where in the row it
/// stands, and all do the same IEEE 754 single-precision operations in the same order on every processor (no
/// fused multiply-add, no reassociation), so that their results are the same to the bit. Rows must not
/// overlap.
struct Kernels {
  /// Averages 2×2 pixels: reads 2 × count of `upper` and `lower`.
  void (*halve)(const float* upper, const float* lower, std::size_t count, float* out);

  /// Linear light to SSIMULACRA2's XYB, scaled to about [0, 1]; `x` and `b` may be null where they are not
  /// wanted.
  void (*xyb)(const float* red, const float* green, const float* blue, std::size_t count, float* x, float* y,
              float* b);

  void (*square)(const float* in, std::size_t count, float* out);

  /// difference = a − b, and the squares of that and of b.
  void (*differ)(const float* a, const float* b, std::size_t count, float* difference,
                 float* difference_squared, float* b_squared);

  /// The blur across rows: `rows` are kTaps of them, from the topmost down.
  void (*blur_down)(const float* const* rows, std::size_t count, float* out);

  /// The blur along a row: reads [in, in + count + 2 × kReach), its centre for out[0] being in[kReach].
  void (*blur_along)(const float* in, std::size_t count, float* out);

  /// Blurs `squares` along the row and subtracts the squared `mean`: the variance.
  void (*variance)(const float* squares, const float* mean, std::size_t count, float* out);

  /// The structural difference. `difference` is the mean of reference − distorted; `difference_squares` and
  /// `distorted_squares` are blurred down and still to be blurred along.
  void (*structure)(const float* difference, const float* difference_squares, const float* distorted_squares,
                    const float* reference_mean, const float* reference_variance, std::size_t count,
                    float* out);

  /// The edge difference: above 0 where the distorted picture has edges that the reference lacks (ringing),
  /// below where it lost some (blur).
  void (*edges)(const float* difference, const float* reference, const float* distorted,
                const float* reference_mean, std::size_t count, float* out);

  /// What `structure` divides a variance of the difference by: both pictures' variances and C2.
  void (*structure_totals)(const float* difference, const float* distorted_squares,
                           const float* reference_mean, const float* reference_variance, std::size_t count,
                           float* out);

  /// What to divide by to have, of an edge difference's growth with the error, the growth with its square:
  /// the edge difference itself, without its sign and no less than kLeastEdge.
  void (*edge_totals)(const float* edges, std::size_t count, float* out);

  /// sum += (linear + cubic × max(0, sign × value)³) ÷ total
  void (*react)(const float* values, float sign, const float* totals, float linear, float cubic,
                std::size_t count, float* sum);

  /// What the weighted sum grows by, through a structural difference whose own price is linear + cubic ×
  /// map³: with the distorted picture's mean, the mean squared error, and the distorted picture's mean
  /// square.
  void (*structure_pulls)(const float* map, const float* totals, const float* difference,
                          const float* reference_mean, float linear, float cubic, std::size_t count,
                          float* mean, float* error, float* square);

  /// The same through an edge difference, with a sample that moves against its mean: written to `out`,
  /// and added to `sum`. `slopes`: linear and cubic price of ringing, then of blur.
  void (*edge_pulls)(const float* edges, const float* reference, const float* distorted,
                     const float* reference_mean, const float* difference, const float* slopes,
                     std::size_t count, float* out, float* sum);

  /// What it grows by with a sample, from the blurred `means`, `errors` and `squares` of these.
  void (*gather)(const float* reference, const float* distorted, const float* edges, const float* means,
                 const float* errors, const float* squares, std::size_t count, float* out);

  /// From growth with X, Y and B at the colours x, y, b to growth with linear light.
  void (*light_slopes)(const float* x, const float* y, const float* b, const float* by_x, const float* by_y,
                       const float* by_b, std::size_t count, float* red, float* green, float* blue);

  /// Adds share × in[i] to out[2 i] and out[2 i + 1].
  void (*spread)(const float* in, float share, std::size_t count, float* out);

  /// sum += max(0, sign × value), and the same of the fourth power; sign is 1 or −1.
  void (*add)(const float* values, float sign, std::size_t count, float* sum);
  void (*add_fourth)(const float* values, float sign, std::size_t count, float* sum);
};

/// One build of the loops.
struct KernelSet {
  std::string_view name;  ///< of the instruction set: "baseline", "avx2", "avx512"
  Kernels run;
};

/// The builds that this processor can run, the fastest first; the last is always "baseline".
std::span<const KernelSet> kernel_sets();

/// The fastest.
inline const KernelSet& best_kernels() {
  return kernel_sets().front();
}

}  // namespace frugal::metric
