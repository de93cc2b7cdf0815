// Sharing a number of bytes over many outputs so that the worst of them looks as good as can be: which
// qualities to try next, and what to choose of all that was tried. Figures only; `share_out` runs the
// encodes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace frugal::batch {

/// What an output came to at one quality. Scores are SSIMULACRA2.
struct Trial {
  double score = 0;  ///< reached; 100 where the source's own bytes are the result
  std::uint64_t bytes = 0;
};

/// One output, as far as it is known.
struct Portion {
  std::map<double, Trial> trials;  ///< by the quality that was asked for
  bool flat = false;               ///< it comes out the same at any quality
  std::optional<double> barred;    ///< from this quality on nothing can be made of it

  /// A size for any quality, in bytes: log-linear between the trials, and beyond them as a typical picture's.
  /// There must be a trial.
  double predicted_bytes(double quality) const;
};

/// The qualities that are tried, and their grain: finer steps are not worth an encode.
inline constexpr double kLeastQuality = 10;
inline constexpr double kBestQuality = 95;
inline constexpr double kQualityGrain = 0.1;

/// One quality for each portion, all that have a trial: the choice with the highest worst score that `budget`
/// bytes allow, the room that is left given to those with the lowest scores. Nothing where none fits.
/// Portions without a trial count no bytes and have no meaning in the result.
std::optional<std::vector<double>> best_choice(std::span<const Portion> portions, std::uint64_t budget);

/// The least bytes that any choice takes.
std::uint64_t least_bytes(std::span<const Portion> portions);

/// What to try next, for each portion that is to be tried; all empty once there is nothing more to gain.
/// `most`: the highest quality wanted.
std::vector<std::optional<double>> next_trials(std::span<const Portion> portions, std::uint64_t budget,
                                               double most);

}  // namespace frugal::batch
