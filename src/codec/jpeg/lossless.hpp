// What can be done to a JPEG without touching its picture: turning it, and packing it more tightly.
#pragma once

#include "codec/jpeg/coefficients.hpp"
#include "image/metadata.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::jpeg {

/// Makes the coefficients those of the upright picture: exact, since a block is flipped by the signs of its
/// odd frequencies and turned by transposing it. Decoders' rounding may then differ by a few levels. Error:
/// left_alone where a side that is to be flipped is not a whole number of MCUs, so that the blocks at its end
/// are partly filled up and would become the first.
Result<void> turn(Coefficients& coefficients, Orientation orientation);

/// The same quantised coefficients, turned upright, in the smallest file of several: sequential, progressive
/// by libjpeg's standard script, and progressive by the best script found; all with Huffman tables of their
/// own. `metadata` is written in place of the file's own. Decodes to the very same pixels, or to those of
/// turned coefficients. `effort`: 1 to 9; `threads`: at most so many. Errors: those of read_coefficients and
/// write_coefficients, but left_alone for what they do not support and for what `turn` refuses.
Result<Bytes> recompress(ByteView file, const Metadata& metadata, Orientation orientation, int effort,
                         int threads);

}  // namespace frugal::codec::jpeg
