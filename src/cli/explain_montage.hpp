// An explanation as one picture: the classes of its tiles and, beside them, how well each part came out.
#pragma once

#include "batch/explain.hpp"
#include "image/image.hpp"
#include "util/result.hpp"

namespace frugal::cli {

/// At left the source in the colours of its tiles' classes, with their shares; at right the score map of the
/// result, where it has scores. RGB, 8 bits, sRGB. Errors: limit (memory).
Result<Image> explain_montage(const batch::Explanation& explanation);

}  // namespace frugal::cli
