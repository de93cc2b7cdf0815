// Two pictures' coded values on one footing, for the metrics that work on them.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "image/image.hpp"
#include "image/metadata.hpp"
#include "metric/light.hpp"
#include "util/result.hpp"

namespace frugal::metric {

/// The coded colours of a picture, row by row, in [0, 1]. Grey counts as red = green = blue. Reading is
/// thread-safe.
class Coded {
 public:
  /// `to_srgb`: `light` is light, and is read as sRGB codes it, clipped; else it is Light::coded.
  Coded(Light light, bool to_srgb) : light_(std::move(light)), to_srgb_(to_srgb) {}

  Size size() const { return light_.size(); }

  /// Writes row `y` to `red`, `green` and `blue`, as many values as the picture is wide.
  void row(std::uint32_t y, float* red, float* green, float* blue) const;

 private:
  Light light_;
  bool to_srgb_;
};

/// A figure for how alike two pictures of one size are: the greater, the more.
using Measure = std::function<double(const Coded& reference, const Coded& distorted)>;

/// What `measure` says of the two pictures: of their samples as they are where both are described by the same
/// colour (on a scale of 0 to 1 each, whatever their depths), else of both as sRGB. Where a picture is
/// translucent, both are laid over a dark and over a light grey (kBackgrounds), and the lower
/// figure counts. Errors: usage (sizes differ), those of Light::of, limit (memory).
Result<double> lower_figure(const Image& reference, const Metadata& reference_metadata,
                            const Image& distorted, const Metadata& distorted_metadata,
                            const Measure& measure);

}  // namespace frugal::metric
