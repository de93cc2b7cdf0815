// The two halves of the HEIC codec; see codec::Codec for what they promise.
#pragma once

#include "codec/codec.hpp"

namespace frugal::codec::heic {

Result<Header> read_header(ByteView file, const Limits& limits);
Result<Decoded> decode(ByteView file, const Limits& limits, int threads);
Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params);
bool heeds_guide(const Image& image, const EncodeParams& params);

}  // namespace frugal::codec::heic
