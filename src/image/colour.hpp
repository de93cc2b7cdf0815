// Colour descriptions: ICC profiles, code points and gamma values, and exact questions about them.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "image/image.hpp"
#include "image/metadata.hpp"
#include "util/bytes.hpp"

namespace frugal {

/// The colour model that a profile is for.
enum class ProfileModel : std::uint8_t { gray, rgb, other };

/// The model named in the profile's header. Empty when it is no profile that can be used as an input profile.
std::optional<ProfileModel> profile_model(ByteView icc);

/// CIE 1931 xy of the white point and of the three primaries.
struct Chromaticities {
  std::array<double, 2> white;
  std::array<double, 2> red;
  std::array<double, 2> green;
  std::array<double, 2> blue;
};

/// ITU-R BT.709 primaries with the D65 white point: sRGB's.
inline constexpr Chromaticities kSrgbChromaticities{
    {0.3127, 0.3290}, {0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}};

/// An ICC profile for RGB with these primaries and the plain power curve x^gamma (decoding exponent, 0.1 to
/// 10). Empty when there is no such profile (primaries on one line).
Bytes gamma_profile(const Chromaticities& chromaticities, double gamma);

/// A grey ICC profile with the white point D65 and the plain power curve x^gamma.
Bytes gray_gamma_profile(double gamma);

/// True for code points that describe sRGB, or say nothing (which everybody reads as sRGB).
bool means_srgb(const Cicp& cicp);

/// An ICC profile for code points with an SDR transfer function. Empty for HDR (PQ, HLG) and for unknown
/// points.
Bytes profile_for(const Cicp& cicp);

/// As profile_for, for grey pixels: a grey profile.
Bytes gray_profile_for(const Cicp& cicp);

/// Converts a grey picture (with or without alpha) described by the grey profile `icc` to RGB in sRGB,
/// through lcms2, perceptual intent. Errors: damaged (the profile cannot be used), limit (memory).
Result<Image> gray_to_srgb(const Image& image, ByteView icc);

/// The run-time version of the library behind it, as in "lcms2 2.14".
std::string colour_library();

}  // namespace frugal
