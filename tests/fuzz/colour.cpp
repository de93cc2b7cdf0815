#include "image/colour.hpp"

#include <lcms2.h>

#include <array>
#include <cmath>

#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"
#include "image/linear_colour.hpp"

namespace frugal::fuzz {

namespace {

Outcome run(ByteView input) {
  const auto model = profile_model(input);
  Metadata metadata;
  metadata.icc.assign(input.begin(), input.end());
  for (const bool gray : {false, true}) {
    const auto rule = linear_rule(metadata, gray);
    if (rule && *rule) {
      for (const auto& curve : (*rule)->curves) {
        for (const double value : {0., 0.01, 0.5, 1.}) insist(!std::isnan(curve(value)), "light is a number");
      }
    }
    if (rule && !*rule) {
      (void)lut_to_srgb(pictures::make({.size = {5, 3}, .channels = gray ? 1 : 4, .depth = 16}), input);
    }
  }
  (void)gray_to_srgb(pictures::make({.size = {4, 4}, .channels = 2}), input);
  return model ? Outcome() : ErrorKind::damaged;
}

/// A profile that works by a table of colours alone.
Bytes table_profile() {
  cmsHPROFILE profile = cmsCreateProfilePlaceholder(nullptr);
  cmsSetProfileVersion(profile, 4.3);
  cmsSetDeviceClass(profile, cmsSigInputClass);
  cmsSetColorSpace(profile, cmsSigRgbData);
  cmsSetPCS(profile, cmsSigLabData);
  cmsPipeline* pipeline = cmsPipelineAlloc(nullptr, 3, 3);
  std::array<cmsUInt16Number, 81> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<cmsUInt16Number>(i * 800);
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(nullptr, 3, nullptr));
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocCLut16bit(nullptr, 3, 3, 3, table.data()));
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(nullptr, 3, nullptr));
  cmsWriteTag(profile, cmsSigAToB0Tag, pipeline);
  cmsWriteTag(profile, cmsSigMediaWhitePointTag, cmsD50_XYZ());
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  Bytes bytes(size);
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsPipelineFree(pipeline);
  cmsCloseProfile(profile);
  return bytes;
}

std::vector<Bytes> seeds() {
  return {full_metadata().icc,          gamma_profile(kSrgbChromaticities, 1.8),
          gray_gamma_profile(2.2),      profile_for({1, 13, 0}),
          gray_profile_for({1, 13, 0}), profile_for({9, 14, 0}),
          profile_for({12, 13, 0}),     table_profile()};
}

}  // namespace

const Harness kColour{"colour", run, seeds};

}  // namespace frugal::fuzz
