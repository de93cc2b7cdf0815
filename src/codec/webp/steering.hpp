// What libwebp must be shown, and told, to choose given quantizers.
#pragma once

#include <array>

#include "codec/webp/segments.hpp"

namespace frugal::codec::webp {

/// libwebp has no way to be given quantizers. It parts macroblocks by k-means over their "susceptibility",
/// worked out from the transform coefficients of their samples, and sets each part's quantizer by how far it
/// is from the mean: so it is shown, while it looks, a pattern of the wanted susceptibilities.
struct Steering {
  /// By how much one block of 4×4 samples in each macroblock of a segment stands out of the grey.
  std::array<int, kMaxSegments> amplitudes{};
  int chroma_amplitude = 0;                    ///< the same in blue difference, everywhere
  int sns_strength = 0;                        ///< WebPConfig's
  float quality = 0;                           ///< WebPConfig's
  std::array<int, kMaxSegments> quantizers{};  ///< what comes of it, 0 (fine) to 127
};

/// Gives these segments steps around the one that `quality`, 0 to 100, is with libwebp.
Steering steer(const std::vector<Segment>& segments, double quality);

/// 0 near libwebp's best quality, where no step can be made finer, 1 well below.
double room_for_offsets(double quality);

}  // namespace frugal::codec::webp
