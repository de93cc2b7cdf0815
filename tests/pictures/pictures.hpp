// Synthetic pictures for the tests: the same seed gives the same picture, on every machine and at every
// depth.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "image/image.hpp"

namespace frugal::pictures {

enum class Kind : std::uint8_t {
  photo,     ///< a landscape: smooth sky, textured slopes, sharp outlines, sensor grain
  gradient,  ///< four colours, one a corner, blended
  text,      ///< sharp strokes, bars and lines on flat colour, as in a screenshot
  flat,      ///< one colour
  noise,     ///< every sample on its own
};

/// What the alpha channel is like, where there is one.
enum class Alpha : std::uint8_t {
  opaque,  ///< the largest value everywhere
  hard,    ///< an ellipse cut out: nothing or all
  soft,    ///< an ellipse with a wide soft edge
};

struct Spec {
  Kind kind = Kind::photo;
  Size size{256, 192};
  int channels = 3;  ///< 1 to 4, as in Image
  int depth = 8;     ///< 8 to 16, as in Image
  Alpha alpha = Alpha::soft;
  std::uint32_t seed = 1;
};

/// Throws std::runtime_error when Image::make refuses the shape (a test has nothing better to do).
Image make(const Spec& spec);

/// By the enumerator's name. Empty when there is none of that name.
std::optional<Kind> kind_by_name(std::string_view name);
std::optional<Alpha> alpha_by_name(std::string_view name);

}  // namespace frugal::pictures
