#include "adapt/guide.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace frugal::adapt {

namespace {

/// How much of a colour difference's error shows in X, Y and B, and how fast that fades from scale to scale.
struct Mix {
  std::array<float, 3> channels;
  float fading;
};

// Found by descent over the bytes that photographs take as JPEG at equal score.
constexpr std::array<Mix, 3> kMixes{{{{0, 1, 0}, 0.2F}, {{0.05F, 0, 1}, 0.5F}, {{1, 0.05F, 0}, 0.5F}}};

std::vector<float> flat(const metric::Plane& plane) {
  const auto [width, height] = plane.size();
  std::vector<float> out(std::size_t{width} * height);
  for (std::size_t y = 0; y < height; ++y) {
    std::copy_n(plane.row(y), width, out.begin() + static_cast<std::ptrdiff_t>(y * width));
  }
  return out;
}

codec::Importance importance_of(const metric::Sensitivity& sensitivity) {
  codec::Importance importance{sensitivity.columns, sensitivity.rows, {}};
  const std::size_t blocks = std::size_t{sensitivity.columns} * sensitivity.rows;
  for (std::size_t p = 0; p < kMixes.size(); ++p) {
    auto& plane = importance.planes[p];
    plane.resize(blocks);
    float fading = 1;
    for (int scale = 0; scale < sensitivity.scales; ++scale, fading *= kMixes[p].fading) {
      for (std::size_t c = 0; c < 3; ++c) {
        const auto& from = sensitivity.planes[static_cast<std::size_t>(scale)][c];
        const float share = fading * kMixes[p].channels[c];
        if (from.empty() || share == 0) continue;
        for (std::size_t i = 0; i < blocks; ++i) plane[i] += share * from[i];
      }
    }
  }
  return importance;
}

}  // namespace

Result<codec::Guide> guide_of(const metric::Scored& scored, const codec::Draft& draft, bool slopes,
                              int threads) {
  const auto sensitivity = scored.sensitivity(threads);
  if (!sensitivity) return std::unexpected(sensitivity.error());
  codec::Guide guide{importance_of(*sensitivity), {}, draft.work};
  if (!slopes) return guide;
  auto gradient = scored.gradient(threads);
  if (!gradient && gradient.error().kind == ErrorKind::unsupported) return guide;
  if (!gradient) return std::unexpected(gradient.error());
  for (std::size_t c = 0; c < guide.slopes.size(); ++c) {
    guide.slopes[c] = flat(gradient->planes[c]);
    gradient->planes[c] = {};
  }
  return guide;
}

}  // namespace frugal::adapt
