// The photo-like picture: mountains over a lake.
#pragma once

#include <array>
#include <vector>

#include "image/image.hpp"
#include "pictures/texture.hpp"

namespace frugal::pictures {

class Landscape {
 public:
  Landscape(Size size, std::uint32_t seed);

  /// The colour of the pixel at column `x` and row `y`, grain included.
  Rgb at(std::uint32_t x, std::uint32_t y) const;

 private:
  static constexpr int kRidges = 5;  ///< from the farthest to the nearest

  struct Palette {
    Rgb zenith, horizon, sun, rock, shore;
  };

  static Palette palette(std::uint32_t seed);
  float ridge_top(int ridge, float u) const;
  float trees(int ridge, float u) const;
  Rgb sky(float u, float v) const;
  Rgb slope(int ridge, float u, float v, float below) const;
  Rgb land_and_sky(float u, float v) const;
  Rgb lake(float u, float v) const;

  // Positions are in units of the picture's height: u to the right, v downwards.
  float width_;
  float height_;
  std::uint32_t seed_;
  Palette colors_;
  float sun_u_, sun_v_, shore_;
  std::array<std::vector<float>, kRidges> tops_;  ///< v of each ridge's outline, by column
};

}  // namespace frugal::pictures
