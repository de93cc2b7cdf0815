// The steps of a search as a chart: the encoder's quality against the score.
#pragma once

#include <span>
#include <string>

#include "adapt/search.hpp"

namespace frugal::cli {

/// The score to aim at, and what no region may fall below.
struct Aim {
  double score = 80;
  double floor = 75;
};

/// An SVG with a point a step of `codec`, numbered from 1 in the order of all; empty where none of them has
/// an encoder's quality to be told apart by. Lossless steps are not in it, nor other codecs', whose qualities
/// are another scale.
std::string explain_chart(std::span<const adapt::Step> steps, const codec::Codec& codec, const Aim& aim);

}  // namespace frugal::cli
