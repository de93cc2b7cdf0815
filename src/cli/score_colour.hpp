// The colours that stand for scores.
#pragma once

#include <array>

#include "cli/canvas.hpp"

namespace frugal::cli {

struct ScoreAnchor {
  double score;
  Rgb colour;
};

/// From bad to good; lightness falls all the way, so that the scale reads without seeing hues.
inline constexpr auto kScoreAnchors = std::to_array<ScoreAnchor>(
    {{50, {252, 238, 120}}, {70, {244, 120, 40}}, {80, {150, 40, 130}}, {90, {28, 28, 110}}});

/// The colour that stands for a score: from light yellow at 50 and below through orange and purple to dark
/// blue at 90 and above.
Rgb score_colour(double score);

/// A score's colour as a picture of that brightness (0 to 1) lights it.
Rgb lit(double brightness, Rgb colour);

}  // namespace frugal::cli
