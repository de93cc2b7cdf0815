// What the tests of AVIF and HEIC share.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "codec/table.hpp"
#include "image/image.hpp"
#include "pictures/pictures.hpp"

namespace frugal::codec {

/// Peak signal to noise ratio over the colour or the alpha samples of two pictures of one shape, in dB.
inline double psnr(const Image& a, const Image& b, bool alpha) {
  double squares = 0;
  std::size_t count = 0;
  with_samples(a, [&](auto zero) {
    using Sample = decltype(zero);
    const auto channels = static_cast<std::size_t>(a.channels());
    for (std::uint32_t y = 0; y < a.height(); ++y) {
      for (std::size_t i = 0; i < a.samples_per_row(); ++i) {
        if ((a.alpha() && i % channels == channels - 1) != alpha) continue;
        const double difference = double{1} * a.samples<Sample>(y)[i] - double{1} * b.samples<Sample>(y)[i];
        squares += difference * difference;
        ++count;
      }
    }
  });
  const double peak = a.max_value();
  return 10 * std::log10(peak * peak * static_cast<double>(count) / (squares + 1e-9));
}

inline Image picture(Size size, int channels, int depth, pictures::Kind kind = pictures::Kind::photo) {
  return pictures::make({.kind = kind, .size = size, .channels = channels, .depth = depth});
}

inline Bytes encoded(const Codec& codec, const Image& image, double quality, const Metadata& metadata = {},
                     int threads = 1, int effort = 1) {
  auto file = codec.encode(image, metadata, {.quality = quality, .effort = effort, .threads = threads});
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  return std::move(*file);
}

inline Decoded decoded(const Codec& codec, ByteView file) {
  auto result = codec.decode(file, Limits{}, 2);
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  return std::move(*result);
}

/// Takes full opacity from the first pixel: an alpha channel that is opaque everywhere need not be stored.
inline void make_translucent(Image& image) {
  with_samples(image, [&](auto zero) {
    using Sample = decltype(zero);
    image.samples<Sample>(0)[static_cast<std::size_t>(image.channels()) - 1] =
        static_cast<Sample>(image.max_value() / 2);
  });
}

/// Encodes, decodes, and checks that shape and header are the source's and the samples close to them.
inline void check_round_trip(const Codec& codec, Size size, int channels, int depth) {
  CAPTURE(size.width);
  CAPTURE(size.height);
  CAPTURE(channels);
  CAPTURE(depth);
  Image source = picture(size, channels, depth, pictures::Kind::gradient);
  if (source.alpha()) make_translucent(source);
  const Bytes file = encoded(codec, source, 92);
  const auto header = codec.read_header(file, Limits{});
  REQUIRE(header.has_value());
  CHECK(header->size == size);
  CHECK(header->channels == channels);
  CHECK(header->depth == depth);
  CHECK(header->orientation == Orientation::upright);
  const Decoded back = decoded(codec, file);
  REQUIRE(back.image.size() == size);
  REQUIRE(back.image.channels() == channels);
  REQUIRE(back.image.depth() == depth);
  CHECK(back.extras.empty());
  CHECK_FALSE(back.metadata.cicp);
  CHECK(psnr(source, back.image, false) > 37);
  if (source.alpha()) CHECK(psnr(source, back.image, true) > 40);
}

/// A small but whole TIFF structure: one entry, orientation, which says that the picture lies on its side.
inline Bytes small_exif() {
  constexpr std::string_view tiff("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", 26);
  const ByteView bytes = as_bytes(tiff);
  return {bytes.begin(), bytes.end()};
}

inline Bytes bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

/// Every cut of a file must be refused, by the header's reading or at the latest by decoding.
inline void check_truncation(const Codec& codec, const Bytes& file) {
  for (std::size_t length = 0; length < file.size(); length += 1 + length / 16) {
    CAPTURE(length);
    const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length));
    const auto result = codec.decode(cut, Limits{}, 1);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == ErrorKind::damaged);
  }
  const Bytes all_but_one(file.begin(), file.end() - 1);
  CHECK_FALSE(codec.decode(all_but_one, Limits{}, 1).has_value());
}

/// A box: its length, its type, its content.
inline Bytes box(std::string_view type, std::initializer_list<Bytes> parts) {
  Bytes content;
  for (const Bytes& part : parts) content.insert(content.end(), part.begin(), part.end());
  const std::size_t size = content.size() + 8;
  Bytes result;
  for (const int shift : {24, 16, 8, 0}) result.push_back(static_cast<std::uint8_t>(size >> shift));
  for (const char c : type) result.push_back(static_cast<std::uint8_t>(c));
  result.insert(result.end(), content.begin(), content.end());
  return result;
}

inline Bytes file_type(std::string_view brands) {
  return box("ftyp", {bytes_of(brands.substr(0, 4)), {0, 0, 0, 0}, bytes_of(brands.substr(4))});
}

}  // namespace frugal::codec
