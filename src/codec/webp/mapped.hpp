// Encoding with quantizers of one's own choice for each macroblock, which libwebp does not offer.
#pragma once

#include "codec/webp/picture.hpp"
#include "codec/webp/segments.hpp"
#include "codec/webp/steering.hpp"

namespace frugal::codec::webp {

/// Encodes the YUV planes of `picture` by `config` with each macroblock quantised as its segment in `map`
/// should be by `steering`: while libwebp analyses the picture it sees a pattern that makes it choose just
/// that, and what is coded is put in its place before it is coded.
///
/// This leans on the order in which libwebp works, so what it wrote is checked. False where that is not as
/// wanted, or libwebp failed: then nothing is written, and the planes are as they were given. Throws
/// std::bad_alloc.
bool encode_mapped(Picture& picture, WebPConfig config, const SegmentMap& map, const Steering& steering);

}  // namespace frugal::codec::webp
