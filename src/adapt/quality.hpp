// From the score asked for to each codec's own quality.
#pragma once

#include "codec/codec.hpp"

namespace frugal::adapt {

/// The setting of `codec`'s own knob at which a typical photograph scores `score` (SSIMULACRA2, 0 to 100),
/// within Codec::quality. A fixed curve, the same for every picture.
double quality_for_score(const codec::Codec& codec, double score);

}  // namespace frugal::adapt
