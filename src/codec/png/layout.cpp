#include "codec/png/layout.hpp"

#include <algorithm>
#include <utility>

#include "codec/png/palette.hpp"

namespace frugal::codec::png {

namespace {

constexpr std::size_t kChunkFrame = 12;  // length, type and CRC

/// From so many pixels on, the fewer bytes of a palette's indices always win over its chunks.
constexpr std::uint64_t kLargeEnough = 16384;

std::uint64_t pixels(const Image& image) {
  return std::uint64_t{image.width()} * image.height();
}

ColorType type_of(const Image& image) {
  if (image.gray()) return image.alpha() ? ColorType::gray_alpha : ColorType::gray;
  return image.alpha() ? ColorType::rgb_alpha : ColorType::rgb;
}

void make_room(Layout& layout) {
  layout.packed.resize(layout.row_bytes * layout.size.height);
}

Layout blank(Size size, ColorType type, int bits, int channels) {
  Layout layout;
  layout.size = size;
  layout.type = type;
  layout.bits = bits;
  const std::size_t pixel_bits = static_cast<std::size_t>(bits) * static_cast<std::size_t>(channels);
  layout.row_bytes = (pixel_bits * size.width + 7) / 8;
  layout.step = std::max<std::size_t>(pixel_bits / 8, 1);
  return layout;
}

/// Samples as they are, the high byte first. `lasts`: the image may be borrowed.
Layout stored(const Image& image, bool lasts) {
  const int bits = image.depth() > 8 ? 16 : 8;
  auto layout = blank(image.size(), type_of(image), bits, image.channels());
  if (lasts && bits == 8) {
    layout.borrowed = image.row(0);
    return layout;
  }
  make_room(layout);
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    auto* out = layout.packed.data() + y * layout.row_bytes;
    if (bits == 8) {
      std::copy_n(image.row(y), layout.row_bytes, out);
      continue;
    }
    for (const auto sample : image.samples<std::uint16_t>(y)) {
      *out++ = static_cast<std::uint8_t>(sample >> 8);
      *out++ = static_cast<std::uint8_t>(sample & 255);
    }
  }
  return layout;
}

/// What is stored for each sample of 8 bits.
using Codes = std::array<std::uint8_t, 256>;

/// One channel of 8 bits in `bits` each, the leftmost pixel in the highest bits.
Layout packed(const Image& image, ColorType type, int bits, const Codes& codes) {
  auto layout = blank(image.size(), type, bits, 1);
  make_room(layout);
  const auto a_byte = static_cast<std::size_t>(8 / bits);
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const auto* row = image.row(y);
    auto* out = layout.packed.data() + y * layout.row_bytes;
    for (std::size_t x = 0; x < image.width(); ++x) {
      const auto shift = 8 - static_cast<std::size_t>(bits) * (x % a_byte + 1);
      out[x / a_byte] = static_cast<std::uint8_t>(out[x / a_byte] | codes[row[x]] << shift);
    }
  }
  return layout;
}

/// Grey in that many bits, of samples that they hold.
Layout gray(const Image& image, int bits) {
  Codes codes{};
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint8_t>(i >> (8 - bits));
  return packed(image, ColorType::gray, bits, codes);
}

int palette_bits(std::size_t colors) {
  return colors <= 2 ? 1 : colors <= 4 ? 2 : colors <= 16 ? 4 : 8;
}

Layout indexed(const Indexed& picture, const Order& order) {
  Codes codes{};
  std::vector<Color> palette;
  for (const auto color : order) {
    codes[color] = static_cast<std::uint8_t>(palette.size());
    palette.push_back(picture.palette[color]);
  }
  auto layout = packed(picture.indices, ColorType::palette, palette_bits(order.size()), codes);
  layout.palette = std::move(palette);
  return layout;
}

}  // namespace

std::size_t Layout::alpha_entries() const {
  const auto opaque = [](const Color& color) { return color[3] == 255; };
  const auto clear = std::find_if_not(palette.rbegin(), palette.rend(), opaque) - palette.rbegin();
  return palette.size() - static_cast<std::size_t>(clear);
}

std::size_t Layout::side_bytes() const {
  std::size_t bytes_of_chunks = 0;
  if (!palette.empty()) bytes_of_chunks += kChunkFrame + 3 * palette.size();
  if (const auto entries = alpha_entries(); entries > 0) bytes_of_chunks += kChunkFrame + entries;
  if (key) bytes_of_chunks += kChunkFrame + (type == ColorType::gray ? 2 : 6);
  return bytes_of_chunks;
}

namespace {

/// A picture on its way to fewer bytes: each step lets go of the one before.
class Reduced {
 public:
  /// By what loses nothing at all: fewer bits, no alpha that says nothing, no colour where there is none.
  Reduced(const Image& image, bool keep_model) : given_(&image), current_(&image) {
    become(to_8_bits(*current_));
    become(without_alpha(*current_));
    if (!keep_model) become(to_gray(*current_));
  }
  const Image& operator*() const { return *current_; }
  const Image* operator->() const { return current_; }
  bool is_given() const { return current_ == given_; }

 private:
  void become(std::optional<Image> smaller) {
    if (!smaller) return;
    owned_ = std::move(*smaller);
    current_ = &owned_;
  }

  Image owned_;
  const Image* given_;
  const Image* current_;
};

}  // namespace

std::vector<Layout> layouts_of(const Image& image, bool keep_model) {
  const Reduced picture(image, keep_model);
  std::vector<Layout> layouts;
  const int bits = picture->channels() == 1 && picture->depth() == 8 ? gray_bits(*picture) : 8;
  auto few = keep_model && picture->gray() ? std::nullopt : to_indexed(*picture);  // palettes are RGB
  const bool as_small = picture->channels() == 1 && few && palette_bits(few->palette.size()) >= bits;
  if (!few || as_small || pixels(*picture) < kLargeEnough) {
    layouts.push_back(bits < 8 ? gray(*picture, bits) : stored(*picture, picture.is_given()));
    if (auto keyed = with_key(*picture)) {
      auto layout = stored(keyed->opaque, false);
      layout.key = keyed->key;
      layouts.push_back(std::move(layout));
    }
  }
  if (few) {
    auto orders = orders_of(*few);
    if (as_small || pixels(*picture) >= kLargeEnough)
      orders.resize(std::min<std::size_t>(orders.size(), as_small ? 1 : 2));
    for (const auto& order : orders) layouts.push_back(indexed(*few, order));
  }
  return layouts;
}

Layout layout_of(const Image& image, bool keep_model) {
  const Reduced picture(image, keep_model);
  const int bits = picture->channels() == 1 && picture->depth() == 8 ? gray_bits(*picture) : 8;
  if (bits < 8) return gray(*picture, bits);
  const auto few = picture->gray() ? std::nullopt : to_indexed(*picture);
  return few ? indexed(*few, orders_of(*few).front()) : stored(*picture, picture.is_given());
}

}  // namespace frugal::codec::png
