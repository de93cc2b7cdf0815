#include "image/colour.hpp"

#include <lcms2.h>

#include <algorithm>
#include <vector>

#include "image/lcms_handles.hpp"

namespace frugal {

namespace {

using lcms::Curve;
using lcms::open_profile;
using lcms::Profile;
using lcms::Transform;

/// The profile's bytes, without the time of their making (ICC.1:2022, 7.2.10): equal input gives equal bytes.
Bytes save_profile(cmsHPROFILE profile) {
  constexpr std::size_t kDateOffset = 24;
  constexpr std::size_t kDateBytes = 12;
  constexpr std::uint8_t kAnyDate[kDateBytes] = {0x07, 0xd0, 0, 1, 0, 1};  // 2000-01-01 00:00
  cmsUInt32Number size = 0;
  if (!cmsSaveProfileToMem(profile, nullptr, &size)) return {};
  Bytes bytes(size);
  if (!cmsSaveProfileToMem(profile, bytes.data(), &size) || size < kDateOffset + kDateBytes) return {};
  std::ranges::copy(kAnyDate, bytes.begin() + kDateOffset);
  return bytes;
}

Bytes rgb_profile(const Chromaticities& chromaticities, cmsToneCurve* curve) {
  const auto xyy = [](const std::array<double, 2>& point) { return cmsCIExyY{point[0], point[1], 1.0}; };
  const auto white = xyy(chromaticities.white);
  const cmsCIExyYTRIPLE primaries{xyy(chromaticities.red), xyy(chromaticities.green),
                                  xyy(chromaticities.blue)};
  cmsToneCurve* const curves[3] = {curve, curve, curve};
  const Profile profile(cmsCreateRGBProfile(&white, &primaries, curves));
  return profile ? save_profile(profile.get()) : Bytes{};
}

/// ITU-T H.273 table 2; the video transfer functions of the BT.709 family (1, 6, 14, 15) are shown by viewers
/// of still pictures as sRGB is.
Curve curve_for(std::uint16_t transfer) {
  switch (transfer) {
    case 1:
    case 2:
    case 6:
    case 13:
    case 14:
    case 15: {
      // IEC 61966-2-1: lcms2's parametric type 4 is Y = (aX + b)^g for X >= d, else cX.
      const double srgb[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
      return Curve(cmsBuildParametricToneCurve(nullptr, 4, srgb));
    }
    case 4:
      return Curve(cmsBuildGamma(nullptr, 2.2));
    case 5:
      return Curve(cmsBuildGamma(nullptr, 2.8));
    case 8:
      return Curve(cmsBuildGamma(nullptr, 1.0));
    default:
      return nullptr;  // PQ (16), HLG (18) and the rest: an SDR profile would show another picture
  }
}

constexpr std::array<double, 2> kD65{0.3127, 0.3290};

/// ITU-T H.273 table 1.
std::optional<Chromaticities> chromaticities_of(std::uint16_t primaries) {
  switch (primaries) {
    case 1:
    case 2:
      return kSrgbChromaticities;
    case 4:
      return Chromaticities{{0.310, 0.316}, {0.67, 0.33}, {0.21, 0.71}, {0.14, 0.08}};
    case 5:
      return Chromaticities{kD65, {0.64, 0.33}, {0.29, 0.60}, {0.15, 0.06}};
    case 6:
    case 7:
      return Chromaticities{kD65, {0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}};
    case 9:
      return Chromaticities{kD65, {0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}};
    case 11:
      return Chromaticities{{0.314, 0.351}, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
    case 12:
      return Chromaticities{kD65, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
    default:
      return std::nullopt;
  }
}

Bytes gray_profile(const std::array<double, 2>& white_point, cmsToneCurve* curve) {
  const cmsCIExyY white{white_point[0], white_point[1], 1.0};
  const Profile profile(cmsCreateGrayProfile(&white, curve));
  return profile ? save_profile(profile.get()) : Bytes{};
}

/// The sRGB colours of all grey samples 0 to `max`, three values a sample on the same scale. Each is worked
/// out by itself: lcms2's own shortcut, straight lines between 33 greys, is far off in the shadows.
/// Empty when the profile cannot be used.
std::vector<std::uint16_t> srgb_of_grays(cmsHPROFILE source, std::uint32_t max) {
  const Profile srgb(cmsCreate_sRGBProfile());
  const Transform transform(srgb ? cmsCreateTransform(source, TYPE_GRAY_16, srgb.get(), TYPE_RGB_16,
                                                      INTENT_PERCEPTUAL,
                                                      cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE)
                                 : nullptr);
  if (!transform) return {};
  std::vector<std::uint16_t> grays(max + std::size_t{1});
  for (std::uint32_t value = 0; value <= max; ++value)
    grays[value] = static_cast<std::uint16_t>(rescale(value, max, 65535));
  std::vector<std::uint16_t> colors(3 * grays.size());
  cmsDoTransform(transform.get(), grays.data(), colors.data(), static_cast<cmsUInt32Number>(grays.size()));
  for (auto& value : colors) value = static_cast<std::uint16_t>(rescale(value, 65535, max));
  return colors;
}

}  // namespace

std::optional<ProfileModel> profile_model(ByteView icc) {
  const auto profile = open_profile(icc);
  if (!profile) return std::nullopt;
  switch (cmsGetColorSpace(profile.get())) {
    case cmsSigGrayData:
      return ProfileModel::gray;
    case cmsSigRgbData:
      return ProfileModel::rgb;
    default:
      return ProfileModel::other;
  }
}

Bytes gamma_profile(const Chromaticities& chromaticities, double gamma) {
  const Curve curve(cmsBuildGamma(nullptr, std::clamp(gamma, 0.1, 10.0)));
  return curve ? rgb_profile(chromaticities, curve.get()) : Bytes{};
}

Bytes gray_gamma_profile(double gamma) {
  const Curve curve(cmsBuildGamma(nullptr, std::clamp(gamma, 0.1, 10.0)));
  return curve ? gray_profile(kD65, curve.get()) : Bytes{};
}

bool means_srgb(const Cicp& cicp) {
  const bool primaries = cicp.primaries == 1 || cicp.primaries == 2;
  const bool transfer = cicp.transfer == 1 || cicp.transfer == 2 || cicp.transfer == 6 ||
                        cicp.transfer == 13 || cicp.transfer == 14 || cicp.transfer == 15;
  return primaries && transfer;
}

Bytes profile_for(const Cicp& cicp) {
  const auto chromaticities = chromaticities_of(cicp.primaries);
  const auto curve = curve_for(cicp.transfer);
  return chromaticities && curve ? rgb_profile(*chromaticities, curve.get()) : Bytes{};
}

std::string colour_library() {
  const int version = cmsGetEncodedCMMversion();  // 2140 is 2.14
  return "lcms2 " + std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

Bytes gray_profile_for(const Cicp& cicp) {
  const auto chromaticities = chromaticities_of(cicp.primaries);
  const auto curve = curve_for(cicp.transfer);
  return chromaticities && curve ? gray_profile(chromaticities->white, curve.get()) : Bytes{};
}

Result<Image> gray_to_srgb(const Image& image, ByteView icc) {
  const auto source = open_profile(icc);
  const auto colors = source ? srgb_of_grays(source.get(), image.max_value()) : std::vector<std::uint16_t>{};
  if (colors.empty()) return fail(ErrorKind::damaged, "its ICC profile cannot be used");
  auto result = Image::make(image.size(), image.alpha() ? 4 : 3, image.depth());
  if (!result) return result;
  with_samples(image, [&](auto zero) {
    using Sample = decltype(zero);
    const auto step = static_cast<std::size_t>(image.channels());
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      const auto from = image.samples<Sample>(y);
      auto to = result->template samples<Sample>(y).begin();
      for (std::size_t i = 0; i < from.size(); i += step) {
        for (std::size_t c = 0; c < 3; ++c) *to++ = static_cast<Sample>(colors[3 * std::size_t{from[i]} + c]);
        if (step == 2) *to++ = from[i + 1];
      }
    }
  });
  return result;
}

}  // namespace frugal
