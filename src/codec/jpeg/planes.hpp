// A picture as JPEG's colour planes, before the transform.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/image.hpp"
#include "util/parallel.hpp"
#include "util/result.hpp"

namespace frugal::codec::jpeg {

/// One component's samples, level shifted to [−128, 127] (not clipped), padded to whole blocks by repeating
/// the last row and column.
struct SamplePlane {
  std::uint32_t width = 0;  ///< of the samples that stand for the picture
  std::uint32_t height = 0;
  std::size_t stride = 0;  ///< floats from row to row; a multiple of 8
  std::vector<float> samples;

  float* row(std::size_t y) { return samples.data() + y * stride; }
  const float* row(std::size_t y) const { return samples.data() + y * stride; }
  std::size_t padded_height() const { return stride == 0 ? 0 : samples.size() / stride; }
};

/// Whether chroma is stored at half the width and height.
enum class Sampling : std::uint8_t { full, half };

/// Rows [first, end) of a component: Y, Cb or Cr (ITU-T T.871, 7) of an opaque 8-bit picture, in the
/// resolution that it is stored in; `first` is the first of a block, `end` too, or beyond the last. Chroma of
/// half the size is chosen so that what decoders make of it (libjpeg's triangle filter) comes close to the
/// chroma given, in the sense of least squares. Throws std::bad_alloc.
SamplePlane plane_of(const Image& image, std::size_t component, Sampling sampling, std::uint32_t first,
                     std::uint32_t end);

/// An empty plane for so many samples. Throws std::bad_alloc.
SamplePlane make_plane(std::uint32_t width, std::uint32_t height);

/// Repeats the last sample of each row, and the last row, into the padding.
void pad(SamplePlane& plane);

/// To whole numbers of 8 bits, as decoders do between their steps.
void round_samples(SamplePlane& plane, int threads);

/// Calls `body(first, end)` for strips of rows, on at most so many threads.
template <class Body>
void for_strips(std::uint32_t height, int threads, const Body& body) {
  constexpr std::uint32_t kStrip = 32;
  parallel_for((height + kStrip - 1) / kStrip, threads, [&](std::size_t i) {
    const auto first = static_cast<std::uint32_t>(i) * kStrip;
    body(first, std::min(first + kStrip, height));
  });
}

/// The 8-bit picture of Y, or of Y, Cb and Cr of one size. Errors: limit (memory).
Result<Image> image_of(const std::vector<SamplePlane>& planes, int threads);

}  // namespace frugal::codec::jpeg
