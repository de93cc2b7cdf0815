// What is asked of one format's result, and whether a step of the search gives it.
#pragma once

#include <string>

#include "adapt/search.hpp"

namespace frugal::adapt {

/// How much of max_bytes a file should use, where as high a score as fits is wanted.
inline constexpr double kUsedShare = 0.97;

struct Wanted {
  Goal goal;               ///< with what decoders of the format differ by added to its scores
  double band = 0;         ///< points above the score asked for that need no further try
  double region_band = 0;  ///< the same for the worst region
  bool for_size = false;   ///< as high a score as fits, in place of as small a file as meets the goal

  /// `graphic`: of a drawn or typeset picture.
  Wanted(const Goal& asked, const codec::Codec& codec, int effort, bool graphic);

  /// What was only a try of some tiles, or no file at all, meets nothing.
  bool meets(const Step& step) const;
  bool fits(const Step& step) const { return !goal.max_bytes || step.bytes <= *goal.max_bytes; }

  /// True where that is so good that nothing else need be tried.
  bool is_met_closely(const Step& step) const;

  bool is_better(const Step& step, const Step& than) const;

  /// One short sentence about why `step` is the result.
  std::string reason_of(const Step& step) const;
};

}  // namespace frugal::adapt
