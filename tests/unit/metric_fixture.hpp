// Pictures that the tests of the metrics share. What they score was worked out by another implementation of
// the metrics' definitions, in double precision.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

#include "codec_fixture.hpp"
#include "image/image.hpp"
#include "image/metadata.hpp"

namespace frugal::metric {

inline constexpr Size kSceneSize{203, 181};  // odd at several scales

/// Slopes with wraps, on a chessboard; 8 bits.
inline std::uint32_t scene_at(std::uint32_t x, std::uint32_t y, int c) {
  return (x * 3 + y * 5 + (x / 16 + y / 16) % 2 * 70 + static_cast<std::uint32_t>(c) * 40) % 256;
}

/// A picture of `change(scene_at(...), x, y)`.
inline Image changed_scene(
    int channels, const std::function<std::uint32_t(std::uint32_t, std::uint32_t, std::uint32_t)>& change) {
  return codec::painted(kSceneSize, channels, 8, [&](std::uint32_t x, std::uint32_t y, int c) {
    return change(scene_at(x, y, c), x, y);
  });
}

inline Image scene(int channels = 3) {
  return changed_scene(channels, [](std::uint32_t value, std::uint32_t, std::uint32_t) { return value; });
}

/// The scene in eight steps of brightness.
inline Image stepped_scene(int channels = 3) {
  return changed_scene(
      channels, [](std::uint32_t value, std::uint32_t, std::uint32_t) { return value / 32 * 32 + 16; });
}

inline Image noisy_scene() {
  return changed_scene(3, [](std::uint32_t value, std::uint32_t x, std::uint32_t y) {
    const std::uint32_t noisy = value + (x * 7 + y * 13 + x * y) % 23;  // 11 too much
    return std::clamp(noisy, 11U, 266U) - 11;
  });
}

inline Image moved_scene() {
  return codec::painted(kSceneSize, 3, 8,
                        [](std::uint32_t x, std::uint32_t y, int c) { return scene_at(x + 1, y, c); });
}

inline Image negative_scene() {
  return changed_scene(3, [](std::uint32_t value, std::uint32_t, std::uint32_t) { return 255 - value; });
}

/// The picture of 8 bits with alpha from 56 to 255.
inline Image made_translucent(const Image& image) {
  const auto samples = codec::samples_of(image);
  const int colors = image.channels();
  return codec::painted(image.size(), colors + 1, 8, [&](std::uint32_t x, std::uint32_t y, int c) {
    if (c == colors) return 255 - x * y % 200;
    return samples[(std::size_t{y} * image.width() + x) * static_cast<std::size_t>(colors) +
                   static_cast<std::size_t>(c)];
  });
}

/// The picture of 8 bits with 16.
inline Image widened(const Image& image) {
  const auto samples = codec::samples_of(image);
  std::size_t at = 0;
  return codec::painted(image.size(), image.channels(), 16,
                        [&](std::uint32_t, std::uint32_t, int) { return samples[at++] * 257; });
}

inline Metadata with_profile(Bytes icc) {
  Metadata metadata;
  metadata.icc = std::move(icc);
  return metadata;
}

inline Metadata with_code_points(Cicp cicp) {
  Metadata metadata;
  metadata.cicp = cicp;
  return metadata;
}

}  // namespace frugal::metric
