// From how a score reacts to a draft's errors to what its coder should know of that.
#pragma once

#include "codec/codec.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/result.hpp"

namespace frugal::adapt {

/// What `scored`, the score of `draft`'s picture, which must still be there, tells of how to go on. `slopes`:
/// as well as importance, at four times the cost. `threads`: at most so many. Errors: limit (memory).
Result<codec::Guide> guide_of(const metric::Scored& scored, const codec::Draft& draft, bool slopes,
                              int threads);

}  // namespace frugal::adapt
