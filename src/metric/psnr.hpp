// Peak signal-to-noise ratio: how far the samples of two pictures are apart.
#pragma once

#include "image/image.hpp"
#include "image/metadata.hpp"
#include "util/result.hpp"

namespace frugal::metric {

/// The ratio of full scale to the mean squared error over all colour samples, in dB; infinity for equal
/// pictures. It is of coded values, not of light: of the samples as they are where both pictures have the
/// same colour description, else of both as sRGB. Alpha is laid over a dark and over a light grey; the lower
/// figure counts. Both pictures are upright. Errors: usage (sizes differ), those of Light::of, limit
/// (memory).
Result<double> psnr(const Image& reference, const Metadata& reference_metadata, const Image& distorted,
                    const Metadata& distorted_metadata);

}  // namespace frugal::metric
