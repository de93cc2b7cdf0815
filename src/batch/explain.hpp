// What frugal sees in one picture and would make of it, without writing anything: `frugal explain`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapt/regions.hpp"
#include "batch/options.hpp"
#include "batch/transcode.hpp"
#include "codec/codec.hpp"
#include "image/image.hpp"
#include "image/metadata.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/result.hpp"

namespace frugal::batch {

/// Everything a user can ask of an explanation.
struct ExplainOptions {
  std::string image;   ///< a file, "-" for standard input
  std::string output;  ///< the page, by its extension HTML or PNG; empty: text on standard output
  bool json = false;   ///< one JSON object on standard output, not text
  std::vector<std::optional<codec::Format>> formats{std::nullopt};  ///< of these, the smallest; nullopt: keep
  bool auto_format = false;            ///< of all that can be written; `formats` is then {keep}
  double quality = kDefaultQuality;    ///< SSIMULACRA2, 0 to 100
  std::optional<double> region_floor;  ///< SSIMULACRA2; none: 5 below the quality
  int effort = 5;                      ///< 1 to 9
  bool lossy_png = false;              ///< PNG may lose colours
  int jobs = 0;                        ///< threads; 0: one a processor
  std::uint64_t max_pixels = codec::Limits{}.max_pixels;
};

/// A picture that was looked at, and what came of it.
struct Explanation {
  const codec::Codec* source = nullptr;  ///< the file's format
  std::uint64_t source_bytes = 0;
  Image picture;      ///< upright
  Metadata metadata;  ///< of `picture`
  adapt::RegionMap regions;
  double asked = 80;         ///< the score
  double region_floor = 75;  ///< the least score of a region

  std::optional<Made> made;  ///< what takes the source's place, or what would if it saved enough
  std::string refusal;       ///< why there is none
  std::string kept_because;  ///< why the file is left as it is though there is one; else empty
  Image result;              ///< `made`, decoded
  Metadata result_metadata;
  std::optional<metric::Similarity> similarity;  ///< of `result`; none where there is no score
  Timings ms;
};

/// Looks at the picture and searches as the main job would. That nothing can be made of it is no error but
/// Explanation::refusal. Errors: missing, io, not_image, unsupported, damaged, limit, left_alone (no still
/// picture), internal.
Result<Explanation> explain(const ExplainOptions& options);

}  // namespace frugal::batch
