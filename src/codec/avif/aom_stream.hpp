// One still picture coded by libaom itself, which takes what libavif does not hand on: how finely each
// superblock is to be quantized.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codec/ycbcr.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::avif {

/// Pixels, the side of a superblock.
inline constexpr std::uint32_t kSuperblock = 64;

/// libaom's speed at which it would heed no map.
inline constexpr int kSpeedWithoutMap = 9;

/// The number of superblocks along a side.
constexpr std::uint32_t superblocks(std::uint32_t side) {
  return (side + kSuperblock - 1) / kSuperblock;
}

/// Quantizers are AV1's indices (base_q_idx; AV1, 7.12.2), 1 to 255.
struct StillSettings {
  int base = 1;                 ///< of the picture: what filters and matrices go by
  std::vector<int> quantizers;  ///< of each superblock, row by row
  int speed = 6;                ///< libaom's, below kSpeedWithoutMap
  int threads = 1;              ///< at most; they work on tiles
  int log2_tile_columns = 0;
  int log2_tile_rows = 0;
};

/// True where this build has libaom, and the one that was loaded takes a map as the one it was built with
/// did: it is no part of libaom's stable interface.
bool takes_map();

/// "libaom v3.14.1"; empty where this build has none.
std::string aom_name();

/// The picture, in full range, as a temporal unit with its sequence header (AV1, 7.5). The same for every
/// number of threads. Errors: limit (memory), internal: among others where the map was not taken.
Result<Bytes> code_still(const StillPlanes& planes, const StillSettings& settings);

}  // namespace frugal::codec::avif
