// Multi-scale structural similarity.
#pragma once

#include <cstdint>

#include "image/image.hpp"
#include "image/metadata.hpp"
#include "util/result.hpp"

namespace frugal::metric {

/// Pictures with a side below this have no MS-SSIM, in pixels: the window would not fit into the last scale.
inline constexpr std::uint32_t kLeastMsSsimSide = 176;

/// MS-SSIM of the luma (ITU-R BT.601) of coded values: 1 for equal pictures, 0 where nothing is alike. The
/// coded values and alpha are those of `psnr`. Both pictures are upright. `threads`: at most so many; they
/// never change a digit.
///
/// After Wang, Simoncelli and Bovik, "Multi-scale structural similarity for image quality assessment" (2003),
/// with their five weights, an 11×11 Gaussian window (σ 1.5) where it lies inside the picture, K1 = 0.01, K2
/// = 0.03, and scales made by averaging 2×2 pixels (the last row and column of an odd size counts twice).
/// Contrast and structure terms whose mean is negative count as 0.
///
/// Errors: usage (sizes differ, or a side is under kLeastMsSsimSide), those of Light::of, limit (memory).
Result<double> ms_ssim(const Image& reference, const Metadata& reference_metadata, const Image& distorted,
                       const Metadata& distorted_metadata, int threads);

}  // namespace frugal::metric
