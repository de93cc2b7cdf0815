#include "metric/light.hpp"

#include <doctest/doctest.h>
#include <lcms2.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "image/colour.hpp"
#include "metric_fixture.hpp"

namespace frugal::metric {
namespace {

using codec::error_of;
using codec::mentions;
using codec::painted;

using Profile = std::unique_ptr<std::remove_pointer_t<cmsHPROFILE>, decltype(&cmsCloseProfile)>;
using Curve = std::unique_ptr<cmsToneCurve, decltype(&cmsFreeToneCurve)>;
using Color = std::array<float, 3>;

constexpr Chromaticities kP3{{0.3127, 0.3290}, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
constexpr cmsCIExyY kD65{0.3127, 0.3290, 1};

double srgb_light(double coded) {
  return coded <= 0.04045 ? coded / 12.92 : std::pow((coded + 0.055) / 1.055, 2.4);
}

/// A picture of one row in which every sample of the depth appears, each channel in its own order; alpha
/// last.
Image ramp(int channels, int depth) {
  const std::uint32_t count = 1U << depth;
  return painted({count, 1}, channels, depth, [=](std::uint32_t x, std::uint32_t, int c) {
    const std::array orders{x, count - 1 - x, x ^ (count / 2), x ^ 1U};
    return orders[static_cast<std::size_t>(c)];
  });
}

/// The picture with an alpha channel that is opaque everywhere, or `alpha(x)`.
Image with_alpha(const Image& image, const std::function<std::uint32_t(std::uint32_t)>& alpha) {
  const auto samples = codec::samples_of(image);
  const int colors = image.channels();
  return painted(image.size(), colors + 1, image.depth(), [&](std::uint32_t x, std::uint32_t y, int c) {
    return c == colors ? alpha(x) : samples[(y * image.width() + x) * colors + c];
  });
}

Light light_of(const Image& image, const Metadata& metadata = {}, float background = 0.1F) {
  auto light = Light::of(image, metadata, background);
  REQUIRE_MESSAGE(light.has_value(), light.error().message);
  return std::move(*light);
}

std::vector<Color> row_of(const Light& light, std::uint32_t y = 0) {
  const std::uint32_t width = light.size().width;
  std::array<std::vector<float>, 3> planes;
  for (auto& plane : planes) plane.resize(width);
  light.row(y, 0, width, planes[0].data(), planes[1].data(), planes[2].data());
  std::vector<Color> colors;
  for (std::size_t x = 0; x < width; ++x) colors.push_back({planes[0][x], planes[1][x], planes[2][x]});
  return colors;
}

std::vector<Color> row_of(const Image& image, const Metadata& metadata = {}, float background = 0.1F) {
  return row_of(light_of(image, metadata, background));
}

double distance(const std::vector<Color>& a, const std::vector<Color>& b) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) most = std::max(most, std::abs(double{a[i][c]} - double{b[i][c]}));
  }
  return most;
}

/// The light of `coded`'s colours after sRGB's formula.
std::vector<Color> by_formula(const std::vector<Color>& coded) {
  std::vector<Color> light;
  for (const Color& color : coded) {
    auto& out = light.emplace_back();
    for (std::size_t c = 0; c < 3; ++c) out[c] = static_cast<float>(srgb_light(double{color[c]}));
  }
  return light;
}

std::vector<Color> coded_row(const Image& image, float background = 0.1F) {
  auto coded = Light::coded(image, background);
  REQUIRE(coded.has_value());
  return row_of(*coded);
}

Bytes saved(const Profile& profile) {
  REQUIRE(profile);
  cmsUInt32Number size = 0;
  REQUIRE(cmsSaveProfileToMem(profile.get(), nullptr, &size));
  Bytes bytes(size);
  REQUIRE(cmsSaveProfileToMem(profile.get(), bytes.data(), &size));
  return bytes;
}

/// What lcms2 makes of the RGB picture's first row: linear light of sRGB's primaries, in floats.
std::vector<Color> by_lcms(const Image& image, ByteView icc) {
  const Curve line(cmsBuildGamma(nullptr, 1), &cmsFreeToneCurve);
  const cmsCIExyYTRIPLE primaries{{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
  const std::array<cmsToneCurve*, 3> lines{line.get(), line.get(), line.get()};
  const Profile target(cmsCreateRGBProfile(&kD65, &primaries, lines.data()), &cmsCloseProfile);
  const Profile source(cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size())),
                       &cmsCloseProfile);
  REQUIRE(source);
  const std::unique_ptr<void, decltype(&cmsDeleteTransform)> transform(
      cmsCreateTransform(source.get(), TYPE_RGB_FLT, target.get(), TYPE_RGB_FLT, INTENT_RELATIVE_COLORIMETRIC,
                         cmsFLAGS_NOOPTIMIZE),
      &cmsDeleteTransform);
  REQUIRE(transform);
  const auto coded = coded_row(image);
  std::vector<Color> light(coded.size());
  cmsDoTransform(transform.get(), coded.data(), light.data(), static_cast<cmsUInt32Number>(coded.size()));
  return light;
}

TEST_CASE("without a description, samples are sRGB by its formula at every depth") {
  for (const int depth : {8, 10, 12, 16}) {
    CAPTURE(depth);
    const auto image = ramp(3, depth);
    const auto light = row_of(image);
    const double max = image.max_value();
    double worst = 0;
    for (std::size_t x = 0; x < light.size(); ++x)
      worst = std::max(worst, std::abs(double{light[x][0]} - srgb_light(static_cast<double>(x) / max)));
    CHECK(worst < 6e-8);
    CHECK(distance(light, by_formula(coded_row(image))) < 3e-7);
    CHECK(light.front() == Color{0, 1, light[light.size() / 2][0]});
  }
}

TEST_CASE("the same colours are the same light at 8 and at 16 bits") {
  for (const auto& metadata : {Metadata{}, with_profile(gamma_profile(kP3, 2.2))})
    CHECK(row_of(ramp(3, 8), metadata) == row_of(widened(ramp(3, 8)), metadata));
}

TEST_CASE("grey is equal red, green and blue, with the curve of its profile") {
  const auto gray = ramp(1, 8);
  const auto rgb = painted(gray.size(), 3, 8, [](std::uint32_t x, std::uint32_t, int) { return x; });
  CHECK(row_of(gray) == row_of(rgb));
  CHECK(distance(row_of(gray, with_profile(gray_gamma_profile(1.0))), coded_row(gray)) < 1e-7);
  const auto squared = row_of(gray, with_profile(gray_gamma_profile(2.0)));
  CHECK(squared[51][1] == doctest::Approx(0.04));
  const Metadata linear = with_code_points({12, 8, 0});
  CHECK(distance(row_of(gray, linear), coded_row(gray)) < 1e-7);
}

TEST_CASE("part of a row is what stands there") {
  for (int channels = 1; channels <= 4; ++channels) {
    const auto image = painted({7, 3}, channels, 8, [](std::uint32_t x, std::uint32_t y, int c) {
      return 10 * x + 70 * y + static_cast<std::uint32_t>(c);
    });
    const auto light = light_of(image);
    const auto whole = row_of(light, 2);
    std::array<float, 3> red{};
    std::array<float, 3> green{};
    std::array<float, 3> blue{};
    light.row(2, 4, 3, red.data(), green.data(), blue.data());
    for (std::size_t i = 0; i < 3; ++i) CHECK(whole[i + 4] == Color{red[i], green[i], blue[i]});
  }
}

TEST_CASE("a picture is translucent when one pixel of it is") {
  for (const int depth : {8, 10, 16}) {
    for (const int colors : {1, 3}) {
      const auto image = ramp(colors, depth);
      const std::uint32_t max = image.max_value();
      CHECK_FALSE(translucent(image));
      CHECK_FALSE(translucent(with_alpha(image, [=](std::uint32_t) { return max; })));
      CHECK(translucent(with_alpha(image, [=](std::uint32_t x) { return x == max ? max - 1 : max; })));
      CHECK(translucent(with_alpha(image, [=](std::uint32_t) { return 0U; })));
    }
  }
}

TEST_CASE("alpha that is opaque everywhere changes nothing") {
  for (const int depth : {8, 16}) {
    for (const int colors : {1, 3}) {
      const auto image = ramp(colors, depth);
      const auto opaque = with_alpha(image, [&](std::uint32_t) { return image.max_value(); });
      CHECK(row_of(image) == row_of(opaque, {}, 0.9F));
    }
  }
}

TEST_CASE("translucent pixels are laid over the background in coded values") {
  for (const float background : {0.1F, 0.9F}) {
    const auto image = painted({3, 1}, 4, 8, [](std::uint32_t x, std::uint32_t, int c) {
      return c == 3 ? std::array{0U, 51U, 255U}[x] : std::array{200U, 100U, 0U}[static_cast<std::size_t>(c)];
    });
    const auto light = row_of(image, {}, background);
    for (std::size_t c = 0; c < 3; ++c) {
      const double color = std::array{200, 100, 0}[c] / 255.;
      CHECK(light[0][c] == doctest::Approx(srgb_light(double{background})).epsilon(1e-5));
      CHECK(std::abs(light[1][c] - srgb_light(color * 0.2 + double{background} * 0.8)) < 2e-7);
      CHECK(std::abs(light[2][c] - srgb_light(color)) < 2e-7);
    }
  }
}

TEST_CASE("blended values are as exact as whole ones") {
  for (const int depth : {8, 12, 16}) {
    for (const int colors : {1, 3}) {
      const auto image = ramp(colors, depth);
      const auto blended = with_alpha(image, [](std::uint32_t x) { return x; });
      CHECK(distance(row_of(blended, {}, 0.9F), by_formula(coded_row(blended, 0.9F))) < 3e-7);
    }
  }
}

TEST_CASE("Display P3 has its known colours in light of the sRGB primaries") {
  const auto corners = painted({4, 1}, 3, 8, [](std::uint32_t x, std::uint32_t, int c) {
    return x == 3 || x == static_cast<std::uint32_t>(c) ? 255U : 0U;
  });
  const Metadata code_points = with_code_points({12, 13, 0});
  // The inverse of the matrix in CSS Color 4, section 18: columns are the light of P3's red, green and blue.
  const std::vector<Color> expected{{1.2249402F, -0.0420570F, -0.0196376F},
                                    {-0.2249402F, 1.0420570F, -0.0786361F},
                                    {0, 0, 1.0982736F},
                                    {1, 1, 1}};
  CHECK(distance(row_of(corners, code_points), expected) < 1e-4);
  CHECK(distance(row_of(corners, with_profile(profile_for({12, 13, 0}))), expected) < 1e-4);
  CHECK(row_of(corners, code_points) == row_of(corners, with_profile(profile_for({12, 13, 0}))));
}

TEST_CASE("matrix profiles give the light that lcms2 gives") {
  for (const auto& icc :
       {gamma_profile(kP3, 2.2), codec::rgb_profile(), gamma_profile(kSrgbChromaticities, 1.8),
        profile_for({9, 1, 0}), profile_for({4, 4, 0}), profile_for({1, 13, 0})}) {
    for (const int depth : {8, 16}) {
      const auto image = ramp(3, depth);
      CHECK(distance(row_of(image, with_profile(icc)), by_lcms(image, icc)) < 1e-4);
    }
  }
}

TEST_CASE("each channel follows its own curve, given by a formula or by a table") {
  std::vector<std::uint16_t> squares(300);
  for (std::size_t i = 0; i < squares.size(); ++i)
    squares[i] = static_cast<std::uint16_t>(std::lround(65535. * static_cast<double>(i * i) / (299. * 299.)));
  const Curve line(cmsBuildGamma(nullptr, 1), &cmsFreeToneCurve);
  const Curve table(cmsBuildTabulatedToneCurve16(nullptr, 300, squares.data()), &cmsFreeToneCurve);
  const Curve cube(cmsBuildGamma(nullptr, 3), &cmsFreeToneCurve);
  const std::array<cmsToneCurve*, 3> curves{line.get(), table.get(), cube.get()};
  const cmsCIExyYTRIPLE primaries{{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
  const Profile profile(cmsCreateRGBProfile(&kD65, &primaries, curves.data()), &cmsCloseProfile);
  const Metadata metadata = with_profile(saved(profile));
  for (const int depth : {8, 16}) {
    const auto image = ramp(3, depth);
    const auto coded = coded_row(image);
    const auto light = row_of(image, metadata);
    CHECK(distance(light, by_lcms(image, metadata.icc)) < 1e-4);
    const std::size_t some = light.size() / 3;
    const auto [red, green, blue] = coded[some];
    CHECK(light[some][0] == doctest::Approx(red).epsilon(1e-4));
    CHECK(light[some][1] == doctest::Approx(green * green).epsilon(1e-3));
    CHECK(light[some][2] == doctest::Approx(blue * blue * blue).epsilon(1e-3));
  }
}

/// A profile without tone curves and colorants, that works by AToB0 alone: `gamma`, then sRGB's colorants.
Bytes table_profile(double gamma) {
  const Profile profile(cmsCreateProfilePlaceholder(nullptr), &cmsCloseProfile);
  cmsSetProfileVersion(profile.get(), 4.3);
  cmsSetDeviceClass(profile.get(), cmsSigDisplayClass);
  cmsSetColorSpace(profile.get(), cmsSigRgbData);
  cmsSetPCS(profile.get(), cmsSigXYZData);
  const Curve curve(cmsBuildGamma(nullptr, gamma), &cmsFreeToneCurve);
  const std::array<cmsToneCurve*, 3> curves{curve.get(), curve.get(), curve.get()};
  std::array<double, 9> colorants{0.43604, 0.38511, 0.14305, 0.22248, 0.71691,
                                  0.06061, 0.01392, 0.09707, 0.71391};
  for (double& value : colorants)
    value *= 32768. / 65535;  // the PCS's scale ends near 2 (ICC.1:2022, 6.3.4.2)
  const std::unique_ptr<cmsPipeline, decltype(&cmsPipelineFree)> pipeline(cmsPipelineAlloc(nullptr, 3, 3),
                                                                          &cmsPipelineFree);
  cmsPipelineInsertStage(pipeline.get(), cmsAT_END, cmsStageAllocToneCurves(nullptr, 3, curves.data()));
  cmsPipelineInsertStage(pipeline.get(), cmsAT_END,
                         cmsStageAllocMatrix(nullptr, 3, 3, colorants.data(), nullptr));
  cmsPipelineInsertStage(pipeline.get(), cmsAT_END, cmsStageAllocToneCurves(nullptr, 3, nullptr));
  REQUIRE(cmsWriteTag(profile.get(), cmsSigAToB0Tag, pipeline.get()));
  REQUIRE(cmsWriteTag(profile.get(), cmsSigMediaWhitePointTag, cmsD50_XYZ()));
  return saved(profile);
}

/// A profile of some hundred bytes with a table of `side`³ colours, or so it says.
Bytes claiming_profile(std::uint8_t side) {
  const Profile profile(cmsCreateProfilePlaceholder(nullptr), &cmsCloseProfile);
  cmsSetProfileVersion(profile.get(), 4.3);
  cmsSetDeviceClass(profile.get(), cmsSigInputClass);
  cmsSetColorSpace(profile.get(), cmsSigRgbData);
  cmsSetPCS(profile.get(), cmsSigLabData);
  const std::unique_ptr<cmsPipeline, decltype(&cmsPipelineFree)> pipeline(cmsPipelineAlloc(nullptr, 3, 3),
                                                                          &cmsPipelineFree);
  const std::array<cmsUInt16Number, 24> table{};
  cmsPipelineInsertStage(pipeline.get(), cmsAT_END, cmsStageAllocToneCurves(nullptr, 3, nullptr));
  cmsPipelineInsertStage(pipeline.get(), cmsAT_END, cmsStageAllocCLut16bit(nullptr, 2, 3, 3, table.data()));
  cmsPipelineInsertStage(pipeline.get(), cmsAT_END, cmsStageAllocToneCurves(nullptr, 3, nullptr));
  REQUIRE(cmsWriteTag(profile.get(), cmsSigAToB0Tag, pipeline.get()));
  auto bytes = saved(profile);
  constexpr std::array<std::uint8_t, 4> kGrid{2, 2, 2, 0};
  const auto grid = std::ranges::search(bytes, kGrid).begin();
  REQUIRE(grid != bytes.end());
  std::fill_n(grid, 3, side);
  return bytes;
}

std::uint64_t peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
}

TEST_CASE("memory is not set aside for a table that a profile claims and does not have") {
  const auto image = painted({4, 4}, 3, 8, [](std::uint32_t x, std::uint32_t, int) { return x; });
  CHECK(lut_to_srgb(image, claiming_profile(2)).has_value());
  const auto hostile = claiming_profile(250);
  CHECK(hostile.size() < 1000);
  // In a process of its own, whose peak is what it had when it began.
  const pid_t id = ::fork();
  if (id == 0) {
    const auto before = peak_memory();
    const bool refused = !lut_to_srgb(image, hostile);
    std::_Exit(refused && peak_memory() - before < (40U << 20) ? EXIT_SUCCESS : EXIT_FAILURE);
  }
  int status = 0;
  REQUIRE(::waitpid(id, &status, 0) == id);
  CHECK(status == 0);
}

TEST_CASE("profiles that work by tables are honoured, with alpha kept") {
  const Metadata metadata = with_profile(table_profile(2.0));
  for (const int depth : {8, 10, 16}) {
    CAPTURE(depth);
    const auto image = ramp(3, depth);
    const auto light = row_of(image, metadata);
    CHECK(distance(light, by_lcms(image, metadata.icc)) < 1e-4);
    const auto clear =
        with_alpha(image, [&](std::uint32_t x) { return x % 2 == 0 ? 0U : image.max_value(); });
    const auto on_gray = row_of(clear, metadata, 0.9F);
    for (std::size_t c = 0; c < 3; ++c) {
      CHECK(on_gray[100][c] == doctest::Approx(srgb_light(0.9)).epsilon(1e-5));
      CHECK(std::abs(on_gray[101][c] - light[101][c]) < 1e-6);
    }
  }
}

TEST_CASE("light that is moved to other rows of its picture is theirs") {
  for (const auto& metadata : {Metadata{}, with_profile(table_profile(2.0))}) {
    auto rows = ramp(3, 8);
    const auto expected = row_of(rows, metadata);
    const auto above = Image::make(rows.size(), 3, 8);
    REQUIRE(above.has_value());
    auto light = Light::of_rows(*above, 0, false, metadata, kBackgrounds.front());
    REQUIRE(light.has_value());
    REQUIRE(light->move(rows, 40, metadata).has_value());
    std::array<float, 3> pixel{};
    for (std::uint32_t x = 0; x < rows.width(); ++x) {
      light->row(40, x, 1, &pixel[0], &pixel[1], &pixel[2]);
      CHECK(pixel == expected[x]);
    }
  }
}

TEST_CASE("a grey profile whose curve is lightness is honoured") {
  const Curve line(cmsBuildGamma(nullptr, 1), &cmsFreeToneCurve);
  const Profile profile(cmsCreateGrayProfile(cmsD50_xyY(), line.get()), &cmsCloseProfile);
  cmsSetPCS(profile.get(), cmsSigLabData);
  for (const auto& [red, green, blue] : {row_of(ramp(1, 8), with_profile(saved(profile)))[51]}) {
    CHECK(std::abs(red - 0.029891) < 1e-4);  // CIE 1976 L* 20
    CHECK(std::abs(green - 0.029891) < 1e-4);
    CHECK(std::abs(blue - 0.029891) < 1e-4);
  }
}

TEST_CASE("both common sets of sRGB's colorants are sRGB's primaries") {
  const Profile profile(cmsCreate_sRGBProfile(), &cmsCloseProfile);
  const cmsCIEXYZ red{0.43607, 0.22249, 0.01392};
  const cmsCIEXYZ green{0.38515, 0.71687, 0.09708};
  const cmsCIEXYZ blue{0.14307, 0.06061, 0.71410};
  REQUIRE(cmsWriteTag(profile.get(), cmsSigRedColorantTag, &red));
  REQUIRE(cmsWriteTag(profile.get(), cmsSigGreenColorantTag, &green));
  REQUIRE(cmsWriteTag(profile.get(), cmsSigBlueColorantTag, &blue));
  const auto image = ramp(3, 8);
  CHECK(distance(row_of(image, with_profile(saved(profile))), row_of(image)) < 2e-5);
}

TEST_CASE("an sRGB profile and sRGB code points mean the same as nothing") {
  const auto image = ramp(3, 8);
  const Profile srgb(cmsCreate_sRGBProfile(), &cmsCloseProfile);
  CHECK(distance(row_of(image, with_profile(saved(srgb))), row_of(image)) < 2e-5);
  CHECK(row_of(image, with_code_points({1, 13, 0})) == row_of(image));
}

TEST_CASE("a profile for another colour model describes nothing") {
  const auto gray = ramp(1, 8);
  const auto rgb = ramp(3, 8);
  CHECK(row_of(gray, with_profile(codec::rgb_profile())) == row_of(gray));
  CHECK(row_of(rgb, with_profile(gray_gamma_profile(1.0))) == row_of(rgb));
  Metadata both = with_profile(gray_gamma_profile(1.0));
  both.cicp = Cicp{12, 13, 0};
  CHECK(row_of(rgb, both) == row_of(rgb, with_code_points({12, 13, 0})));
  both.icc = gamma_profile(kSrgbChromaticities, 1.0);
  CHECK(row_of(rgb, both) == row_of(rgb, with_profile(both.icc)));
}

TEST_CASE("HDR and meaningless code points are refused") {
  for (const auto cicp : {Cicp{9, 16, 9}, Cicp{9, 18, 9}, Cicp{1, 16, 1}, Cicp{22, 13, 0}, Cicp{1, 17, 0}}) {
    const Metadata metadata = with_code_points(cicp);
    for (const int channels : {1, 3}) {
      const auto image = ramp(channels, 8);
      if (channels == 1 && cicp.primaries == 22) continue;
      const Error error = error_of(Light::of(image, metadata, 0.1F));
      CHECK(error.kind == ErrorKind::unsupported);
      CHECK(mentions(error, "HDR") == (cicp.transfer == 16 || cicp.transfer == 18));
    }
  }
}

TEST_CASE("a profile that cannot be used is damaged") {
  const auto refused = [](const Image& image, Bytes icc) {
    CHECK(error_of(Light::of(image, with_profile(std::move(icc)), 0.1F)).kind == ErrorKind::damaged);
  };
  const auto image = ramp(3, 8);
  const auto text = as_bytes("no profile, only some text");
  refused(image, Bytes(text.begin(), text.end()));
  refused(image, codec::first_bytes(gamma_profile(kP3, 2.2), 200));
  const Profile empty(cmsCreateProfilePlaceholder(nullptr), &cmsCloseProfile);
  cmsSetDeviceClass(empty.get(), cmsSigDisplayClass);
  cmsSetPCS(empty.get(), cmsSigXYZData);
  cmsSetColorSpace(empty.get(), cmsSigRgbData);
  refused(image, saved(empty));
  cmsSetColorSpace(empty.get(), cmsSigGrayData);
  refused(ramp(1, 8), saved(empty));
}

TEST_CASE("a curve of blinding light is no curve") {
  const std::array<double, 5> blinding{2.4, 1000, 0, 0, 0};
  const Curve curve(cmsBuildParametricToneCurve(nullptr, 4, blinding.data()), &cmsFreeToneCurve);
  const Profile profile(cmsCreateGrayProfile(&kD65, curve.get()), &cmsCloseProfile);
  CHECK(error_of(Light::of(ramp(1, 8), with_profile(saved(profile)), 0.1F)).kind == ErrorKind::damaged);
}

}  // namespace

TEST_CASE("transparent pixels show the same light whatever the picture's own coding is") {
  Image image = *Image::make({4, 1}, 4, 16);
  for (auto& sample : image.samples<std::uint16_t>(0)) sample = 0;
  Metadata linear;
  linear.icc = gamma_profile(kSrgbChromaticities, 1.0);
  for (const float background : kBackgrounds) {
    std::array<std::array<float, 4>, 3> coded{};
    std::array<std::array<float, 4>, 3> straight{};
    const auto a = Light::of(image, {}, background);
    const auto b = Light::of(image, linear, background);
    REQUIRE(a);
    REQUIRE(b);
    a->row(0, 0, 4, coded[0].data(), coded[1].data(), coded[2].data());
    b->row(0, 0, 4, straight[0].data(), straight[1].data(), straight[2].data());
    for (std::size_t c = 0; c < 3; ++c) CHECK(straight[c][2] == doctest::Approx(coded[c][2]).epsilon(0.001));
  }
}

}  // namespace frugal::metric
