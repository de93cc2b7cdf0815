// One still picture coded by x265 itself, without what libheif puts between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "codec/ycbcr.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::heic {

/// x265's settings by its own names.
struct StillSettings {
  std::string preset;
  std::string tune;
  std::vector<std::pair<std::string, std::string>> options;  ///< as on its command line, without dashes
  /// Added to the quantizer of each block of kOffsetBlock × kOffsetBlock pixels, row by row; empty for none.
  std::vector<float> offsets;
  float offset = 0;  ///< added to that of every block; heeded, as those are, with adaptive quantization only
};

/// Pixels, the side of the blocks for which x265 takes offsets.
inline constexpr std::uint32_t kOffsetBlock = 16;

/// The number of such blocks along a side.
constexpr std::uint32_t offset_blocks(std::uint32_t side) {
  return (side + kOffsetBlock - 1) / kOffsetBlock;
}

/// True where the x265 that was loaded codes samples so deep.
bool codes_depth(int depth);

/// "3.5+1-f0c1022b6 (build 199)"
std::string x265_version();

/// The units of a byte stream (NAL units without start codes; Rec. ITU-T H.265, 7.3.1): parameter sets, then
/// the picture. The picture's sides must be even, and none below 64. The same for every number of threads.
/// Errors: unsupported (depth), internal, limit.
Result<std::vector<Bytes>> code_still(const StillPlanes& planes, const StillSettings& settings);

}  // namespace frugal::codec::heic
