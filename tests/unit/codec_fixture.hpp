// What the tests of all codecs share, beside the helpers for encoding and measuring.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/codec.hpp"
#include "image/colour.hpp"
#include "image/image.hpp"
#include "isobmff_fixture.hpp"

namespace frugal::codec {

/// The picture whose sample `channel` at (x, y) is `value(x, y, channel)`.
inline Image painted(Size size, int channels, int depth,
                     const std::function<std::uint32_t(std::uint32_t, std::uint32_t, int)>& value) {
  auto image = Image::make(size, channels, depth);
  REQUIRE(image.has_value());
  with_samples(*image, [&](auto zero) {
    using Sample = decltype(zero);
    for (std::uint32_t y = 0; y < size.height; ++y) {
      auto out = image->template samples<Sample>(y).begin();
      for (std::uint32_t x = 0; x < size.width; ++x) {
        for (int c = 0; c < channels; ++c) *out++ = static_cast<Sample>(value(x, y, c));
      }
    }
  });
  return std::move(*image);
}

/// All samples of a picture, row by row.
inline std::vector<std::uint32_t> samples_of(const Image& image) {
  std::vector<std::uint32_t> all;
  with_samples(image, [&](auto zero) {
    using Sample = decltype(zero);
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      const auto row = image.samples<Sample>(y);
      all.insert(all.end(), row.begin(), row.end());
    }
  });
  return all;
}

/// The picture with its colours as seen on black: what transparency hides does not count.
inline Image on_black(const Image& image) {
  const auto samples = samples_of(image);
  const auto channels = static_cast<std::size_t>(image.channels());
  std::size_t at = 0;
  return painted(
      image.size(), image.channels(), image.depth(), [&](std::uint32_t, std::uint32_t, int channel) {
        const std::size_t pixel = at - static_cast<std::size_t>(channel);
        const std::uint64_t sample = samples[at++];
        if (!image.alpha() || channel == image.channels() - 1) return static_cast<std::uint32_t>(sample);
        return static_cast<std::uint32_t>(sample * samples[pixel + channels - 1] / image.max_value());
      });
}

/// Error of a decode or of the reading of a header that has to fail.
template <class T>
Error error_of(const Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error();
}

inline bool mentions(const Error& error, std::string_view word) {
  return error.message.find(word) != std::string::npos;
}

inline Bytes first_bytes(const Bytes& file, std::size_t count) {
  return {file.begin(), file.begin() + static_cast<std::ptrdiff_t>(count)};
}

inline Bytes inserted(const Bytes& file, std::size_t at, const Bytes& more) {
  Bytes result(file.size() + more.size());
  const auto place = file.begin() + static_cast<std::ptrdiff_t>(at);
  const auto behind = std::copy(more.begin(), more.end(), std::copy(file.begin(), place, result.begin()));
  std::copy(place, file.end(), behind);
  return result;
}

inline Bytes joined(const Bytes& head, const Bytes& tail) {
  return inserted(head, head.size(), tail);
}

/// Decodes the file `rounds` times with some bytes changed at random: it may fail or not, but do no harm.
inline void check_changed_bytes_are_harmless(const Codec& codec, const Bytes& file, int rounds) {
  std::minstd_rand random(11);
  for (int round = 0; round < rounds; ++round) {
    Bytes changed = file;
    for (int i = 0; i < 1 + round % 5; ++i) {
      changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
    }
    CAPTURE(round);
    const auto header = codec.read_header(changed, Limits{10'000});
    const auto picture = codec.decode(changed, Limits{10'000}, 1);
    if (header) CHECK(std::uint64_t{header->size.width} * header->size.height <= 10'000);
    if (picture) CHECK(picture->image.pixels() <= 10'000);
    if (!picture) CHECK_FALSE(picture.error().message.empty());
  }
}

/// An RGB profile that is not sRGB's: primaries of Adobe RGB (1998), its gamma.
inline Bytes rgb_profile() {
  return gamma_profile({{0.3127, 0.3290}, {0.64, 0.33}, {0.21, 0.71}, {0.15, 0.06}}, 2.19921875);
}

}  // namespace frugal::codec
