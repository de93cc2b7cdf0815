#include "image/colour.hpp"

#include <lcms2.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace frugal {

namespace {

struct CloseProfile {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
using Profile = std::unique_ptr<void, CloseProfile>;

struct FreeCurve {
  void operator()(cmsToneCurve* curve) const { cmsFreeToneCurve(curve); }
};
using Curve = std::unique_ptr<cmsToneCurve, FreeCurve>;

struct DeleteTransform {
  void operator()(void* transform) const { cmsDeleteTransform(transform); }
};
using Transform = std::unique_ptr<void, DeleteTransform>;

Profile open_profile(ByteView icc) {
  if (icc.empty() || icc.size() > kMaxIccBytes) return nullptr;
  return Profile(cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size())));
}

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

/// lcms2's name for the memory layout of `channels` interleaved samples in native 8- or 16-bit words.
cmsUInt32Number layout(int channels, bool wide) {
  const bool alpha = channels == 2 || channels == 4;
  const auto color = static_cast<cmsUInt32Number>(channels) - (alpha ? 1U : 0U);
  return COLORSPACE_SH(color == 1 ? PT_GRAY : PT_RGB) | CHANNELS_SH(color) | EXTRA_SH(alpha ? 1U : 0U) |
         BYTES_SH(wide ? 2U : 1U);
}

/// lcms2 reads 16-bit words as the range 0 to 65535: samples of 9 to 15 bits are stretched to it, and back.
void rescale_row(std::span<std::uint16_t> row, std::uint32_t from_max, std::uint32_t to_max) {
  for (auto& sample : row) {
    sample = static_cast<std::uint16_t>((std::uint64_t{sample} * to_max + from_max / 2) / from_max);
  }
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
  const cmsCIExyY white{kD65[0], kD65[1], 1.0};
  const Profile profile(curve ? cmsCreateGrayProfile(&white, curve.get()) : nullptr);
  return profile ? save_profile(profile.get()) : Bytes{};
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

Result<Image> gray_to_srgb(const Image& image, ByteView icc) {
  const auto source = open_profile(icc);
  const Profile srgb(cmsCreate_sRGBProfile());
  const bool wide = image.depth() > 8;
  const int channels = image.alpha() ? 4 : 3;
  const Transform transform(source && srgb
                                ? cmsCreateTransform(source.get(), layout(image.channels(), wide), srgb.get(),
                                                     layout(channels, wide), INTENT_PERCEPTUAL,
                                                     cmsFLAGS_COPY_ALPHA | cmsFLAGS_NOCACHE)
                                : nullptr);
  if (!transform) return fail(ErrorKind::damaged, "its ICC profile cannot be used");
  auto result = Image::make(image.size(), channels, image.depth());
  if (!result) return result;
  const bool stretched = wide && image.depth() < 16;
  std::vector<std::uint16_t> line(stretched ? image.samples_per_row() : 0);
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const void* input = image.row(y);
    if (stretched) {
      std::ranges::copy(image.samples<std::uint16_t>(y), line.begin());
      rescale_row(line, image.max_value(), 65535);
      input = line.data();
    }
    cmsDoTransform(transform.get(), input, result->row(y), image.width());
    if (stretched) rescale_row(result->samples<std::uint16_t>(y), 65535, image.max_value());
  }
  return result;
}

}  // namespace frugal
