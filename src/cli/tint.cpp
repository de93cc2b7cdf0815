#include "cli/tint.hpp"

#include "cli/score_colour.hpp"

namespace frugal::cli {
namespace {

/// The brightness of a block of the picture around (x, y), 0 to 1: of coded values, which is good enough to
/// see where one is. What is transparent is mid-grey.
template <class Sample>
double brightness(const Image& image, Zoom zoom, std::uint32_t x, std::uint32_t y) {
  const auto channels = static_cast<std::size_t>(image.channels());
  const std::uint32_t left = x * zoom.over / zoom.times;
  const std::uint32_t top = y * zoom.over / zoom.times;
  const auto right = std::min(left + zoom.over, image.width());
  const auto bottom = std::min(top + zoom.over, image.height());
  const double max = image.max_value();
  double sum = 0;
  for (auto row = top; row < bottom; ++row) {
    for (auto column = left; column < right; ++column) {
      const Sample* pixel = image.samples<Sample>(row).data() + column * channels;
      const double luma =
          image.gray() ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];  // ITU-R BT.601
      const double opaque = image.alpha() ? pixel[channels - 1] / max : 1;
      sum += luma / max * opaque + 0.5 * (1 - opaque);
    }
  }
  return sum / (static_cast<double>(right - left) * (bottom - top));
}

}  // namespace

Zoom zoom_for(Size size) {
  constexpr std::uint32_t kSmall = 512;
  constexpr std::uint32_t kLarge = 2048;
  const auto longest = std::max(size.width, size.height);
  if (longest < kSmall) return {.times = (kSmall + longest - 1) / longest};
  return {.over = (longest + kLarge - 1) / kLarge};
}

Box to_map(const metric::Area& area, Zoom zoom) {
  const auto left = zoom.to_map(area.x);
  const auto top = zoom.to_map(area.y);
  return {left, top, zoom.side(area.x + area.width) - left, zoom.side(area.y + area.height) - top};
}

void tint(Canvas& canvas, const Image& picture, Zoom zoom, const Box& box, Rgb colour) {
  with_samples(picture, [&](auto zero) {
    for (auto y = box.y; y < box.y + box.height; ++y) {
      for (auto x = box.x; x < box.x + box.width; ++x) {
        const double light = brightness<decltype(zero)>(picture, zoom, static_cast<std::uint32_t>(x),
                                                        static_cast<std::uint32_t>(y));
        canvas.put(x, y, lit(light, colour));
      }
    }
  });
}

}  // namespace frugal::cli
