// Between a JPEG file and its quantised coefficients.
#pragma once

#include "codec/jpeg/coefficients.hpp"
#include "image/metadata.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::jpeg {

/// The most blocks that an MCU of an interleaved scan may have (ITU-T T.81, B.2.3).
inline constexpr int kMostBlocksInMcu = 10;

/// The blocks, columns by rows, that hold samples of a picture of `size` in a component with these sampling
/// factors, where `most_horizontal` and `most_vertical` are the largest of all components (T.81, A.1.1).
Size blocks_of(Size size, int horizontal, int vertical, int most_horizontal, int most_vertical);

/// Writes a baseline (or, by its script, progressive) file with Huffman tables made for it. An empty script
/// means one sequential scan. A scan over more blocks an MCU than T.81 allows is written component by
/// component. `metadata` of an upright picture. Errors: left_alone (more metadata than a JPEG holds),
/// internal (a coefficient that JPEG has no code for, a script that breaks T.81's rules, wrong block counts).
Result<Bytes> write_coefficients(const Coefficients& coefficients, const Script& script,
                                 const Metadata& metadata);

/// Reads a grey or YCbCr file of 8 bits a sample, whose picture was decoded before: without limits. Sampling
/// factors are in their lowest terms. Errors: damaged as the codec's `decode`; unsupported for other colours,
/// coarser tables than Table holds, and progressive files that end before their low frequencies are complete,
/// which decoders touch up.
Result<Coefficients> read_coefficients(ByteView file);

}  // namespace frugal::codec::jpeg
