#include "codec/png/reduce.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace frugal::codec::png {

namespace {

constexpr std::size_t kMaxPalette = 256;

Color color_at(const std::uint8_t* pixel, int channels) {
  switch (channels) {
    case 1:
      return {pixel[0], pixel[0], pixel[0], 255};
    case 2:
      return {pixel[0], pixel[0], pixel[0], pixel[1]};
    case 3:
      return {pixel[0], pixel[1], pixel[2], 255};
    default:
      return {pixel[0], pixel[1], pixel[2], pixel[3]};
  }
}

/// Opaque colours after the others, each group by value.
struct PaletteOrder {
  bool operator()(const Color& a, const Color& b) const {
    return std::pair(a[3] == 255, a) < std::pair(b[3] == 255, b);
  }
};
using ColorIndex = std::map<Color, std::uint8_t, PaletteOrder>;

/// Calls `visit(x, y, color)` for the first pixel of every run of equal ones and `repeat(x, y)` for the
/// others, until `visit` returns false.
template <class Visit, class Repeat>
bool for_each_run(const Image& image, Visit&& visit, Repeat&& repeat) {
  const auto step = static_cast<std::size_t>(image.channels());
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const std::uint8_t* pixel = image.row(y);
    for (std::uint32_t x = 0; x < image.width(); ++x, pixel += step) {
      if (x > 0 && std::equal(pixel, pixel + step, pixel - step)) {
        repeat(x, y);
      } else if (!visit(x, y, color_at(pixel, image.channels()))) {
        return false;
      }
    }
  }
  return true;
}

std::optional<ColorIndex> colors_of(const Image& image) {
  ColorIndex colors;
  const bool few = for_each_run(
      image,
      [&](std::uint32_t, std::uint32_t, const Color& color) {
        colors.try_emplace(color);
        return colors.size() <= kMaxPalette;
      },
      [](std::uint32_t, std::uint32_t) {});
  if (!few) return std::nullopt;
  std::uint8_t next = 0;
  for (auto& [color, index] : colors) index = next++;
  return colors;
}

/// The picture without its alpha channel.
template <class Sample>
std::optional<Image> colours_of(const Image& image, Sample /*type*/) {
  const auto step = static_cast<std::size_t>(image.channels());
  auto colours = Image::make(image.size(), image.channels() - 1, image.depth());
  if (!colours) return std::nullopt;
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const auto from = image.samples<Sample>(y);
    auto to = colours->template samples<Sample>(y).begin();
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (i % step != step - 1) *to++ = from[i];
    }
  }
  return std::move(*colours);
}

}  // namespace

std::optional<Indexed> to_indexed(const Image& image) {
  if (image.depth() != 8) return std::nullopt;
  const auto colors = colors_of(image);
  auto indices = colors ? Image::make(image.size(), 1, 8) : fail(ErrorKind::internal, {});
  if (!indices) return std::nullopt;
  for_each_run(
      image,
      [&](std::uint32_t x, std::uint32_t y, const Color& color) {
        indices->row(y)[x] = colors->find(color)->second;
        return true;
      },
      [&](std::uint32_t x, std::uint32_t y) { indices->row(y)[x] = indices->row(y)[x - 1]; });
  Indexed indexed{std::move(*indices), {}};
  for (const auto& entry : *colors) indexed.palette.push_back(entry.first);
  return indexed;
}

std::optional<Image> to_gray(const Image& image) {
  if (image.gray()) return std::nullopt;
  return with_samples(image, [&](auto zero) -> std::optional<Image> {
    using Sample = decltype(zero);
    const auto step = static_cast<std::size_t>(image.channels());
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      const auto row = image.samples<Sample>(y);
      for (std::size_t i = 0; i < row.size(); i += step) {
        if (row[i] != row[i + 1] || row[i] != row[i + 2]) return std::nullopt;
      }
    }
    auto gray = Image::make(image.size(), image.alpha() ? 2 : 1, image.depth());
    if (!gray) return std::nullopt;
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      const auto from = image.samples<Sample>(y);
      auto to = gray->template samples<Sample>(y).begin();
      for (std::size_t i = 0; i < from.size(); i += step) {
        *to++ = from[i];
        if (step == 4) *to++ = from[i + 3];
      }
    }
    return std::move(*gray);
  });
}

std::optional<Image> to_8_bits(const Image& image) {
  if (image.depth() != 16) return std::nullopt;
  constexpr std::uint32_t kRepeats = 257;
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const auto repeats = [](std::uint16_t sample) { return sample % kRepeats == 0; };
    if (!std::ranges::all_of(image.samples<std::uint16_t>(y), repeats)) return std::nullopt;
  }
  auto shallow = Image::make(image.size(), image.channels(), 8);
  if (!shallow) return std::nullopt;
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    std::ranges::transform(image.samples<std::uint16_t>(y), shallow->row(y),
                           [](std::uint16_t sample) { return static_cast<std::uint8_t>(sample / kRepeats); });
  }
  return std::move(*shallow);
}

std::optional<Image> without_alpha(const Image& image) {
  if (!image.alpha()) return std::nullopt;
  return with_samples(image, [&](auto zero) -> std::optional<Image> {
    using Sample = decltype(zero);
    const auto step = static_cast<std::size_t>(image.channels());
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      const auto row = image.samples<Sample>(y);
      for (std::size_t i = step - 1; i < row.size(); i += step) {
        if (row[i] != image.max_value()) return std::nullopt;
      }
    }
    return colours_of(image, zero);
  });
}

std::optional<Keyed> with_key(const Image& image) {
  if (!image.alpha()) return std::nullopt;
  return with_samples(image, [&](auto zero) -> std::optional<Keyed> {
    using Sample = decltype(zero);
    const auto step = static_cast<std::size_t>(image.channels());
    const auto colour = [&](const Sample* pixel) {
      const std::size_t last = step - 2;
      return std::array<std::uint16_t, 3>{pixel[0], pixel[std::min<std::size_t>(1, last)], pixel[last]};
    };
    std::optional<std::array<std::uint16_t, 3>> key;
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      const auto row = image.samples<Sample>(y);
      for (std::size_t i = 0; i < row.size(); i += step) {
        const auto alpha = row[i + step - 1];
        if (alpha != 0 && alpha != image.max_value()) return std::nullopt;
        if (alpha != 0) continue;
        if (key && *key != colour(&row[i])) return std::nullopt;
        key = colour(&row[i]);
      }
    }
    if (!key) return std::nullopt;
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      const auto row = image.samples<Sample>(y);
      for (std::size_t i = 0; i < row.size(); i += step) {
        if (row[i + step - 1] != 0 && colour(&row[i]) == *key) return std::nullopt;
      }
    }
    auto opaque = colours_of(image, zero);
    if (!opaque) return std::nullopt;
    return Keyed{std::move(*opaque), *key};
  });
}

int gray_bits(const Image& image) {
  int bits = 1;
  for (std::uint32_t y = 0; y < image.height() && bits < 8; ++y) {
    for (const auto sample : image.samples<std::uint8_t>(y)) {
      while (bits < 8 && sample % (255 / ((1 << bits) - 1)) != 0) bits *= 2;
    }
  }
  return bits;
}

}  // namespace frugal::codec::png
