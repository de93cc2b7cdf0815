// One still picture coded by x265 itself, without what libheif puts between.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "image/image.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::heic {

enum class Sampling : std::uint8_t { gray, half, full };  ///< 4:0:0, 4:2:0, 4:4:4

/// Y', Cb and Cr, borrowed: one byte a sample at depth 8, a native-endian std::uint16_t above.
struct StillPlanes {
  Size size;  ///< of luma: even, and no side below 64
  Sampling sampling = Sampling::half;
  int depth = 8;
  std::array<const std::uint8_t*, 3> data{};  ///< the last two are null where grey
  std::array<std::size_t, 3> strides{};       ///< bytes from row to row
};

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
/// the picture. The same for every number of threads. Errors: unsupported (depth), internal, limit.
Result<std::vector<Bytes>> code_still(const StillPlanes& planes, const StillSettings& settings);

}  // namespace frugal::codec::heic
