// What the pictures are painted with: colours, hashes of positions, value noise.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace frugal::pictures {

/// Components encoded as in sRGB, 0 to 1.
struct Rgb {
  float r = 0, g = 0, b = 0;
};

inline Rgb operator*(Rgb c, float k) {
  return {c.r * k, c.g * k, c.b * k};
}
inline Rgb operator+(Rgb a, Rgb b) {
  return {a.r + b.r, a.g + b.g, a.b + b.b};
}
inline Rgb mix(Rgb a, Rgb b, float t) {
  return a * (1 - t) + b * t;
}

inline float clamp01(float v) {
  return std::clamp(v, 0.0F, 1.0F);
}

/// 0 below `from`, 1 above `to`, smooth in between.
inline float smoothstep(float from, float to, float v) {
  const float t = clamp01((v - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/// An even mix of all bits (the finalizer of MurmurHash3).
inline std::uint32_t scramble(std::uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85ebca6bU;
  h = (h ^ (h >> 13)) * 0xc2b2ae35U;
  return h ^ (h >> 16);
}

inline std::uint32_t hash(std::uint32_t x, std::uint32_t y, std::uint32_t seed) {
  return scramble(x + scramble(y + scramble(seed)));
}

/// Uniform in [0, 1).
inline float unit(std::int32_t x, std::int32_t y, std::uint32_t seed) {
  const auto bits = hash(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), seed) >> 8;
  return static_cast<float>(bits) / 16777216.0F;
}

/// Random values on the integer grid, smooth in between; 0 to 1.
inline float value_noise(float x, float y, std::uint32_t seed) {
  const float fx = std::floor(x), fy = std::floor(y);
  const auto ix = static_cast<std::int32_t>(fx), iy = static_cast<std::int32_t>(fy);
  const float tx = smoothstep(0, 1, x - fx), ty = smoothstep(0, 1, y - fy);
  const float top = unit(ix, iy, seed) * (1 - tx) + unit(ix + 1, iy, seed) * tx;
  const float bottom = unit(ix, iy + 1, seed) * (1 - tx) + unit(ix + 1, iy + 1, seed) * tx;
  return top * (1 - ty) + bottom * ty;
}

/// Fractional Brownian motion: octaves of value noise, each twice as fine and half as strong; 0 to 1.
inline float fbm(float x, float y, int octaves, std::uint32_t seed) {
  float sum = 0, strength = 0.5F, total = 0;
  for (int octave = 0; octave < octaves; ++octave) {
    sum += strength * value_noise(x, y, seed + static_cast<std::uint32_t>(octave));
    total += strength;
    strength /= 2;
    x = x * 2 + 17.3F;
    y = y * 2 + 9.1F;
  }
  return sum / total;
}

/// Roughly normal around 0 with standard deviation 1.
inline float grain(std::int32_t x, std::int32_t y, std::uint32_t seed) {
  float sum = -2;
  for (std::uint32_t i = 0; i < 4; ++i) sum += unit(x, y, seed + i);
  return sum * 1.732F;
}

}  // namespace frugal::pictures
