// Two picture files held against each other: `frugal compare`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/codec.hpp"
#include "image/image.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/result.hpp"

namespace frugal::batch {

enum class Metric : std::uint8_t { ssimulacra2, psnr, ms_ssim };

/// Everything a user can ask of a comparison.
struct CompareOptions {
  std::string reference;                                  ///< a file, "-" for standard input
  std::string distorted;                                  ///< a file, "-" for standard input
  std::vector<Metric> metrics{Metric::ssimulacra2};       ///< in the order of the report, none twice
  bool json = false;                                      ///< report as one JSON object, not as text
  std::string map;                                        ///< the PNG file to draw the scores to; empty: none
  int jobs = 0;                                           ///< threads; 0: one a processor
  std::uint64_t max_pixels = codec::Limits{}.max_pixels;  ///< of one picture
};

/// What one metric says of the whole picture.
struct Score {
  Metric metric = Metric::ssimulacra2;
  double value = 0;  ///< SSIMULACRA2 score; PSNR in dB, infinite for equal pictures; MS-SSIM up to 1
};

struct Comparison {
  Size size;                                     ///< of both, upright
  std::vector<Score> scores;                     ///< one for each of CompareOptions::metrics, in their order
  std::optional<metric::Similarity> similarity;  ///< where SSIMULACRA2 was asked for
  Image distorted;                               ///< upright
  double decode_seconds = 0;                     ///< wall time of reading and decoding both
  double score_seconds = 0;                      ///< wall time of the metrics
};

/// Reads both files, turns them upright and asks each metric. Errors are about files, never about usage;
/// those about one of the two begin with its printable name: missing, io, not_image, unsupported, damaged,
/// limit, left_alone (no still picture). Of the pair: unsupported (sizes differ, or the pictures are too
/// small to have a score), and those of the metrics.
Result<Comparison> compare(const CompareOptions& options);

}  // namespace frugal::batch
