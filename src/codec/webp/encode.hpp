// The writing half of the WebP codec; see codec::Codec for what it promises.
#pragma once

#include "codec/codec.hpp"

namespace frugal::codec::webp {

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params);

}  // namespace frugal::codec::webp
