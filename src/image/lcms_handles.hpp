// Owners of lcms2's handles, for the files that use it.
#pragma once

#include <lcms2.h>

#include <memory>

#include "image/colour.hpp"
#include "util/bytes.hpp"

namespace frugal::lcms {

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

/// Null for what is no profile. No part of what is read from it takes more memory than a whole profile of the
/// size that files may have (codec::kMostProfile) needs.
Profile open_profile(ByteView icc);

}  // namespace frugal::lcms
