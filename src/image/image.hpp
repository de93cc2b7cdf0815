// The neutral picture that travels between codecs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "util/memory.hpp"
#include "util/result.hpp"

namespace frugal {

/// Width and height in pixels.
struct Size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  friend bool operator==(const Size&, const Size&) = default;
};

/// An interleaved raster of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha) channels.
///
/// Samples are unsigned integers in [0, 2^depth - 1], depth 8 to 16: one byte a sample at depth 8, a
/// native-endian std::uint16_t above. Values are full range and encoded by the transfer function that the
/// picture's metadata describes (sRGB where it says nothing). Alpha is straight (not premultiplied) and
/// linear. Rows follow each other without padding. Copying is explicit (`clone`), because pictures are large.
class Image {
 public:
  Image() = default;

  /// Allocates an uninitialised picture. Errors: `limit` when memory is refused, `internal` for an impossible
  /// shape.
  static Result<Image> make(Size size, int channels, int depth);

  Result<Image> clone() const;

  Size size() const { return size_; }
  std::uint32_t width() const { return size_.width; }
  std::uint32_t height() const { return size_.height; }
  std::size_t pixels() const { return std::size_t{size_.width} * size_.height; }
  int channels() const { return channels_; }
  int depth() const { return depth_; }
  bool gray() const { return channels_ <= 2; }
  bool alpha() const { return channels_ == 2 || channels_ == 4; }
  int color_channels() const { return gray() ? 1 : 3; }
  std::uint32_t max_value() const { return (1U << depth_) - 1; }
  int bytes_per_sample() const { return depth_ > 8 ? 2 : 1; }

  std::size_t samples_per_row() const {
    return std::size_t{size_.width} * static_cast<std::size_t>(channels_);
  }
  std::size_t row_bytes() const { return samples_per_row() * static_cast<std::size_t>(bytes_per_sample()); }
  std::size_t byte_size() const { return row_bytes() * size_.height; }

  std::uint8_t* row(std::uint32_t y) { return data_.get() + row_bytes() * y; }
  const std::uint8_t* row(std::uint32_t y) const { return data_.get() + row_bytes() * y; }

  /// Row `y` as samples; `Sample` must be std::uint8_t at depth 8 and std::uint16_t above.
  template <class Sample>
  std::span<Sample> samples(std::uint32_t y) {
    return {reinterpret_cast<Sample*>(row(y)), samples_per_row()};
  }
  template <class Sample>
  std::span<const Sample> samples(std::uint32_t y) const {
    return {reinterpret_cast<const Sample*>(row(y)), samples_per_row()};
  }

 private:
  Size size_;
  int channels_ = 0;
  int depth_ = 8;
  Memory<std::uint8_t> data_;
};

/// The nearest sample of a scale ending in `to_max` for one of a scale ending in `from_max`.
constexpr std::uint32_t rescale(std::uint32_t value, std::uint32_t from_max, std::uint32_t to_max) {
  return static_cast<std::uint32_t>((std::uint64_t{value} * to_max + from_max / 2) / from_max);
}

/// The colour sample that was multiplied by `alpha` (both of a scale ending in `max`) to give `value`;
/// `value` itself where nothing is left of it.
constexpr std::uint32_t unpremultiply(std::uint32_t value, std::uint32_t alpha, std::uint32_t max) {
  if (alpha == 0) return value;
  const std::uint32_t straight = rescale(value, alpha, max);
  return straight < max ? straight : max;
}

/// Calls `function` with a value of the picture's sample type (std::uint8_t or std::uint16_t), so that one
/// generic body serves both: `with_samples(image, [&](auto zero) { using Sample = decltype(zero); … })`.
template <class Function>
decltype(auto) with_samples(const Image& image, Function&& function) {
  return image.depth() > 8 ? function(std::uint16_t{0}) : function(std::uint8_t{0});
}

}  // namespace frugal
