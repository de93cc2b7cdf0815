// How strongly a score reacts to errors, block by block.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "codec_fixture.hpp"
#include "metric/light.hpp"
#include "metric/reaction.hpp"
#include "metric/scale_space.hpp"
#include "metric/ssimulacra2.hpp"
#include "metric/weights.hpp"
#include "ssimulacra2_fixture.hpp"

namespace frugal::metric {
namespace {

/// Of one to six scales, with full and partial tiles and blocks.
constexpr std::array kSizes{Size{8, 8}, Size{9, 140}, Size{65, 64}, Size{191, 127}, Size{330, 210}};

Sensitivity sensed(const Scored& score, int threads = 1) {
  auto result = score.sensitivity(threads);
  REQUIRE(result);
  return std::move(*result);
}

/// Calls `visit(scale, channel, plane)` for all planes that count.
template <class Visit>
void for_planes(const Sensitivity& sensitivity, const Visit& visit) {
  for (int scale = 0; scale < sensitivity.scales; ++scale) {
    for (int channel = 0; channel < kChannels; ++channel) {
      const auto& plane =
          sensitivity.planes[static_cast<std::size_t>(scale)][static_cast<std::size_t>(channel)];
      if (!plane.empty()) visit(scale, channel, plane);
    }
  }
}

TEST_CASE("there is a sensitivity for every block of every plane that counts") {
  for (const Size size : kSizes) {
    CAPTURE(size.width);
    const Reference reference = prepared(photo(size));
    const Image other = noisy(photo(size), 9);
    const Sensitivity found = sensed(scored(reference, other));
    CHECK(found.columns == (size.width + 7) / 8);
    CHECK(found.rows == (size.height + 7) / 8);
    CHECK(found.scales == scales_of(size));
    for (int scale = 0; scale < kMaxScales; ++scale) {
      for (int channel = 0; channel < kChannels; ++channel) {
        CAPTURE(scale);
        CAPTURE(channel);
        const auto& plane = found.planes[static_cast<std::size_t>(scale)][static_cast<std::size_t>(channel)];
        const bool wanted = scale < found.scales && counts(found.scales, channel, scale);
        CHECK(plane.size() == (wanted ? std::size_t{found.columns} * found.rows : 0));
      }
    }
    for_planes(sensed(scored(reference, other)), [](int, int, const std::vector<float>& plane) {
      CHECK(std::ranges::all_of(plane, [](float value) { return value > 0; }));
    });
  }
}

TEST_CASE("neither threads nor the build of the kernels change a sensitivity" *
          doctest::test_suite("threads")) {
  for (const Size size : kSizes) {
    for (const auto make : {photo, translucent_photo}) {
      CAPTURE(size.width);
      const Image image = make(size);
      const Image other = stepped(noisy(image, 9));
      const Reference reference = prepared(image);
      const Scored score = scored(reference, other);
      const auto planes = sensed(score).planes;
      for (const int threads : {2, 3, 8}) {
        CHECK(sensed(score, threads).planes == planes);
      }
      for (const KernelSet& kernels : kernel_sets()) {
        CAPTURE(kernels.name);
        const Reference same_reference = prepared(image, 1, kernels);
        CHECK(sensed(scored(same_reference, other)).planes == planes);
      }
    }
  }
}

TEST_CASE("an updated score has the sensitivity of a new one") {
  const Image image = photo({191, 127});
  Image other = noisy(image, 9);
  const Reference reference = prepared(image);
  Scored score = scored(reference, other);
  const auto before = sensed(score).planes;
  for (std::uint32_t y = 40; y < 60; ++y) std::ranges::fill(other.samples<std::uint8_t>(y), 77);
  REQUIRE(score.update({0, 40, 191, 20}));
  CHECK(sensed(score).planes == sensed(scored(reference, other)).planes);
  CHECK(sensed(score).planes != before);
}

/// Flat on the left, noise on the right.
Image half_flat(Size size) {
  return codec::painted(size, 3, 8, [&](std::uint32_t x, std::uint32_t y, int c) {
    return x < size.width / 2 ? 128 : noisy(128, x, y, c, 100);
  });
}

TEST_CASE("errors are worth more in flat blocks than in busy ones") {
  constexpr Size kSize{256, 256};
  const Image image = half_flat(kSize);
  const Reference reference = prepared(image);
  const Image other = noisy(image, 6);
  const Scored score = scored(reference, other);
  const Sensitivity found = sensed(score);
  for_planes(found, [&](int scale, int channel, const std::vector<float>& plane) {
    if (scale > 3) return;
    CAPTURE(scale);
    CAPTURE(channel);
    const std::size_t row = 16 * std::size_t{found.columns};
    CHECK(plane[row + 8] > plane[row + 24]);
  });
}

ScaleSpace space_of(const Image& image) {
  const auto light = Light::of(image, {}, kBackgrounds[0]);
  REQUIRE(light);
  ScaleSpace space(image.size(), true);
  space.build(*light, best_kernels().run, 1);
  return space;
}

TEST_CASE("blocks under one sample have equal shares of it") {
  const Image image = photo({330, 210});
  const Sensitivity found = sensed(scored(prepared(image), noisy(image, 9)));
  for_planes(found, [&](int scale, int channel, const std::vector<float>& plane) {
    if (scale < 4) return;
    CAPTURE(scale);
    CAPTURE(channel);
    const std::uint32_t side = 1U << (scale - 3);
    for (std::uint32_t y = 0; y < found.rows; ++y) {
      for (std::uint32_t x = 0; x < found.columns; ++x) {
        REQUIRE(plane[y * found.columns + x] == plane[y / side * side * found.columns + x / side * side]);
      }
    }
  });
}

/// The sensitivity of luma at 1:1 where one map alone has a weight: a 4-norm of this `cell`.
std::vector<float> sensed_alone(const Image& reference, const Image& distorted, Cell cell) {
  const ScaleSpace one = space_of(reference);
  const ScaleSpace other = space_of(distorted);
  const Layout layout = tiles(reference.size(), 0);
  const Block block = layout.blocks().front();
  Plane mean(reference.size());
  Plane variance(reference.size());
  const Kernels& run = best_kernels().run;
  measure_reference(block, view_of(one.plane(0, kY)), run, {mean.row(0), variance.row(0), mean.stride()});
  const ChannelPair pair{
      view_of(one.plane(0, kY)), {mean.row(0), variance.row(0), mean.stride()}, view_of(other.plane(0, kY))};
  CellWeights weights{};
  weights[cell] = 1;
  CellSums sums{};
  sums[cell] = 1;
  std::vector<float> plane(std::size_t{sensitivity_blocks(reference.width())} *
                           sensitivity_blocks(reference.height()));
  sense(block, 0, pair, weights, reactions_of(sums, weights, 1), run, reference.size(), plane);
  return plane;
}

TEST_CASE("edges count where they were lost or came") {
  constexpr Size kSize{64, 32};
  const Image striped = codec::painted(
      kSize, 3, 8, [](std::uint32_t x, std::uint32_t, int) { return x >= 32 && x % 8 < 4 ? 200 : 90; });
  const Image softened = blurred(striped);
  const std::size_t flat = 8 + 1;  // in blocks
  const std::size_t busy = 8 + 5;
  const auto lost = sensed_alone(striped, softened, kBlur4);
  CHECK(lost[busy] > 0);
  CHECK(lost[flat] == 0);
  const auto came = sensed_alone(softened, striped, kRinging4);
  CHECK(came[busy] > 0);
  CHECK(came[flat] == 0);
  CHECK(came[busy] > 10 * sensed_alone(striped, softened, kRinging4)[busy]);
}

/// The weighted sum behind a score.
double sum_of_score(double score) {
  double low = 0;
  double high = 1000;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (score_of_sum(middle) > score ? low : high) = middle;
  }
  return low;
}

/// The picture of 8 bits with 16, and noise, as many 256ths of a step as `amount` says, on the pixels of
/// `area`.
Image spoilt(const Image& image, const Area& area, int amount) {
  return codec::painted(image.size(), 3, 16, [&](std::uint32_t x, std::uint32_t y, int c) {
    const auto value = static_cast<std::int32_t>(sample(image, x, y, c) * 257);
    const bool within = x - area.x < area.width && y - area.y < area.height;  // as unsigned numbers
    const int sign = static_cast<int>(noisy(1, x + 5, y + 3, 0, 1)) - 1;
    return static_cast<std::uint32_t>(std::clamp(value + (within ? sign * amount : 0), 0, 65535));
  });
}

/// The squared errors of `image` by block, times their sensitivities.
double weighed_errors(const Sensitivity& sensitivity, const ScaleSpace& reference, const Image& image) {
  const ScaleSpace space = space_of(image);
  double total = 0;
  for_planes(sensitivity, [&](int scale, int channel, const std::vector<float>& plane) {
    const Plane& was = reference.plane(scale, static_cast<std::size_t>(channel));
    const Plane& is = space.plane(scale, static_cast<std::size_t>(channel));
    std::vector<double> squares(plane.size());
    std::vector<double> samples(plane.size());
    for (std::uint32_t y = 0; y < image.height(); ++y) {  // of the full picture: all get their shares
      for (std::uint32_t x = 0; x < image.width(); ++x) {
        const double error = was.row(y >> scale)[x >> scale] - is.row(y >> scale)[x >> scale];
        const std::size_t block = std::size_t{y / 8} * sensitivity.columns + x / 8;
        squares[block] += error * error;
        samples[block] += 1;
      }
    }
    for (std::size_t i = 0; i < plane.size(); ++i) total += plane[i] * squares[i] / samples[i];
  });
  return total;
}

TEST_CASE("the weighted sum grows with local noise about as its sensitivity says") {
  constexpr Size kSize{201, 181};
  const Image image = photo(kSize);
  const Image candidate = noisy(image, 9);
  const Reference reference = prepared(image);
  const ScaleSpace space = space_of(image);
  const Image still = spoilt(candidate, {}, 0);
  const Scored score = scored(reference, still);
  const Sensitivity sensitivity = sensed(score);
  for (const Area& area : {Area{32, 40, 16, 16}, Area{104, 64, 32, 32}, Area{184, 160, 17, 21}}) {
    CAPTURE(area.x);
    double grown = 0;
    double foretold = 0;
    for (const int amount : {500, -500}) {  // what the noise has in common with the errors cancels
      const Image more = spoilt(candidate, area, amount);
      grown +=
          sum_of_score(scored(reference, more).similarity().score) - sum_of_score(score.similarity().score);
      foretold += weighed_errors(sensitivity, space, more) - weighed_errors(sensitivity, space, still);
    }
    CHECK(grown > 0.7 * foretold);
    CHECK(grown < 1.7 * foretold);
  }
}

}  // namespace
}  // namespace frugal::metric
