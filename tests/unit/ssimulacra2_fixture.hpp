// Pictures, damage and comparing that the tests of SSIMULACRA2 share. All pictures have 8 bits.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "codec/codec.hpp"
#include "codec_fixture.hpp"
#include "metric/ssimulacra2.hpp"
#include "pictures/pictures.hpp"

namespace frugal::metric {

/// Sample `c` at (x, y) of a picture of 8 bits.
inline std::uint32_t sample(const Image& image, std::uint32_t x, std::uint32_t y, int c) {
  return image.samples<std::uint8_t>(
      y)[x * static_cast<std::size_t>(image.channels()) + static_cast<std::size_t>(c)];
}

/// The picture with every sample replaced by `change(sample, x, y, c)`.
inline Image changed(
    const Image& image,
    const std::function<std::uint32_t(std::uint32_t, std::uint32_t, std::uint32_t, int)>& change) {
  return codec::painted(image.size(), image.channels(), 8, [&](std::uint32_t x, std::uint32_t y, int c) {
    return change(sample(image, x, y, c), x, y, c);
  });
}

inline Image copy_of(const Image& image) {
  return changed(image, [](std::uint32_t value, std::uint32_t, std::uint32_t, int) { return value; });
}

inline Image cropped(const Image& image, const Area& area) {
  return codec::painted(
      {area.width, area.height}, image.channels(), 8,
      [&](std::uint32_t x, std::uint32_t y, int c) { return sample(image, area.x + x, area.y + y, c); });
}

/// The opaque picture stored with so many channels; grey becomes red = green = blue.
inline Image with_channels(const Image& image, int channels) {
  return codec::painted(image.size(), channels, 8, [&](std::uint32_t x, std::uint32_t y, int c) {
    if (channels % 2 == 0 && c == channels - 1) return 255U;
    return sample(image, x, y, image.gray() ? 0 : c);
  });
}

struct Content {
  std::string_view name;
  Image (*make)(Size);
};

inline Image photo(Size size) {
  return pictures::make({.size = size});
}

inline Image translucent_photo(Size size) {
  return pictures::make({.size = size, .channels = 4});
}

inline constexpr std::array<Content, 9> kContents{{
    {"photo", photo},
    {"text", [](Size size) { return pictures::make({.kind = pictures::Kind::text, .size = size}); }},
    {"noise", [](Size size) { return pictures::make({.kind = pictures::Kind::noise, .size = size}); }},
    {"flat", [](Size size) { return pictures::make({.kind = pictures::Kind::flat, .size = size}); }},
    {"dark",
     [](Size size) {
       return changed(photo(size),
                      [](std::uint32_t value, std::uint32_t, std::uint32_t, int) { return value / 8; });
     }},
    {"saturated",
     [](Size size) {
       return changed(photo(size), [](std::uint32_t value, std::uint32_t, std::uint32_t, int c) {
         return c == 0 ? std::min(2 * value, 255U) : (c == 1 ? value / 16 : 255 - value / 4);
       });
     }},
    {"grey", [](Size size) { return pictures::make({.size = size, .channels = 1}); }},
    {"translucent", translucent_photo},
    {"grey cut-out",
     [](Size size) { return pictures::make({.size = size, .channels = 2, .alpha = pictures::Alpha::hard}); }},
}};

struct Damage {
  std::string_view name;
  Image (*apply)(const Image&);
};

/// `amount` of noise above or below.
inline std::uint32_t noisy(std::uint32_t value, std::uint32_t x, std::uint32_t y, int c,
                           std::uint32_t amount) {
  std::uint32_t hash = x * 0x9e3779b1U ^ y * 0x85ebca77U ^ static_cast<std::uint32_t>(c) * 0xc2b2ae3dU;
  hash = (hash ^ hash >> 15) * 0x2c1b3c6dU;
  hash = (hash ^ hash >> 12) * 0x297a2d39U;
  return std::clamp(value + (hash >> 16) % (2 * amount + 1), amount, 255 + amount) - amount;
}

inline Image noisy(const Image& image, std::uint32_t amount) {
  return changed(image, [=](std::uint32_t value, std::uint32_t x, std::uint32_t y, int c) {
    return noisy(value, x, y, c, amount);
  });
}

/// Means of 3×3 pixels.
inline Image blurred(const Image& image) {
  return changed(image, [&](std::uint32_t, std::uint32_t x, std::uint32_t y, int c) {
    std::uint32_t sum = 4;
    for (std::uint32_t dy = 0; dy < 3; ++dy) {
      for (std::uint32_t dx = 0; dx < 3; ++dx)
        sum += sample(image, std::clamp(x + dx, 1U, image.width()) - 1,
                      std::clamp(y + dy, 1U, image.height()) - 1, c);
    }
    return sum / 9;
  });
}

inline Image stepped(const Image& image) {
  return changed(image, [](std::uint32_t value, std::uint32_t, std::uint32_t, int) {
    return std::min(value / 24 * 24 + 12, 255U);
  });
}

/// The colours through a JPEG file; alpha stays.
inline Image through_jpeg(const Image& image) {
  const auto& jpeg = codec::of(codec::Format::jpeg);
  const Image colors =
      codec::painted(image.size(), image.color_channels(), 8,
                     [&](std::uint32_t x, std::uint32_t y, int c) { return sample(image, x, y, c); });
  const auto file = jpeg.encode(colors, {}, {.quality = 60});
  REQUIRE(file.has_value());
  const auto decoded = jpeg.decode(*file, {}, 1);
  REQUIRE(decoded.has_value());
  return changed(image, [&](std::uint32_t value, std::uint32_t x, std::uint32_t y, int c) {
    return c < image.color_channels() ? sample(decoded->image, x, y, c) : value;
  });
}

inline constexpr std::array<Damage, 5> kDamages{{
    {"noise", [](const Image& image) { return noisy(image, 9); }},
    {"faint noise", [](const Image& image) { return noisy(image, 1); }},
    {"blur", blurred},
    {"steps", stepped},
    {"JPEG", through_jpeg},
}};

inline Similarity compared(const Image& reference, const Image& distorted, int threads = 1,
                           const KernelSet& kernels = best_kernels()) {
  auto result = ssimulacra2(reference, {}, distorted, {}, threads, kernels);
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  return std::move(*result);
}

inline Reference prepared(const Image& reference, int threads = 1,
                          const KernelSet& kernels = best_kernels()) {
  auto result = Reference::prepare(reference, {}, threads, kernels);
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  return std::move(*result);
}

inline Scored scored(const Reference& reference, const Image& distorted, int threads = 1) {
  auto result = reference.score(distorted, {}, threads);
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  return std::move(*result);
}

/// True when all figures are the same to the bit.
inline bool same(const Similarity& a, const Similarity& b) {
  return a.score == b.score &&
         std::ranges::equal(a.regions, b.regions, [](const RegionScore& one, const RegionScore& other) {
           return one.score == other.score && one.area == other.area;
         });
}

}  // namespace frugal::metric
