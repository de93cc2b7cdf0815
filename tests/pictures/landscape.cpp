#include "pictures/landscape.hpp"

namespace frugal::pictures {

Landscape::Palette Landscape::palette(std::uint32_t seed) {
  static constexpr std::array<Palette, 4> palettes{{
      {{.26F, .42F, .70F},
       {.98F, .79F, .62F},
       {1, .90F, .70F},
       {.20F, .21F, .30F},
       {.05F, .09F, .10F}},  // dawn
      {{.18F, .44F, .79F},
       {.80F, .90F, .97F},
       {1, .98F, .90F},
       {.34F, .36F, .36F},
       {.07F, .15F, .08F}},  // noon
      {{.15F, .13F, .36F},
       {.97F, .53F, .37F},
       {1, .76F, .48F},
       {.24F, .14F, .26F},
       {.04F, .04F, .09F}},  // dusk
      {{.48F, .62F, .72F},
       {.95F, .93F, .88F},
       {1, .97F, .90F},
       {.26F, .34F, .36F},
       {.08F, .14F, .14F}},  // mist
  }};
  return palettes[(seed + 3) % palettes.size()];
}

Landscape::Landscape(Size size, std::uint32_t seed)
    : width_(static_cast<float>(size.width)),
      height_(static_cast<float>(size.height)),
      seed_(scramble(seed)),
      colors_(palette(seed)),
      sun_u_((0.2F + 0.6F * unit(1, 0, seed_)) * width_ / height_),
      sun_v_(0.18F + 0.16F * unit(2, 0, seed_)),
      shore_(0.74F + 0.08F * unit(3, 0, seed_)) {
  for (int ridge = 0; ridge < kRidges; ++ridge) {
    auto& tops = tops_[static_cast<std::size_t>(ridge)];
    for (std::uint32_t x = 0; x < size.width; ++x) {
      tops.push_back(ridge_top(ridge, static_cast<float>(x) / height_));
    }
  }
}

// Mountains far away (high, jagged), wooded hills close by.
float Landscape::ridge_top(int ridge, float u) const {
  const auto depth = static_cast<float>(ridge) / (kRidges - 1);
  const float wide = fbm(u * (1.3F + depth), 0, 7, seed_ + 100U * static_cast<std::uint32_t>(ridge));
  const float jagged = 1 - std::abs(2 * wide - 1);
  const float rise = (jagged * (1 - depth) + wide * depth) * (0.34F - 0.22F * depth);
  return 0.56F + 0.22F * depth - rise - trees(ridge, u);
}

// Firs along the two nearest ridges: in every cell of a row stands one, at its own place and of its own
// height.
float Landscape::trees(int ridge, float u) const {
  if (ridge < kRidges - 2) return 0;
  const float spacing = ridge == kRidges - 1 ? 0.022F : 0.010F;
  const auto row = static_cast<std::int32_t>(ridge);
  const auto cell = static_cast<std::int32_t>(std::floor(u / spacing));
  float highest = 0;
  for (std::int32_t tree = cell - 2; tree <= cell + 2; ++tree) {
    const float middle = (static_cast<float>(tree) + 0.1F + 0.8F * unit(tree, row, seed_ + 7)) * spacing;
    const float height = spacing * (0.9F + 2.2F * unit(tree, row, seed_ + 8));
    const float inside = 1 - std::abs(u - middle) / (height * 0.22F);
    if (inside <= 0) continue;
    const float tier = inside * 6 - std::floor(inside * 6);
    highest = std::max(highest, height * (inside + 0.07F * (tier - 0.5F)));
  }
  return highest;
}

Rgb Landscape::sky(float u, float v) const {
  const Rgb clear = mix(colors_.zenith, colors_.horizon, smoothstep(0, 0.62F, v));
  const float du = u - sun_u_, dv = v - sun_v_;
  const float distance = std::sqrt(du * du + dv * dv);
  const float glow = 0.5F / (1 + 30 * distance * distance) + 0.6F * smoothstep(0.045F, 0.038F, distance);
  const float warp = fbm(u * 2, v * 5, 3, seed_ + 50);
  const float cloud = smoothstep(0.48F, 0.78F, fbm(u * 2.2F + warp, v * 7 + warp, 6, seed_ + 60));
  const Rgb lit = mix(clear, colors_.sun, clamp01(glow));
  return mix(lit, mix(colors_.horizon, colors_.sun, 0.5F), 0.75F * cloud * (1 - smoothstep(0.3F, 0.6F, v)));
}

// `below`: how far the place lies under its ridge's outline.
Rgb Landscape::slope(int ridge, float u, float v, float below) const {
  const auto depth = static_cast<float>(ridge) / (kRidges - 1);
  const std::uint32_t seed = seed_ + 200U + 10U * static_cast<std::uint32_t>(ridge);
  const float scale = 9 + 16 * depth;
  // Folds run down the slope: they are narrower than they are high.
  const float here = fbm(u * scale, v * scale * 0.55F, 7, seed);
  const float aside = fbm(u * scale + 0.12F, v * scale * 0.55F + 0.04F, 7, seed);
  const float facing = std::clamp((sun_u_ - u) * 3, -1.0F, 1.0F);
  const float light = (here - aside) * (facing + 0.4F) * 3.4F;
  Rgb ground = mix(colors_.rock, colors_.shore, smoothstep(0.2F, 0.8F, depth)) * (0.75F + 0.5F * here);
  const float snow_line = 0.26F + 0.16F * depth + 0.22F * here;
  const float snow = smoothstep(snow_line + 0.02F, snow_line - 0.02F, v) * smoothstep(0.6F, 0.2F, depth);
  ground = mix(ground, {0.93F, 0.95F, 0.98F}, 0.85F * snow);
  ground = ground * std::clamp(0.85F + light, 0.3F, 1.1F) + colors_.sun * (0.2F * std::max(0.0F, light));
  const float haze = (1 - depth) * 0.55F + 0.3F * smoothstep(0.02F, 0.25F, below) * (1 - depth);
  return mix(ground, mix(colors_.horizon, colors_.zenith, 0.25F), haze);
}

Rgb Landscape::land_and_sky(float u, float v) const {
  const auto last = tops_[0].size() - 1;
  const auto x = std::min(last, static_cast<std::size_t>(std::max(0.0F, u * height_)));
  for (int ridge = kRidges - 1; ridge >= 0; --ridge) {
    const float below = v - tops_[static_cast<std::size_t>(ridge)][x];
    const float cover = clamp01(below * height_ + 0.5F);  // of the pixel: outlines are smooth
    if (cover >= 1) return slope(ridge, u, v, below);
    if (cover <= 0) continue;
    const Rgb behind = ridge > 0 ? slope(ridge - 1, u, v, below) : sky(u, v);
    return mix(behind, slope(ridge, u, v, below), cover);
  }
  return sky(u, v);
}

// The land upside down, bent by ripples that grow towards the viewer.
Rgb Landscape::lake(float u, float v) const {
  const float near = (v - shore_) / (1 - shore_);
  const float ripple = fbm(u * 9, 150 * near / (near + 0.8F), 4, seed_ + 300) - 0.5F;
  const float mirrored = shore_ - (v - shore_) * 1.6F + ripple * (0.012F + 0.05F * near);
  const Rgb seen = land_and_sky(u + ripple * 0.01F * near, std::min(mirrored, shore_));
  const float glint = smoothstep(0.17F, 0.32F, ripple) * 0.3F * near;
  return mix(mix(seen, colors_.zenith, 0.15F + 0.15F * near) * 0.9F, colors_.horizon, glint);
}

Rgb Landscape::at(std::uint32_t x, std::uint32_t y) const {
  const float u = static_cast<float>(x) / height_, v = static_cast<float>(y) / height_;
  const Rgb color = v < shore_ ? land_and_sky(u, v) : lake(u, v);
  const float du = 2 * static_cast<float>(x) / width_ - 1, dv = 2 * v - 1;
  const float vignette = 1 - 0.07F * (du * du + dv * dv);
  const auto ix = static_cast<std::int32_t>(x), iy = static_cast<std::int32_t>(y);
  const float luma_grain = 0.007F * grain(ix, iy, seed_ + 400), chroma_grain = 0.003F;
  return color * vignette + Rgb{luma_grain + chroma_grain * grain(ix, iy, seed_ + 410), luma_grain,
                                luma_grain + chroma_grain * grain(ix, iy, seed_ + 420)};
}

}  // namespace frugal::pictures
