#include <cstdlib>

#include "metric/layout.hpp"
#include "metric/ssimulacra2.hpp"
#include "micro.hpp"

namespace frugal::bench {
namespace {

using metric::Area;
using metric::KernelSet;
using metric::Reference;

/// A tile of the picture, another one for every number.
Area tile(Size size, int number) {
  constexpr std::uint32_t kSide = metric::kTileSide;
  const auto at = [number](std::uint32_t length, int step) {
    return static_cast<std::uint32_t>(number * step + 3) % std::max(1U, length / kSide) * kSide;
  };
  return {at(size.width, 7), at(size.height, 5), std::min(kSide, size.width), std::min(kSide, size.height)};
}

void make_negative(Image& image, const Area& area) {
  const auto channels = static_cast<std::size_t>(image.channels());
  for (std::uint32_t y = area.y; y < area.y + area.height; ++y) {
    const auto row = image.samples<std::uint8_t>(y);
    for (std::uint8_t& sample : row.subspan(area.x * channels, area.width * channels)) {
      sample = static_cast<std::uint8_t>(255 - sample);
    }
  }
}

}  // namespace

void time_scores(int repeats, const Image& image, Image& copy) {
  const double mp = megapixels(image);
  line("score, cold", "ms/MP", [&](const KernelSet& set) {
    return timed(repeats, [&](int) { need(metric::ssimulacra2(image, {}, copy, {}, 1, set)); }) / mp;
  });
  line("prepare", "ms/MP", [&](const KernelSet& set) {
    return timed(repeats, [&](int) { need(Reference::prepare(image, {}, 1, set)); }) / mp;
  });
  const auto full = line("score, prepared", "ms/MP", [&](const KernelSet& set) {
    const auto reference = need(Reference::prepare(image, {}, 1, set));
    return timed(repeats, [&](int) { need(reference.score(copy, {}, 1)); }) / mp;
  });
  const auto update = line("one tile changed", "ms", [&](const KernelSet& set) {
    const auto reference = need(Reference::prepare(image, {}, 1, set));
    auto scored = need(reference.score(copy, {}, 1));
    return timed(repeats, [&](int i) {
      const Area area = tile(image.size(), i);
      make_negative(copy, area);
      if (!scored.update(area)) std::abort();
    });
  });
  start_line("  of a whole score", "%");
  for (std::size_t i = 0; i < full.size(); ++i) {
    std::printf("  %8.3f %10s", 100 * update[i] / (full[i] * mp), "");
  }
  std::puts("");
}

}  // namespace frugal::bench
