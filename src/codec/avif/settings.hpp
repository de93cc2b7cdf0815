// What AV1's coders are told for each encode, whether libavif calls them or we do.
#pragma once

#include "codec/avif/handles.hpp"
#include "codec/codec.hpp"
#include "util/result.hpp"

namespace frugal::codec::avif {

/// libavif's speed, which is libaom's, for an effort, 1 to 9; each step slower is smaller at the same
/// quality.
int speed_of(int effort);

/// True where a picture's chroma is stored at its full size.
bool samples_fully(const EncodeParams& params);

/// True for the best quality, which is lossless to libaom.
bool is_best(double quality);

/// How often a picture is halved into tiles.
struct Tiles {
  int log2_columns = 0;
  int log2_rows = 0;
};

/// As often as each tile has two million pixels (a halving costs about 0.2 % in bytes).
Tiles tiles_of(Size size);

/// libavif's encoder of a picture of that size. Errors: limit (memory), internal.
Result<Encoder> make_encoder(Size size, const EncodeParams& params);

}  // namespace frugal::codec::avif
