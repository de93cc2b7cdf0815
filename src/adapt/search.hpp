// The search for the smallest file of one format that looks as good as asked, in every region.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapt/subject.hpp"
#include "codec/codec.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::adapt {

/// From this effort on it is looked where errors show before anything is encoded whole.
inline constexpr int kDraftEffort = 4;

/// Encodes of the whole picture, for one output of one format; a few more where a size is given.
inline constexpr int kMostEncodes = 5;

/// From this score on hardly anything lossy is left, and lossless is always tried.
inline constexpr double kNearlyLossless = 96;

/// What is asked of a result. Scores are SSIMULACRA2.
struct Goal {
  /// The whole picture's least score; none: as high as `max_bytes` allows.
  std::optional<double> score = 80;
  double region_floor = 75;                     ///< the least score of any region
  bool keep_floor = false;                      ///< hold to it even where as high a score as fits is wanted
  std::optional<std::uint64_t> max_bytes = {};  ///< the file must not be larger
  /// A file of so many bytes or more is of no use: the search ends once nothing smaller can reach the goal.
  std::optional<std::uint64_t> useless_from = {};
};

/// How to work.
struct Means {
  int effort = 5;                            ///< 1 to 9
  int threads = 1;                           ///< at most so many
  bool lossless = false;                     ///< no search: every pixel as it is
  std::optional<double> encoder_quality;     ///< no search: the codec's own knob
  std::optional<codec::Origin> origin = {};  ///< of the subject's picture
  codec::Room room = codec::Room::ample;     ///< where it is not, the subject's scoring is sparing
};

/// One encode on the way.
struct Step {
  enum class Kind : std::uint8_t {
    probe,     ///< of some tiles only
    draft,     ///< of the whole picture, but no file: its bytes are an estimate
    full,      ///< of the whole picture
    lossless,  ///< of the whole picture, every pixel as it is
  };
  Kind kind = Kind::full;
  const codec::Codec* codec = nullptr;
  codec::EncodeParams params;
  std::optional<double> predicted;  ///< what the whole picture was expected to score at these settings
  double score = 0;                 ///< reached; for a probe, by the tiles alone
  double worst = 0;                 ///< the worst region's
  std::uint64_t bytes = 0;
  bool taken = false;  ///< this one is the result
};

/// What the search found.
struct Choice {
  const codec::Codec* codec = nullptr;
  codec::EncodeParams params;
  Bytes bytes;  ///< empty when every file that meets the goal is of no use (Goal::useless_from)
  std::optional<metric::Similarity> similarity;  ///< none where the picture has no score
  std::vector<Step> steps;                       ///< in the order in which they were done
  int encodes = 0;                               ///< of the whole picture
  std::string why;                               ///< one short sentence about what decided, for people
};

/// Finds the smallest file of `codec` that meets `goal`. Errors: those of Codec::encode; left_alone, with the
/// reason, when nothing this codec can write meets the goal; internal when a result cannot be read back.
Result<Choice> search(Subject& subject, const codec::Codec& codec, const Goal& goal, const Means& means);

/// Finds the smallest file of any of `codecs` that meets `goal`: cheap signs rule most of them out before
/// anything is encoded whole. Errors: as search, when none of them can.
Result<Choice> search_formats(Subject& subject, std::span<const codec::Codec* const> codecs, const Goal& goal,
                              const Means& means);

}  // namespace frugal::adapt
