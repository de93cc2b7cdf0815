// From how a score reacts to a draft's errors to what its coder should know of that.
#pragma once

#include "adapt/features.hpp"
#include "codec/codec.hpp"
#include "image/image.hpp"
#include "image/metadata.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/result.hpp"

namespace frugal::adapt {

/// What `scored`, the score of `draft`'s picture, which must still be there, tells of how to go on. `slopes`:
/// as well as importance, at four times the cost. `threads`: at most so many. Errors: limit (memory).
Result<codec::Guide> guide_of(const metric::Scored& scored, const codec::Draft& draft, bool slopes,
                              int threads);

/// The picture that a guide is wanted of, upright.
struct Guided {
  const Image& image;
  const Metadata& metadata;
  const metric::Reference& reference;
  const Features& features;
  bool graphic;
};

/// Where errors show in a picture that is coded to score about `score`, for coders that do not draft
/// themselves: a JPEG of that score is drafted and judged. Only importance is told. `threads`: at most so
/// many. Errors: limit (memory).
Result<codec::Guide> guide_at(const Guided& picture, double score, int threads);

}  // namespace frugal::adapt
