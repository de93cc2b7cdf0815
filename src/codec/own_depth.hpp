// Photographs coded in a deeper bit depth than their own, and how they come back with theirs: of AVIF and
// HEIC.
//
// The depth that the picture had stands at the file's end, in a box of the type that anybody may define
// (ISO/IEC 14496-12, 4.2: 'uuid', an identifier of 16 bytes) and that readers who do not know it pass over:
// this one's content is one byte, the depth in bits. So what came with 8 bits comes back with 8, and can go
// into any other format.
#pragma once

#include <optional>

#include "codec/codec.hpp"
#include "image/depth.hpp"
#include "image/image.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec {

/// The depth in which a photograph's samples are coded. At 8 bits luma and chroma are rounded so coarsely
/// that AV1 needs 3 to 6 %, HEVC 7 to 10 % more bytes for the same SSIMULACRA2, though an 8-bit screen shows
/// either. What is drawn takes 2 to 9 % fewer at 8 bits: its few colours are there as they are.
inline constexpr int kPhotographDepth = 10;

/// True for an encode of a photograph that is flatter than that.
inline bool is_coded_deeper(const Image& image, const EncodeParams& params) {
  return !params.lossless && !params.drawn && image.depth() < kPhotographDepth;
}

/// Adds the box to a whole file.
void append_own_depth(Bytes& file, int depth);

/// What the box says, 8 to 16; none where there is no such box.
std::optional<int> own_depth(ByteView file);

/// `image` made as deep as photographs are coded, encoded by `encode(const Image&)`, with the box.
template <class Encode>
Result<Bytes> code_deeper(const Image& image, const Encode& encode) {
  const auto deeper = to_depth(image, kPhotographDepth);
  if (!deeper) return std::unexpected(deeper.error());
  Result<Bytes> file = encode(*deeper);
  if (file) append_own_depth(*file, image.depth());
  return file;
}

}  // namespace frugal::codec
