#include "pictures/pictures.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>

#include "pictures/landscape.hpp"
#include "pictures/panel.hpp"
#include "pictures/texture.hpp"

namespace frugal::pictures {
namespace {

using Paint = std::function<Rgb(std::uint32_t x, std::uint32_t y)>;

Rgb random_color(std::int32_t which, std::uint32_t seed) {
  return {unit(which, 0, seed), unit(which, 1, seed), unit(which, 2, seed)};
}

Paint gradient(Size size, std::uint32_t seed) {
  const std::array corners{random_color(0, seed), random_color(1, seed), random_color(2, seed),
                           random_color(3, seed)};
  return [=](std::uint32_t x, std::uint32_t y) {
    const float u = (static_cast<float>(x) + 0.5F) / static_cast<float>(size.width);
    const float v = (static_cast<float>(y) + 0.5F) / static_cast<float>(size.height);
    return mix(mix(corners[0], corners[1], u), mix(corners[2], corners[3], u), v);
  };
}

Paint noise(std::uint32_t seed) {
  return [seed](std::uint32_t x, std::uint32_t y) {
    const auto ix = static_cast<std::int32_t>(x), iy = static_cast<std::int32_t>(y);
    return Rgb{unit(ix, iy, seed), unit(ix, iy, seed + 1), unit(ix, iy, seed + 2)};
  };
}

template <class Scene>
Paint scene(const Spec& spec) {
  return [scene = std::make_shared<const Scene>(spec.size, spec.seed)](std::uint32_t x, std::uint32_t y) {
    return scene->at(x, y);
  };
}

Paint paint_of(const Spec& spec) {
  switch (spec.kind) {
    case Kind::photo:
      return scene<Landscape>(spec);
    case Kind::text:
      return scene<Panel>(spec);
    case Kind::gradient:
      return gradient(spec.size, scramble(spec.seed));
    case Kind::noise:
      return noise(scramble(spec.seed));
    case Kind::flat:
      break;
  }
  return [color = random_color(0, scramble(spec.seed))](std::uint32_t, std::uint32_t) { return color; };
}

float alpha_at(const Spec& spec, std::uint32_t x, std::uint32_t y) {
  if (spec.alpha == Alpha::opaque) return 1;
  const float u = 2 * (static_cast<float>(x) + 0.5F) / static_cast<float>(spec.size.width) - 1;
  const float v = 2 * (static_cast<float>(y) + 0.5F) / static_cast<float>(spec.size.height) - 1;
  const float distance = std::sqrt(u * u + v * v);
  return spec.alpha == Alpha::hard ? (distance < 0.9F ? 1.0F : 0.0F) : smoothstep(1.0F, 0.6F, distance);
}

// The pixel's samples in the picture's channels, each 0 to 1.
std::array<float, 4> samples_of(const Spec& spec, Rgb color, float alpha) {
  if (spec.channels > 2) return {color.r, color.g, color.b, alpha};
  return {0.2126F * color.r + 0.7152F * color.g + 0.0722F * color.b, alpha, 0, 0};
}

}  // namespace

Image make(const Spec& spec) {
  auto image = Image::make(spec.size, spec.channels, spec.depth);
  if (!image) throw std::runtime_error(image.error().message);
  const Paint paint = paint_of(spec);
  const auto largest = static_cast<float>(image->max_value());
  with_samples(*image, [&](auto zero) {
    using Sample = decltype(zero);
    for (std::uint32_t y = 0; y < spec.size.height; ++y) {
      auto out = image->samples<Sample>(y).begin();
      for (std::uint32_t x = 0; x < spec.size.width; ++x) {
        const auto samples = samples_of(spec, paint(x, y), alpha_at(spec, x, y));
        for (int channel = 0; channel < spec.channels; ++channel) {
          *out++ =
              static_cast<Sample>(std::lround(clamp01(samples[static_cast<std::size_t>(channel)]) * largest));
        }
      }
    }
  });
  return std::move(*image);
}

std::optional<Kind> kind_by_name(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Kind>, 5> names{{{"photo", Kind::photo},
                                                                           {"gradient", Kind::gradient},
                                                                           {"text", Kind::text},
                                                                           {"flat", Kind::flat},
                                                                           {"noise", Kind::noise}}};
  for (const auto& [known, kind] : names) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

std::optional<Alpha> alpha_by_name(std::string_view name) {
  if (name == "opaque") return Alpha::opaque;
  if (name == "hard") return Alpha::hard;
  if (name == "soft") return Alpha::soft;
  return std::nullopt;
}

}  // namespace frugal::pictures
