#include "image/linear_colour.hpp"

#include <lcms2.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>

#include "image/colour.hpp"
#include "image/lcms_handles.hpp"

namespace frugal {

namespace {

using lcms::open_profile;
using lcms::Profile;
using lcms::Transform;

/// sRGB's colorants (the columns red, green, blue): BT.709's primaries and D65, by xy, adapted to the profile
/// connection space's D50 by the Bradford transform (ICC.1:2022, E.2).
constexpr Matrix3 kSrgbColorants{{{0.43604125, 0.38511291, 0.14304584},
                                  {0.22248454, 0.71690508, 0.06061038},
                                  {0.01392019, 0.09706724, 0.71391257}}};

/// By Cramer's rule; `m` must be regular.
constexpr Matrix3 inverse(const Matrix3& m) {
  const auto cofactor = [&m](std::size_t row, std::size_t column) {
    const std::size_t r1 = (row + 1) % 3, r2 = (row + 2) % 3, c1 = (column + 1) % 3, c2 = (column + 2) % 3;
    return m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
  };
  const double determinant = m[0][0] * cofactor(0, 0) + m[0][1] * cofactor(0, 1) + m[0][2] * cofactor(0, 2);
  Matrix3 result{};
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t c = 0; c < 3; ++c) result[r][c] = cofactor(c, r) / determinant;
  }
  return result;
}

constexpr Matrix3 product(const Matrix3& a, const Matrix3& b) {
  Matrix3 result{};
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t c = 0; c < 3; ++c)
      result[r][c] = a[r][0] * b[0][c] + a[r][1] * b[1][c] + a[r][2] * b[2][c];
  }
  return result;
}

/// True when `m` differs from the identity by no more than sRGB's profiles differ among each other: two sets
/// of colorants are common, with a D50 that is 0.0002 apart.
bool nearly_identity(const Matrix3& m) {
  constexpr double kTolerance = 4e-4;
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t c = 0; c < 3; ++c) {
      if (std::abs(m[r][c] - (r == c ? 1 : 0)) > kTolerance) return false;
    }
  }
  return true;
}

double srgb_light(double coded) {
  return coded <= 0.04045 ? coded / 12.92 : std::pow((coded + 0.055) / 1.055, 2.4);
}

/// Entries at equal distances, with straight lines between them. (lcms2 would round the result to 16 bits.)
ToneCurve table_curve(const cmsToneCurve* curve) {
  const std::span entries(cmsGetToneCurveEstimatedTable(curve), cmsGetToneCurveEstimatedTableEntries(curve));
  return [table = std::vector<std::uint16_t>(entries.begin(), entries.end())](double coded) {
    const double place = coded * static_cast<double>(table.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(place), table.size() - 2);
    const double rest = place - static_cast<double>(below);
    return (table[below] + (table[below + 1] - table[below]) * rest) / 65535;
  };
}

/// Empty where the profile has no such curve.
ToneCurve tone_curve(cmsHPROFILE profile, cmsTagSignature tag) {
  const auto* const curve = static_cast<const cmsToneCurve*>(cmsReadTag(profile, tag));
  if (!curve) return nullptr;
  if (cmsGetToneCurveParametricType(curve) == 0 && cmsGetToneCurveEstimatedTableEntries(curve) >= 2)
    return table_curve(curve);
  const std::shared_ptr<const cmsToneCurve> copy(cmsDupToneCurve(curve), lcms::FreeCurve());
  if (!copy) return nullptr;
  return
      [copy](double coded) { return double{cmsEvalToneCurveFloat(copy.get(), static_cast<float>(coded))}; };
}

std::optional<Matrix3> colorants_of(cmsHPROFILE profile) {
  Matrix3 result{};
  std::size_t column = 0;
  for (const auto tag : {cmsSigRedColorantTag, cmsSigGreenColorantTag, cmsSigBlueColorantTag}) {
    const auto* const color = static_cast<const cmsCIEXYZ*>(cmsReadTag(profile, tag));
    if (!color) return std::nullopt;
    result[0][column] = color->X;
    result[1][column] = color->Y;
    result[2][column] = color->Z;
    ++column;
  }
  return result;
}

std::optional<LinearRule> gray_rule(cmsHPROFILE profile) {
  auto curve = tone_curve(profile, cmsSigGrayTRCTag);
  if (!curve) return std::nullopt;
  return LinearRule{{std::move(curve)}, std::nullopt};
}

std::optional<LinearRule> rgb_rule(cmsHPROFILE profile) {
  LinearRule rule;
  const void* shared = cmsReadTag(profile, cmsSigRedTRCTag);  // profiles often store one curve for all
  bool one = true;
  for (const auto tag : {cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag}) {
    one = one && cmsReadTag(profile, tag) == shared;
    rule.curves.push_back(tone_curve(profile, tag));
    if (!rule.curves.back()) return std::nullopt;
  }
  if (one) rule.curves.resize(1);
  const auto colorants = colorants_of(profile);
  if (!colorants) return std::nullopt;
  rule.matrix = product(inverse(kSrgbColorants), *colorants);
  if (nearly_identity(*rule.matrix)) rule.matrix.reset();
  return rule;
}

/// Whether lcms2 takes the profile's look-up tables for relative colorimetric input (and so we have to), or a
/// grey curve whose values are not light.
bool works_by_tables(cmsHPROFILE profile, bool gray) {
  return cmsIsTag(profile, cmsSigAToB0Tag) || cmsIsTag(profile, cmsSigAToB1Tag) ||
         cmsIsTag(profile, cmsSigDToB1Tag) || (gray && cmsGetPCS(profile) != cmsSigXYZData);
}

std::unexpected<Error> unusable() {
  return fail(ErrorKind::damaged, "its ICC profile cannot be used");
}

Result<std::optional<LinearRule>> rule_of_profile(ByteView icc, bool gray) {
  const auto profile = open_profile(icc);
  if (!profile) return unusable();
  if (works_by_tables(profile.get(), gray)) return std::nullopt;
  auto rule = gray ? gray_rule(profile.get()) : rgb_rule(profile.get());
  if (!rule) return unusable();
  return rule;
}

Result<std::optional<LinearRule>> rule_of_code_points(const Cicp& cicp, bool gray) {
  if (means_srgb(cicp)) return srgb_rule();
  if (cicp.transfer == 16 || cicp.transfer == 18)
    return fail(ErrorKind::unsupported,
                "a picture with an HDR transfer function (PQ or HLG) cannot be scored");
  const Bytes icc = gray ? gray_profile_for(cicp) : profile_for(cicp);
  if (icc.empty())
    return fail(ErrorKind::unsupported, "a picture with the colour code points " +
                                            std::to_string(cicp.primaries) + "/" +
                                            std::to_string(cicp.transfer) + " (CICP) cannot be scored");
  return rule_of_profile(icc, gray);
}

/// The channels [first, first + count) of row `y` on the scale 0 to 65535, pixel by pixel at every `step`th
/// place of `out`.
void widen(const Image& image, std::uint32_t y, int first, int count, std::uint16_t* out, int step) {
  with_samples(image, [&](auto zero) {
    const auto* pixel = image.samples<decltype(zero)>(y).data() + first;
    for (std::uint32_t x = 0; x < image.width(); ++x, pixel += image.channels(), out += step) {
      for (int c = 0; c < count; ++c)
        out[c] = static_cast<std::uint16_t>(rescale(pixel[c], image.max_value(), 65535));
    }
  });
}

}  // namespace

LinearRule srgb_rule() {
  return {{srgb_light}, std::nullopt};
}

float srgb_coded(float light) {
  const float clipped = std::clamp(light, 0.0F, 1.0F);
  return clipped <= 0.0031308F ? clipped * 12.92F : 1.055F * std::pow(clipped, 1 / 2.4F) - 0.055F;
}

Result<std::optional<LinearRule>> linear_rule(const Metadata& metadata, bool gray) {
  if (!metadata.icc.empty()) {
    const auto model = profile_model(metadata.icc);
    if (!model) return unusable();
    if (model == (gray ? ProfileModel::gray : ProfileModel::rgb)) return rule_of_profile(metadata.icc, gray);
  }
  if (metadata.cicp) return rule_of_code_points(*metadata.cicp, gray);
  return srgb_rule();
}

Result<Image> lut_to_srgb(const Image& image, ByteView icc) try {
  const auto source = open_profile(icc);
  const Profile srgb(cmsCreate_sRGBProfile());
  const Transform transform(source && srgb
                                ? cmsCreateTransform(source.get(), image.gray() ? TYPE_GRAY_16 : TYPE_RGB_16,
                                                     srgb.get(), image.alpha() ? TYPE_RGBA_16 : TYPE_RGB_16,
                                                     INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE)
                                : nullptr);
  if (!transform) return unusable();
  auto result = Image::make(image.size(), image.alpha() ? 4 : 3, 16);
  if (!result) return result;
  const int colors = image.color_channels();
  std::vector<std::uint16_t> row(std::size_t{image.width()} * static_cast<std::size_t>(colors));
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    auto* const out = result->samples<std::uint16_t>(y).data();
    widen(image, y, 0, colors, row.data(), colors);
    cmsDoTransform(transform.get(), row.data(), out, image.width());
    if (image.alpha()) widen(image, y, colors, 1, out + 3, 4);
  }
  return result;
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory to convert its colours");
}

}  // namespace frugal
