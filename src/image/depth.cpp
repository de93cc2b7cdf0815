#include "image/depth.hpp"

#include <algorithm>

namespace frugal {

Result<Image> to_depth(const Image& image, int depth) {
  auto result = Image::make(image.size(), image.channels(), depth);
  if (!result) return result;
  const std::uint32_t from = image.max_value();
  const std::uint32_t to = result->max_value();
  with_samples(image, [&](auto zero) {
    using In = decltype(zero);
    with_samples(*result, [&](auto other_zero) {
      using Out = decltype(other_zero);
      for (std::uint32_t y = 0; y < image.height(); ++y) {
        std::ranges::transform(image.samples<In>(y), result->samples<Out>(y).begin(),
                               [&](std::uint32_t v) { return static_cast<Out>(rescale(v, from, to)); });
      }
    });
  });
  return result;
}

}  // namespace frugal
