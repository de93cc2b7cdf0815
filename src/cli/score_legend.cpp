#include "cli/score_legend.hpp"

#include <cmath>

#include "cli/numbers.hpp"
#include "cli/score_colour.hpp"

namespace frugal::cli {
namespace {

constexpr Rgb kInk{255, 255, 255};

/// In units of legend_unit pixels.
constexpr std::int64_t kTextScale = 2;
constexpr std::int64_t kMargin = 12;
constexpr std::int64_t kLine = 20;
constexpr std::int64_t kWordsWidth = 168;
constexpr std::int64_t kScaleWidth = 260;
constexpr std::int64_t kTick = 4;

/// Wide maps are mostly looked at reduced.
std::int64_t legend_unit(std::uint32_t map_width) {
  constexpr std::uint32_t kWide = 1200;
  return map_width < kWide ? 1 : 2;
}

/// The colours of the scores from kFirst to kLast, with the anchors named.
void draw_scale(Canvas& canvas, const Box& box, std::int64_t unit) {
  constexpr double kFirst = 45;
  constexpr double kLast = 95;
  constexpr double kMeanBrightness = 0.5;
  const auto width = static_cast<double>(box.width);
  for (std::int64_t x = 0; x < box.width; ++x) {
    const double score = kFirst + (kLast - kFirst) * (static_cast<double>(x) + 0.5) / width;
    canvas.fill({box.x + x, box.y, 1, box.height}, lit(kMeanBrightness, score_colour(score)));
  }
  for (const auto& [score, colour] : kScoreAnchors) {
    const auto name = fixed(score, 0);
    const auto x = box.x + std::lround((score - kFirst) / (kLast - kFirst) * width);
    canvas.fill({x, box.y + box.height, unit, kTick * unit}, kInk);
    canvas.text(x - text_width(name, kTextScale * unit) / 2, box.y + kLine * unit, name, kTextScale * unit,
                kInk);
  }
}

}  // namespace

Size legend_size(std::uint32_t map_width) {
  const auto unit = legend_unit(map_width);
  return {static_cast<std::uint32_t>(unit * (kMargin + kWordsWidth + kMargin + kScaleWidth + kMargin)),
          static_cast<std::uint32_t>(unit * (kMargin + kLine + text_height(kTextScale) + kMargin))};
}

void draw_legend(Canvas& canvas, std::int64_t top, std::uint32_t map_width,
                 const metric::Similarity& similarity) {
  const auto unit = legend_unit(map_width);
  const auto scale = kTextScale * unit;
  const auto left = kMargin * unit;
  const auto y = top + kMargin * unit;
  canvas.text(left, y, "SCORE " + fixed(similarity.score, 2), scale, kInk);
  canvas.text(left, y + kLine * unit, "WORST " + fixed(similarity.worst().score, 2), scale, kInk);
  draw_scale(canvas, {left + (kWordsWidth + kMargin) * unit, y, kScaleWidth * unit, text_height(scale)},
             unit);
}

}  // namespace frugal::cli
