#include "metric/coded.hpp"

#include <algorithm>
#include <new>
#include <string>

#include "image/colour.hpp"
#include "util/bytes.hpp"

namespace frugal::metric {

namespace {

/// What describes the samples, if anything does: a profile for another colour model does not.
ByteView profile_in_use(const Metadata& metadata, bool gray) {
  const auto model = profile_model(metadata.icc);
  const bool foreign = model && *model != (gray ? ProfileModel::gray : ProfileModel::rgb);
  return foreign ? ByteView{} : ByteView(metadata.icc);
}

/// Primaries and transfer function.
std::pair<int, int> code_points(const Metadata& metadata) {
  constexpr std::pair kSrgb{1, 13};
  if (!metadata.cicp || means_srgb(*metadata.cicp)) return kSrgb;
  return {metadata.cicp->primaries, metadata.cicp->transfer};
}

bool same_colour(const Metadata& a, bool a_gray, const Metadata& b, bool b_gray) {
  const auto a_icc = profile_in_use(a, a_gray);
  const auto b_icc = profile_in_use(b, b_gray);
  if (!std::ranges::equal(a_icc, b_icc)) return false;
  return !a_icc.empty() || code_points(a) == code_points(b);
}

Result<Coded> coded(const Image& image, const Metadata& metadata, float background, bool as_they_are) {
  auto light = as_they_are ? Light::coded(image, background) : Light::of(image, metadata, background);
  if (!light) return std::unexpected(std::move(light.error()));
  return Coded(std::move(*light), !as_they_are);
}

std::string in_words(Size size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

}  // namespace

void Coded::row(std::uint32_t y, float* red, float* green, float* blue) const {
  const std::uint32_t width = size().width;
  light_.row(y, 0, width, red, green, blue);
  if (!to_srgb_) return;
  for (float* const plane : {red, green, blue}) std::transform(plane, plane + width, plane, srgb_coded);
}

Result<double> lower_figure(const Image& reference, const Metadata& reference_metadata,
                            const Image& distorted, const Metadata& distorted_metadata,
                            const Measure& measure) try {
  if (reference.size() != distorted.size())
    return fail(ErrorKind::usage, "pictures of " + in_words(reference.size()) + " and " +
                                      in_words(distorted.size()) + " pixels cannot be compared");
  const bool as_they_are =
      same_colour(reference_metadata, reference.gray(), distorted_metadata, distorted.gray());
  const auto figure_on = [&](float background) -> Result<double> {
    const auto a = coded(reference, reference_metadata, background, as_they_are);
    if (!a) return std::unexpected(a.error());
    const auto b = coded(distorted, distorted_metadata, background, as_they_are);
    if (!b) return std::unexpected(b.error());
    return measure(*a, *b);
  };
  const auto on_dark = figure_on(kBackgrounds[0]);
  if (!on_dark || (!translucent(reference) && !translucent(distorted))) return on_dark;
  const auto on_light = figure_on(kBackgrounds[1]);
  return on_light && *on_dark < *on_light ? on_dark : on_light;
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory to compare the pictures");
}

}  // namespace frugal::metric
