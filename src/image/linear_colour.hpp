// From coded samples to linear light: the forward direction of a colour description.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "image/image.hpp"
#include "image/metadata.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal {

/// Light of a coded value in [0, 1]; 1.0 is diffuse white.
using ToneCurve = std::function<double(double)>;

/// Rows of a 3×3 matrix.
using Matrix3 = std::array<std::array<double, 3>, 3>;

/// How coded values become linear light of the sRGB primaries (ITU-R BT.709, D65): a tone curve for each
/// channel, then a matrix. Colours outside sRGB get values below 0 or above 1. Copies are independent of each
/// other.
struct LinearRule {
  std::vector<ToneCurve> curves;  ///< one for all channels, or red's, green's and blue's
  std::optional<Matrix3> matrix;  ///< empty where the primaries are sRGB's
};

/// sRGB (IEC 61966-2-1).
LinearRule srgb_rule();

/// The coded value, in [0, 1], of linear light by sRGB's formula; light outside [0, 1] is clipped.
float srgb_coded(float light);

/// The rule for grey or RGB samples that `metadata` describes: by its ICC profile, else by its code points,
/// else sRGB. A profile for another colour model than the samples have describes nothing. Empty for a profile
/// that works by look-up tables: `lut_to_srgb` serves for it.
///
/// Matrix/TRC profiles are read after ICC.1:2022, 8.3.3 and F.3. Errors: damaged (the profile cannot be
/// used), unsupported (HDR transfer functions, code points without a meaning).
Result<std::optional<LinearRule>> linear_rule(const Metadata& metadata, bool gray);

/// Converts a picture described by the profile `icc` to sRGB of 16 bits, with three colour channels, through
/// lcms2, relative colorimetric; alpha stays. Slow (0.3 s a megapixel): lcms2's shortcuts are off in the
/// shadows. Errors: damaged (the profile cannot be used), limit (memory).
Result<Image> lut_to_srgb(const Image& image, ByteView icc);

}  // namespace frugal
