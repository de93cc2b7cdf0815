// Deflating by zopfli, where the build has it: slowly, to less than libdeflate makes of flat pictures.
#pragma once

#include <string>

#include "util/bytes.hpp"

namespace frugal::codec::png {

/// `bytes` as a zlib stream (RFC 1950), the same on every machine; empty where the build has no zopfli.
/// `iterations`: from 1 on. Works on a million bytes at a time. Throws std::bad_alloc.
Bytes zopfli_zlib(ByteView bytes, int iterations);

/// "zopfli" (its header has no version), or nothing where the build has none.
std::string zopfli_library();

}  // namespace frugal::codec::png
