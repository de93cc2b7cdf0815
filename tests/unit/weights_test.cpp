#include "metric/weights.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace frugal::metric {
namespace {

int scales_of_square(std::uint32_t side) {
  return scales_of({side, side});
}

TEST_CASE("a picture has scales until a side is below 8 pixels, and at most six") {
  CHECK(scales_of_square(7) == 0);
  CHECK(scales_of_square(8) == 2);
  CHECK(scales_of_square(14) == 2);
  CHECK(scales_of_square(15) == 3);  // its half is 8
  CHECK(scales_of_square(28) == 3);
  CHECK(scales_of_square(29) == 4);
  CHECK(scales_of_square(56) == 4);
  CHECK(scales_of_square(57) == 5);
  CHECK(scales_of_square(112) == 5);
  CHECK(scales_of_square(113) == 6);
  CHECK(scales_of_square(5000) == 6);
}

TEST_CASE("the shorter side decides how many scales there are") {
  CHECK(scales_of({1000, 7}) == 0);
  CHECK(scales_of({8, 1000}) == 2);
  CHECK(scales_of({1000, 112}) == 5);
  CHECK(scales_of({113, 1000}) == 6);
}

TEST_CASE("every scale is half of the one before, rounded up") {
  CHECK(at_scale({300, 513}, 0) == Size{300, 513});
  CHECK(at_scale({300, 513}, 1) == Size{150, 257});
  CHECK(at_scale({300, 513}, 2) == Size{75, 129});
  CHECK(at_scale({300, 513}, 5) == Size{10, 17});
  for (std::uint32_t side = 1; side < 200; ++side) {
    std::uint32_t halved = side;
    for (int scale = 0; scale < kMaxScales; ++scale, halved = (halved + 1) / 2)
      CHECK(at_scale({side, 1}, scale).width == halved);
  }
}

TEST_CASE("a sum that is not above 0 scores 100, and more scores less") {
  CHECK(score_of_sum(0) == 100);
  CHECK(score_of_sum(-1) == 100);
  CHECK(score_of_sum(-1000) == 100);
  double last = 100;
  for (double sum = 0.01; sum < 500; sum *= 1.1) {
    CHECK(score_of_sum(sum) < last);
    last = score_of_sum(sum);
  }
  CHECK(last < -100);
}

TEST_CASE("at six scales, X at 1:1, Y at 1:32 and B down to 1:4 count nothing") {
  std::vector<std::array<int, 2>> silent;
  for (int channel = 0; channel < kChannels; ++channel) {
    for (int scale = 0; scale < kMaxScales; ++scale) {
      if (!counts(kMaxScales, channel, scale)) silent.push_back({channel, scale});
    }
  }
  CHECK(silent == std::vector<std::array<int, 2>>{{kX, 0}, {kY, 5}, {kB, 0}, {kB, 1}, {kB, 2}});
}

TEST_CASE("where a plane counts, its weights stand in the list in order") {
  for (int channel = 0; channel < kChannels; ++channel) {
    for (int scale = 0; scale < kMaxScales; ++scale) {
      if (!counts(kMaxScales, channel, scale)) continue;
      const int plane = channel * kMaxScales + scale;
      const std::size_t first = std::size_t{kCells} * static_cast<unsigned>(plane);
      CHECK(
          std::ranges::equal(cell_weights(kMaxScales, channel, scale), all_weights().subspan(first, kCells)));
    }
  }
}

TEST_CASE("with fewer scales the list runs on without a gap, and nothing is left out") {
  for (int scales = 2; scales < kMaxScales; ++scales) {
    std::vector<double> in_order;
    for (int channel = 0; channel < kChannels; ++channel) {
      for (int scale = 0; scale < scales; ++scale) {
        const CellWeights weights = cell_weights(scales, channel, scale);
        in_order.insert(in_order.end(), weights.begin(), weights.end());
      }
    }
    CHECK(std::ranges::equal(in_order, all_weights().first(in_order.size())));
  }
}

TEST_CASE("there are 108 weights, of which 52 are not 0 and none is below") {
  CHECK(all_weights().size() == 108);
  CHECK(std::ranges::count(all_weights(), 0.0) == 108 - 52);
  CHECK(std::ranges::all_of(all_weights(), [](double weight) { return weight >= 0; }));
}

}  // namespace
}  // namespace frugal::metric
