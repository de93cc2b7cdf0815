#include "codec/jpeg/recipe.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "codec/jpeg/tables.hpp"

namespace frugal::codec::jpeg {

namespace {

// Found by descent over the bytes that photographs take at equal SSIMULACRA2.
constexpr std::array<Shape, 3> kShapes{{
    {.level = 1, .low = -1.4F, .high = 0.3F, .dc = 0.85F},
    {.level = 1.09F, .low = -1.9F, .high = 0.6F, .dc = 0.695F},
    {.level = 0.65F, .low = -0.9F, .high = 0.8F, .dc = 0.75F},
}};
constexpr std::array kLambdas{0.065F, 0.107F, 0.107F};
constexpr std::array kDampings{0.7F, 0.43F, 0.43F};

// Chroma at half resolution has larger steps towards near lossless, where people make more of luma than the
// score does: by Butteraugli's 3-norm of photographs.
constexpr std::array kHalfChroma{1.0F, 1.25F, 1.35F};
constexpr float kHalfChromaFrom = 0.6F;  ///< scale
constexpr float kHalfChromaTo = 0.3F;

// Chroma at full resolution has larger steps, but for qualities near lossless, where it must follow luma.
constexpr float kFullChroma = 4.4F;
constexpr float kFullChromaFrom = 0.2F;  ///< scale

/// From the percentage that libjpeg's quality stands for to the scale of our tables.
float scale_of(double quality) {
  const double part = (quality < 50 ? 5000 / quality : 200 - 2 * quality) / 100;
  return static_cast<float>(2.42 * std::pow(part, 0.874));
}

float full_chroma(float scale) {
  return scale * (1 + (kFullChroma - 1) * std::min(scale / kFullChromaFrom, 1.0F));
}

float half_chroma(float scale, std::size_t component) {
  const float part = std::clamp((kHalfChromaFrom - scale) / (kHalfChromaFrom - kHalfChromaTo), 0.0F, 1.0F);
  return scale * (1 + (kHalfChroma[component] - 1) * part);
}

/// Where rounding to whole steps makes a table coarser, a squared step is more: the price must not follow.
float refinement(const RealTable& wanted, const Table& table) {
  const float steps = std::accumulate(wanted.begin(), wanted.end(), 0.0F);
  const auto whole = static_cast<float>(std::accumulate(table.begin(), table.end(), 0));
  const float ratio = std::min(steps / whole, 1.0F);
  return ratio * ratio;
}

}  // namespace

Recipe recipe_of(double quality, Sampling sampling, int effort) {
  const float scale = scale_of(std::clamp(quality, 1.0, 100.0));
  Recipe recipe;
  for (std::size_t c = 0; c < kShapes.size(); ++c) {
    const float own = c == 0                       ? scale
                      : sampling == Sampling::full ? full_chroma(scale)
                                                   : half_chroma(scale, c);
    const auto wanted = real_table(kShapes[c], own);
    recipe.tables[c] = rounded(wanted);
    recipe.lambdas[c] = effort > 1 ? kLambdas[c] * refinement(wanted, recipe.tables[c]) : 0;
  }
  recipe.dampings = kDampings;
  return recipe;
}

std::optional<double> quality_of(const Table& luma, double step) {
  const auto steps = std::lround(99 / step);
  const auto unit = real_table(kShapes[0], 1);
  for (long i = 0; i <= steps; ++i) {
    const double quality = 100 - static_cast<double>(i) * step;
    RealTable table = unit;
    for (float& entry : table) entry *= scale_of(quality);
    if (rounded(table) == luma) return quality;
  }
  return std::nullopt;
}

}  // namespace frugal::codec::jpeg
