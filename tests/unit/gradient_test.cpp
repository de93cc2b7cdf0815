// Which way each sample would have to go for a better score.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "codec_fixture.hpp"
#include "metric/ssimulacra2.hpp"
#include "metric/weights.hpp"
#include "ssimulacra2_fixture.hpp"

namespace frugal::metric {
namespace {

Gradient gradient_of(const Scored& score, int threads = 1) {
  auto result = score.gradient(threads);
  REQUIRE(result);
  return std::move(*result);
}

/// The weighted sum that has this score.
double sum_of_score(double score) {
  double low = 0;
  double high = 1000;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (score_of_sum(middle) > score ? low : high) = middle;
  }
  return low;
}

double weighted_sum(const Reference& reference, const Image& image) {
  return sum_of_score(scored(reference, image).similarity().score);
}

/// `image` with every sample moved by `by(x, y, channel)`.
template <class By>
Image moved(const Image& image, const By& by) {
  auto copy = image.clone();
  REQUIRE(copy);
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    for (std::uint32_t x = 0; x < image.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        auto& sample = copy->row(y)[3 * x + static_cast<std::uint32_t>(c)];
        sample = static_cast<std::uint8_t>(std::clamp(sample + by(x, y, c), 0, 255));
      }
    }
  }
  return std::move(*copy);
}

bool same(const Gradient& a, const Gradient& b) {
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::uint32_t y = 0; y < a.planes[c].size().height; ++y) {
      if (!std::equal(a.planes[c].row(y), a.planes[c].row(y) + a.planes[c].size().width, b.planes[c].row(y)))
        return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("a gradient foretells what small changes do to the score") {
  for (const Size size : {Size{96, 80}, Size{131, 77}, Size{160, 256}}) {
    CAPTURE(size.width);
    const Image image = photo(size);
    const Image other = noisy(image, 8);
    const Reference reference = prepared(image);
    const Gradient gradient = gradient_of(scored(reference, other));
    // Of a third of the samples, picked without regard to the gradient and then moved against it.
    const auto step = [&](std::uint32_t x, std::uint32_t y, int c) {
      if ((x * 7 + y * 13 + static_cast<std::uint32_t>(c) * 5) % 3 != 0) return 0;
      return gradient.planes[static_cast<std::size_t>(c)].row(y)[x] > 0 ? 1 : -1;
    };
    double expected = 0;
    for (std::uint32_t y = 0; y < size.height; ++y) {
      for (std::uint32_t x = 0; x < size.width; ++x) {
        for (int c = 0; c < 3; ++c)
          expected +=
              static_cast<double>(step(x, y, c)) * gradient.planes[static_cast<std::size_t>(c)].row(y)[x];
      }
    }
    const double up = weighted_sum(reference, moved(other, step));
    const double down = weighted_sum(
        reference, moved(other, [&](std::uint32_t x, std::uint32_t y, int c) { return -step(x, y, c); }));
    CHECK((up - down) / 2 == doctest::Approx(expected).epsilon(0.15));
  }
}

TEST_CASE("neither threads nor the build of the kernels change a gradient" * doctest::test_suite("threads")) {
  for (const Size size : {Size{8, 8}, Size{65, 64}, Size{191, 127}}) {
    CAPTURE(size.width);
    const Image image = photo(size);
    const Image other = noisy(image, 9);
    const Reference reference = prepared(image);
    const Scored score = scored(reference, other);
    const Gradient gradient = gradient_of(score);
    for (const int threads : {2, 3, 8}) CHECK(same(gradient_of(score, threads), gradient));
    for (const KernelSet& kernels : kernel_sets()) {
      CAPTURE(kernels.name);
      const Reference same_reference = prepared(image, 1, kernels);
      CHECK(same(gradient_of(scored(same_reference, other)), gradient));
    }
  }
}

TEST_CASE("a translucent picture has no gradient") {
  const Image image = translucent_photo({64, 64});
  const Reference reference = prepared(image);
  const Image other = noisy(image, 5);
  const auto gradient = scored(reference, other).gradient(1);
  REQUIRE_FALSE(gradient);
  CHECK(gradient.error().kind == ErrorKind::unsupported);
}

}  // namespace frugal::metric
