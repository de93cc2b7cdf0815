// Which parts of a picture VP8 should quantise coarsely, and which finely.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/codec.hpp"
#include "image/image.hpp"

namespace frugal::codec::webp {

/// VP8 gives each macroblock of 16×16 pixels one of so many quantizers (RFC 6386, 9.3).
inline constexpr std::size_t kMaxSegments = 4;
inline constexpr std::uint32_t kMacroblockSide = 16;

/// 8-bit samples of the picture's size.
struct LumaView {
  const std::uint8_t* data = nullptr;
  std::size_t stride = 0;  ///< from row to row
  Size size;
};

struct Segment {
  double offset = 0;  ///< ln of its quantizer step beside the picture's mean one
  double share = 0;   ///< of the macroblocks
};

/// Every macroblock's segment.
struct SegmentMap {
  std::uint32_t columns = 0;  ///< of macroblocks; the last may be narrower
  std::uint32_t rows = 0;
  std::vector<std::uint8_t> of;   ///< row by row
  std::vector<Segment> segments;  ///< 1 to kMaxSegments, none empty, from the coarsest to the finest
};

/// Quantises coarsely where there is much detail to hide errors in and, where `importance` (null: not known)
/// says so, where they matter little. `strength`: 0 (all alike) to 1. Throws std::bad_alloc.
SegmentMap segments_of(const LumaView& luma, const Importance* importance, double strength);

}  // namespace frugal::codec::webp
