// The writing half of the WebP codec; see codec::Codec for what it promises.
#pragma once

#include "codec/codec.hpp"

namespace frugal::codec::webp {

/// What EncodeParams::near_lossless may be, at most: libwebp drops up to so many bits where a pixel differs
/// from its neighbours.
inline constexpr int kNearLosslessLevels = 5;

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params);

}  // namespace frugal::codec::webp
