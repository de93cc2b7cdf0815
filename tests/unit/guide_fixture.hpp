// What the tests of codecs that heed a guide share.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "isobmff_fixture.hpp"

namespace frugal::codec {

/// A guide by which the left half matters `left` and the right half `right`.
inline Guide halves(Size size, float left, float right) {
  Guide guide;
  guide.importance = {(size.width + 7) / 8, (size.height + 7) / 8, {}};
  const auto columns = guide.importance.columns;
  for (auto& plane : guide.importance.planes) {
    for (std::uint32_t i = 0; i < columns * guide.importance.rows; ++i)
      plane.push_back(i % columns < columns / 2 ? left : right);
  }
  return guide;
}

/// The squared errors of a file's pixels on the left half and on the right.
inline std::array<double, 2> errors_of(const Codec& codec, const Image& source, ByteView file) {
  const Image back = decoded(codec, file).image;
  std::array<double, 2> sums{};
  with_samples(source, [&](auto zero) {
    using Sample = decltype(zero);
    for (std::uint32_t y = 0; y < source.height(); ++y) {
      const auto before = source.samples<Sample>(y);
      const auto after = back.samples<Sample>(y);
      for (std::size_t i = 0; i < before.size(); ++i)
        sums[2 * i < before.size() ? 0 : 1] += std::pow(double{1} * before[i] - double{1} * after[i], 2);
    }
  });
  return sums;
}

}  // namespace frugal::codec
