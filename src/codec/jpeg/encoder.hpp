// From a picture, or from another JPEG's coefficients, to the coefficients of the file to be written: bits go
// where errors are seen.
#pragma once

#include "codec/codec.hpp"
#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/layer.hpp"
#include "codec/jpeg/recipe.hpp"
#include "image/image.hpp"

namespace frugal::codec::jpeg {

/// Without a guide the blocks' own texture says where errors hide. Blocks that are not kept are of no use
/// afterwards: where a file stored them, the new ones take their place. `draft`: what the guide was made
/// from. Throws std::bad_alloc.
Coefficients quantised(Source& source, const Recipe& recipe, int threads);
Coefficients quantised(const Source& source, const Recipe& recipe, const Guide& guide,
                       const Coefficients& draft, int threads);

/// The picture that decoders make of `coefficients`, to within rounding. Errors: limit (memory).
Result<Image> reconstructed(const Coefficients& coefficients, int threads);

/// About how many bits a file takes for them.
double estimated_bits(const Coefficients& coefficients, int threads);

}  // namespace frugal::codec::jpeg
