// The entries of the table of formats, one defined in each format's own file.
#pragma once

#include "codec/codec.hpp"

namespace frugal::codec {

extern const Codec kJpeg;
extern const Codec kPng;
extern const Codec kLossyPng;  ///< not in the table: asked for only
extern const Codec kWebp;
extern const Codec kAvif;
extern const Codec kHeic;
extern const Codec kTiff;

}  // namespace frugal::codec
