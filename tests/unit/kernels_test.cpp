#include "metric/kernels.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <random>
#include <vector>

namespace frugal::metric {
namespace {

constexpr std::array kTap{0.009414368, 0.036011115, 0.109335373, 0.212928592, 0.264621105,
                          0.212928592, 0.109335373, 0.036011115, 0.009414368};

constexpr float kUntouched = -77;

/// Floats on an odd address, with some more behind that are not to be written.
class Row {
 public:
  explicit Row(std::size_t count) : values_(count + 1 + kBehind, kUntouched) {}

  float* data() { return values_.data() + 1; }
  const float* data() const { return values_.data() + 1; }
  float& operator[](std::size_t i) { return data()[i]; }
  float operator[](std::size_t i) const { return data()[i]; }
  std::size_t size() const { return values_.size() - 1 - kBehind; }
  bool kept_within() const {
    return values_.front() == kUntouched &&
           std::all_of(values_.end() - kBehind, values_.end(), [](float v) { return v == kUntouched; });
  }

 private:
  static constexpr std::ptrdiff_t kBehind = 20;
  std::vector<float> values_;
};

class Random {
 public:
  Row row(std::size_t count, double low = 0, double high = 1) {
    Row row(count);
    for (std::size_t i = 0; i < count; ++i)
      row[i] = static_cast<float>(low + (high - low) * static_cast<double>(engine_() - 1) / 2147483646.);
    return row;
  }

 private:
  std::minstd_rand engine_{7};
};

/// Of every length from 1 to 40, which has every remainder of a vector's length, and of a block's.
std::vector<std::size_t> counts() {
  std::vector<std::size_t> all(40);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i + 1;
  all.push_back(264);
  return all;
}

/// Calls `check(run, count)` for every build and length.
void for_all(const std::function<void(const Kernels&, std::size_t)>& check) {
  for (const KernelSet& kernels : kernel_sets()) {
    CAPTURE(kernels.name);
    for (const std::size_t count : counts()) {
      CAPTURE(count);
      check(kernels.run, count);
    }
  }
}

/// Greatest distance of `row` from `expected(i)`.
double distance(const Row& row, const std::function<double(std::size_t)>& expected) {
  CHECK(row.kept_within());
  double most = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double off = std::abs(row[i] - expected(i));
    if (std::isnan(off)) return off;
    most = std::max(most, off);
  }
  return most;
}

double blurred(const Row& in, std::size_t at) {
  double sum = 0;
  for (std::size_t i = 0; i < kTaps; ++i) sum += kTap[i] * double{in[at + i]};
  return sum;
}

struct Xyb {
  double x, y, b;
};

/// In double precision.
Xyb xyb_of(double red, double green, double blue) {
  constexpr double kBias = 0.0037930733;
  const auto cone = [](double light) { return std::cbrt(std::max(light + kBias, 0.0)) - std::cbrt(kBias); };
  const double l = cone(0.30 * red + 0.622 * green + 0.078 * blue);
  const double m = cone(0.23 * red + 0.692 * green + 0.078 * blue);
  const double s = cone(0.24342269 * red + 0.20476744 * green + 0.55180987 * blue);
  const double y = (l + m) / 2;
  return {14 * (l - m) / 2 + 0.42, y + 0.01, s - y + 0.55};
}

TEST_CASE("halving takes the mean of 2×2 pixels") {
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Row upper = random.row(2 * count, -1, 2);
    const Row lower = random.row(2 * count, -1, 2);
    Row out(count);
    run.halve(upper.data(), lower.data(), count, out.data());
    CHECK(distance(out, [&](std::size_t i) {
            return (double{upper[2 * i]} + upper[2 * i + 1] + lower[2 * i] + lower[2 * i + 1]) / 4;
          }) < 4e-7);
  });
}

TEST_CASE("XYB is the cube root of what the cones absorb, with or without its colours") {
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Row red = random.row(count, -0.2, 1.3);
    const Row green = random.row(count, -0.2, 1.3);
    const Row blue = random.row(count, -0.2, 1.3);
    const auto expected = [&](std::size_t i) { return xyb_of(red[i], green[i], blue[i]); };
    for (const bool wants_x : {false, true}) {
      for (const bool wants_b : {false, true}) {
        Row x(count);
        Row y(count);
        Row b(count);
        run.xyb(red.data(), green.data(), blue.data(), count, wants_x ? x.data() : nullptr, y.data(),
                wants_b ? b.data() : nullptr);
        CHECK(distance(y, [&](std::size_t i) { return expected(i).y; }) < 1e-6);
        if (wants_x) CHECK(distance(x, [&](std::size_t i) { return expected(i).x; }) < 5e-6);
        if (wants_b) CHECK(distance(b, [&](std::size_t i) { return expected(i).b; }) < 1e-6);
      }
    }
  });
}

Xyb xyb_by(const Kernels& run, float red, float green, float blue) {
  float x = 0, y = 0, b = 0;
  run.xyb(&red, &green, &blue, 1, &x, &y, &b);
  return {x, y, b};
}

TEST_CASE("known colours have their known XYB") {
  for (const KernelSet& kernels : kernel_sets()) {
    const Xyb black = xyb_by(kernels.run, 0, 0, 0);
    CHECK(std::abs(black.x - 0.42) < 1e-6);
    CHECK(std::abs(black.y - 0.01) < 1e-6);
    CHECK(std::abs(black.b - 0.55) < 1e-6);
    const Xyb white = xyb_by(kernels.run, 1, 1, 1);
    const double root = 0.8453085;
    CHECK(std::abs(white.x - 0.42) < 1e-6);
    CHECK(std::abs(white.y - (root + 0.01)) < 1e-6);
    CHECK(std::abs(white.b - 0.55) < 1e-6);
    CHECK(xyb_by(kernels.run, 1, 0, 0).x > 0.7);
    CHECK(xyb_by(kernels.run, 0, 1, 0).x < 0.3);
    CHECK(xyb_by(kernels.run, 0, 0, 1).b > 0.9);
  }
}

TEST_CASE("light of any strength, below 0 as well, has a finite XYB") {
  for (const KernelSet& kernels : kernel_sets()) {
    for (const float light :
         {-1e6F, -5.F, -0.0037930733F, -1e-3F, -1e-30F, -0.F, 1e-40F, 1e-12F, 1e-5F, 4.F, 1e6F}) {
      CAPTURE(light);
      const double level = double{light};
      const Xyb got = xyb_by(kernels.run, light, light, light);
      const Xyb expected = xyb_of(level, level, level);
      const double tolerance = 1e-4 * std::max(1.0, std::abs(expected.y));
      CHECK(std::abs(got.x - expected.x) < tolerance);
      CHECK(std::abs(got.y - expected.y) < tolerance);
      CHECK(std::abs(got.b - expected.b) < tolerance);
      const Xyb mixed = xyb_by(kernels.run, light, -light, light / 3);
      CHECK(std::isfinite(mixed.x));
      CHECK(std::isfinite(mixed.y));
      CHECK(std::isfinite(mixed.b));
    }
  }
}

TEST_CASE("squares and differences are just that") {
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Row a = random.row(count);
    const Row b = random.row(count);
    Row squared(count);
    run.square(a.data(), count, squared.data());
    CHECK(distance(squared, [&](std::size_t i) { return double{a[i]} * a[i]; }) < 1e-7);
    Row difference(count);
    Row difference_squared(count);
    Row b_squared(count);
    run.differ(a.data(), b.data(), count, difference.data(), difference_squared.data(), b_squared.data());
    CHECK(distance(difference, [&](std::size_t i) { return double{a[i]} - b[i]; }) < 1e-7);
    CHECK(distance(difference_squared, [&](std::size_t i) { return std::pow(double{a[i]} - b[i], 2); }) <
          2e-7);
    CHECK(distance(b_squared, [&](std::size_t i) { return double{b[i]} * b[i]; }) < 1e-7);
  });
}

TEST_CASE("the blur is nine taps, along a row and down") {
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Row in = random.row(count + 2 * kReach);
    Row along(count);
    run.blur_along(in.data(), count, along.data());
    CHECK(distance(along, [&](std::size_t i) { return blurred(in, i); }) < 3e-7);

    std::vector<Row> rows;
    std::array<const float*, kTaps> pointers{};
    for (std::size_t i = 0; i < kTaps; ++i) rows.push_back(random.row(count));
    for (std::size_t i = 0; i < kTaps; ++i) pointers[i] = rows[i].data();
    Row down(count);
    run.blur_down(pointers.data(), count, down.data());
    const auto expected = [&](std::size_t i) {
      double sum = 0;
      for (std::size_t tap = 0; tap < kTaps; ++tap) sum += kTap[tap] * double{rows[tap][i]};
      return sum;
    };
    CHECK(distance(down, expected) < 3e-7);
  });
}

TEST_CASE("each tap of the blur is where it belongs") {
  for_all([&](const Kernels& run, std::size_t count) {
    Row in(count + 2 * kReach);
    for (std::size_t at = 0; at < in.size(); ++at) {
      std::fill_n(in.data(), in.size(), 0.F);
      in[at] = 1;
      Row out(count);
      run.blur_along(in.data(), count, out.data());
      CHECK(distance(out, [&](std::size_t i) { return at >= i && at < i + kTaps ? kTap[at - i] : 0.0; }) <
            1e-8);
    }
  });
}

TEST_CASE("the blur of a constant is the constant") {
  for_all([&](const Kernels& run, std::size_t count) {
    Row in(count + 2 * kReach);
    std::fill_n(in.data(), in.size(), 0.7F);
    std::array<const float*, kTaps> rows{};
    rows.fill(in.data());
    Row down(in.size());
    run.blur_down(rows.data(), in.size(), down.data());
    Row out(count);
    run.blur_along(down.data(), count, out.data());
    CHECK(distance(out, [](std::size_t) { return 0.7; }) < 1e-6);
  });
}

TEST_CASE("the variance is the mean square less the squared mean") {
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Row squares = random.row(count + 2 * kReach);
    const Row mean = random.row(count);
    Row out(count);
    run.variance(squares.data(), mean.data(), count, out.data());
    CHECK(distance(out, [&](std::size_t i) { return blurred(squares, i) - double{mean[i]} * mean[i]; }) <
          4e-7);
  });
}

/// What the maps are made of, for two rows that stand for as many equal ones, so that blurring down is done.
struct Pair {
  Row reference;
  Row distorted;
  Row difference;          ///< mean of
  Row difference_squares;  ///< as for Kernels::structure
  Row distorted_squares;
  Row mean;  ///< of the reference
  Row variance;
};

Pair pair_of(const Kernels& run, std::size_t count, Random& random) {
  const std::size_t around = count + 2 * kReach;
  Pair pair{random.row(around), random.row(around), Row(count), Row(around),
            Row(around),        Row(count),         Row(count)};
  Row differences(around);
  run.differ(pair.reference.data(), pair.distorted.data(), around, differences.data(),
             pair.difference_squares.data(), pair.distorted_squares.data());
  run.blur_along(differences.data(), count, pair.difference.data());
  run.blur_along(pair.reference.data(), count, pair.mean.data());
  Row squares(around);
  run.square(pair.reference.data(), around, squares.data());
  run.variance(squares.data(), pair.mean.data(), count, pair.variance.data());
  return pair;
}

Row product(const Row& a, const Row& b) {
  Row out(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) out[i] = a[i] * b[i];
  return out;
}

TEST_CASE("the structural difference is SSIMULACRA2's, from the difference's variance") {
  constexpr double kC2 = 0.0009;
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Pair pair = pair_of(run, count, random);
    Row out(count);
    run.structure(pair.difference.data(), pair.difference_squares.data(), pair.distorted_squares.data(),
                  pair.mean.data(), pair.variance.data(), count, out.data());
    const Row ref_squares = product(pair.reference, pair.reference);
    const Row dist_squares = product(pair.distorted, pair.distorted);
    const Row both = product(pair.reference, pair.distorted);
    CHECK(distance(out, [&](std::size_t i) {
            const double ref = blurred(pair.reference, i);
            const double dist = blurred(pair.distorted, i);
            const double covariance = blurred(both, i) - ref * dist;
            const double variances =
                blurred(ref_squares, i) - ref * ref + blurred(dist_squares, i) - dist * dist;
            return 1 - (1 - (ref - dist) * (ref - dist)) * (2 * covariance + kC2) / (variances + kC2);
          }) < 2e-5);
  });
}

TEST_CASE("edges that came are above 0, edges that went are below") {
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Pair pair = pair_of(run, count, random);
    Row out(count);
    run.edges(pair.difference.data(), pair.reference.data() + kReach, pair.distorted.data() + kReach,
              pair.mean.data(), count, out.data());
    CHECK(distance(out, [&](std::size_t i) {
            const double was = std::abs(pair.reference[i + kReach] - blurred(pair.reference, i));
            const double is = std::abs(pair.distorted[i + kReach] - blurred(pair.distorted, i));
            return (1 + is) / (1 + was) - 1;
          }) < 2e-6);
  });
}

TEST_CASE("sums take one sign, as it is or to the fourth power") {
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Row values = random.row(count, -1, 1);
    const Row before = random.row(count);
    for (const float sign : {1.F, -1.F}) {
      const auto part = [&](std::size_t i) { return std::max(0.0, double{sign} * values[i]); };
      Row sum = before;
      run.add(values.data(), sign, count, sum.data());
      CHECK(distance(sum, [&](std::size_t i) { return before[i] + part(i); }) < 3e-7);
      Row fourth = before;
      run.add_fourth(values.data(), sign, count, fourth.data());
      CHECK(distance(fourth, [&](std::size_t i) { return before[i] + std::pow(part(i), 4); }) < 5e-7);
    }
  });
}

TEST_CASE("a variance of the difference is divided by both variances and C2") {
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Pair pair = pair_of(run, count, random);
    Row totals(count);
    run.structure_totals(pair.difference.data(), pair.distorted_squares.data(), pair.mean.data(),
                         pair.variance.data(), count, totals.data());
    const Row squares = product(pair.distorted, pair.distorted);
    CHECK(distance(totals, [&](std::size_t i) {
            const double mean = blurred(pair.distorted, i);
            return pair.variance[i] + blurred(squares, i) - mean * mean + 0.0009;
          }) < 2e-6);
  });
}

TEST_CASE("an edge difference is divided by itself, but not by next to nothing") {
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Row edges = random.row(count, -0.02, 0.02);
    Row totals(count);
    run.edge_totals(edges.data(), count, totals.data());
    CHECK(distance(totals, [&](std::size_t i) { return std::max(0.01, std::abs(double{edges[i]})); }) < 1e-7);
  });
}

TEST_CASE("a reaction grows with the third power of one sign, over what it is divided by") {
  Random random;
  for_all([&](const Kernels& run, std::size_t count) {
    const Row values = random.row(count, -1, 1);
    const Row totals = random.row(count, 0.5, 2);
    const Row before = random.row(count);
    for (const float sign : {1.F, -1.F}) {
      Row sum = before;
      run.react(values.data(), sign, totals.data(), 0.25F, 3, count, sum.data());
      CHECK(distance(sum, [&](std::size_t i) {
              const double part = std::max(0.0, double{sign} * values[i]);
              return before[i] + (0.25 + 3 * part * part * part) / totals[i];
            }) < 3e-6);
    }
  });
}

/// All that the loops write, on random rows of one length.
std::vector<std::uint32_t> all_results(const Kernels& run, std::size_t count) {
  Random random;
  const std::size_t around = count + 2 * kReach;
  std::vector<Row> in;
  for (int i = 0; i < 9; ++i) in.push_back(random.row(2 * around, -0.3, 1.2));
  std::vector<Row> out(20, Row(count));
  std::array<const float*, kTaps> rows{};
  for (std::size_t i = 0; i < kTaps; ++i) rows[i] = in[i].data();
  run.halve(rows[0], rows[1], count, out[0].data());
  run.xyb(rows[0], rows[1], rows[2], count, out[1].data(), out[2].data(), out[3].data());
  run.xyb(rows[3], rows[4], rows[5], count, nullptr, out[4].data(), nullptr);
  run.square(rows[0], count, out[5].data());
  run.differ(rows[0], rows[1], count, out[6].data(), out[7].data(), out[8].data());
  run.blur_down(rows.data(), count, out[9].data());
  run.blur_along(rows[0], count, out[10].data());
  run.variance(rows[0], rows[1], count, out[11].data());
  const Pair pair = pair_of(run, count, random);
  run.structure(pair.difference.data(), pair.difference_squares.data(), pair.distorted_squares.data(),
                pair.mean.data(), pair.variance.data(), count, out[12].data());
  run.edges(rows[0], rows[1], rows[2], rows[3], count, out[13].data());
  run.add(rows[0], -1, count, out[14].data());
  run.add_fourth(rows[0], 1, count, out[15].data());
  run.structure_totals(rows[0], rows[1], rows[2], rows[3], count, out[16].data());
  run.edge_totals(rows[0], count, out[17].data());
  run.react(rows[0], 1, rows[1], 0.25F, 3, count, out[18].data());
  std::vector<std::uint32_t> bits;
  for (const Row& row : out) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      bits.emplace_back();
      std::memcpy(&bits.back(), row.data() + i, sizeof(float));
    }
  }
  return bits;
}

TEST_CASE("all builds of the loops give the same bits") {
  for (const std::size_t count : counts()) {
    CAPTURE(count);
    const auto baseline = all_results(kernel_sets().back().run, count);
    for (const KernelSet& kernels : kernel_sets()) {
      CAPTURE(kernels.name);
      CHECK(all_results(kernels.run, count) == baseline);
    }
  }
}

TEST_CASE("where in a row a pixel stands does not change its result") {
  for (const KernelSet& kernels : kernel_sets()) {
    CAPTURE(kernels.name);
    Random random;
    const Row red = random.row(100, -0.1, 1.1);
    const Row green = random.row(100, -0.1, 1.1);
    const Row blue = random.row(100, -0.1, 1.1);
    Row x(100);
    Row y(100);
    Row b(100);
    kernels.run.xyb(red.data(), green.data(), blue.data(), 100, x.data(), y.data(), b.data());
    Row blurs(92);
    kernels.run.blur_along(y.data(), 92, blurs.data());
    for (std::size_t i = 0; i < 92; ++i) {
      float one_x = 0, one_y = 0, one_b = 0, one_blur = 0;
      kernels.run.xyb(red.data() + i, green.data() + i, blue.data() + i, 1, &one_x, &one_y, &one_b);
      kernels.run.blur_along(y.data() + i, 1, &one_blur);
      CHECK(std::array{one_x, one_y, one_b, one_blur} == std::array{x[i], y[i], b[i], blurs[i]});
    }
  }
}

TEST_CASE("the kernel sets are the fastest first, and baseline runs everywhere") {
  const auto sets = kernel_sets();
  REQUIRE_FALSE(sets.empty());
  CHECK(sets.back().name == "baseline");
  CHECK(&best_kernels() == sets.data());
  for (std::size_t i = 1; i < sets.size(); ++i) CHECK(sets[i - 1].name != sets[i].name);
}

}  // namespace
}  // namespace frugal::metric
