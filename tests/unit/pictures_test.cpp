#include "pictures/pictures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

using namespace frugal;
using pictures::Alpha;
using pictures::Kind;

namespace {

std::vector<std::uint8_t> bytes_of(const Image& image) {
  return {image.row(0), image.row(0) + image.byte_size()};
}

}  // namespace

TEST_CASE("the same seed makes the same picture and another seed another one") {
  for (const Kind kind : {Kind::photo, Kind::gradient, Kind::text, Kind::flat, Kind::noise}) {
    CAPTURE(static_cast<int>(kind));
    const auto first = bytes_of(pictures::make({.kind = kind, .size = {67, 43}, .seed = 5}));
    CHECK(first == bytes_of(pictures::make({.kind = kind, .size = {67, 43}, .seed = 5})));
    CHECK(first != bytes_of(pictures::make({.kind = kind, .size = {67, 43}, .seed = 6})));
  }
}

TEST_CASE("a deep picture is the same picture with finer samples") {
  const auto plain = pictures::make({.size = {64, 48}, .channels = 4});
  for (const int depth : {10, 12, 16}) {
    const auto deep = pictures::make({.size = {64, 48}, .channels = 4, .depth = depth});
    int apart = 0;
    for (std::uint32_t y = 0; y < 48; ++y) {
      const auto a = plain.samples<std::uint8_t>(y);
      const auto b = deep.samples<std::uint16_t>(y);
      for (std::size_t i = 0; i < a.size(); ++i)
        apart = std::max(apart, std::abs(a[i] - (b[i] >> (depth - 8))));
    }
    CHECK(apart <= 1);
  }
}

TEST_CASE("alpha is opaque, cut out or soft as asked") {
  const auto alphas = [](Alpha alpha) {
    const auto image = pictures::make({.kind = Kind::flat, .size = {40, 40}, .channels = 2, .alpha = alpha});
    std::vector<int> values;
    for (std::uint32_t y = 0; y < 40; ++y) {
      const auto row = image.samples<std::uint8_t>(y);
      for (std::size_t i = 1; i < row.size(); i += 2) values.push_back(row[i]);
    }
    std::ranges::sort(values);
    values.erase(std::ranges::unique(values).begin(), values.end());
    return values;
  };
  CHECK(alphas(Alpha::opaque) == std::vector{255});
  CHECK(alphas(Alpha::hard) == std::vector{0, 255});
  CHECK(alphas(Alpha::soft).size() > 20);
}
