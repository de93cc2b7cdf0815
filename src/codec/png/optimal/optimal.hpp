// Deflating with an eye on pictures: slower and smaller than libdeflate.
#pragma once

#include "util/bytes.hpp"

namespace frugal::codec::png {

/// How hard it is tried.
struct Pains {
  int depth = 64;  ///< earlier places that are compared for each byte
  int passes = 4;  ///< over each block, with the costs that the pass before tells
};

/// `bytes` as a zlib stream (RFC 1950). The steps are those of least cost, where costs are the entropies of
/// the steps chosen before, block by block, as in zopfli (Alakuijala and Vandevenne, "Data compression using
/// Zopfli", 2013). Takes up to 64 MB beside both. Throws std::bad_alloc.
Bytes optimal_zlib(ByteView bytes, const Pains& pains);

}  // namespace frugal::codec::png
