#include "codec/fit.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "image/colour.hpp"
#include "image/depth.hpp"

namespace frugal::codec {

namespace {

template <class Sample>
bool opaque_rows(const Image& image) {
  const auto channels = static_cast<std::size_t>(image.channels());
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const auto row = image.samples<Sample>(y);
    for (std::size_t i = channels - 1; i < row.size(); i += channels) {
      if (row[i] != image.max_value()) return false;
    }
  }
  return true;
}

bool opaque(const Image& image) {
  return with_samples(image, [&](auto zero) { return opaque_rows<decltype(zero)>(image); });
}

/// A new picture of the same size and sample type with other channels; `copy(from, to)` moves one pixel.
template <class CopyPixel>
Result<Image> with_channels(const Image& image, int channels, CopyPixel copy) {
  auto result = Image::make(image.size(), channels, image.depth());
  if (!result) return result;
  with_samples(image, [&](auto zero) {
    using Sample = decltype(zero);
    const auto in = static_cast<std::size_t>(image.channels());
    const auto out = static_cast<std::size_t>(channels);
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      const Sample* from = image.samples<Sample>(y).data();
      Sample* to = result->template samples<Sample>(y).data();
      for (std::uint32_t x = 0; x < image.width(); ++x, from += in, to += out) copy(from, to);
    }
  });
  return result;
}

Result<Image> without_alpha(const Image& image) {
  const int channels = image.channels() - 1;
  return with_channels(image, channels,
                       [channels](const auto* from, auto* to) { std::copy_n(from, channels, to); });
}

Result<Image> as_rgb(const Image& image) {
  const bool alpha = image.alpha();
  return with_channels(image, alpha ? 4 : 3, [alpha](const auto* from, auto* to) {
    to[0] = to[1] = to[2] = from[0];
    if (alpha) to[3] = from[1];
  });
}

/// True when every sample survives the way to `depth` bits and back.
bool survives(const Image& image, int depth) {
  const std::uint32_t from = image.max_value();
  const std::uint32_t to = (1U << depth) - 1;
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const auto row = image.samples<std::uint16_t>(y);
    if (!std::ranges::all_of(row,
                             [&](std::uint32_t v) { return rescale(rescale(v, from, to), to, from) == v; })) {
      return false;
    }
  }
  return true;
}

/// "WHAT cannot be kept in TARGET", with the formats that could.
template <class Keeps>
Error lost(const std::string& what, const Codec& target, Keeps keeps) {
  std::string formats;
  for (const auto& codec : all()) {
    if (codec.encode && keeps(codec))
      formats += (formats.empty() ? "; it can in " : ", ") + std::string(codec.label);
  }
  return {ErrorKind::left_alone, what + " cannot be kept in " + std::string(target.label) + formats};
}

Result<Fitted> made(Result<Image> image) {
  if (!image) return std::unexpected(image.error());
  return Fitted(std::move(*image));
}

/// The least of the depths that codecs store which holds every sample.
Result<Fitted> fit_depth(Fitted fitted, const Codec& target) {
  const Image& image = fitted.image();
  for (const int depth : {8, 10, 12}) {
    if (depth < image.depth() && depth <= target.max_depth && survives(image, depth))
      return made(to_depth(image, depth));
  }
  if (image.depth() <= target.max_depth) return fitted;
  return std::unexpected(lost("a depth of " + std::to_string(image.depth()) + " bits", target,
                              [&](const Codec& codec) { return codec.max_depth >= image.depth(); }));
}

Result<Fitted> fit_alpha(Fitted fitted, const Codec& target) {
  const Image& image = fitted.image();
  if (!image.alpha()) return fitted;
  if (opaque(image)) return made(without_alpha(image));
  if (target.alpha) return fitted;
  return std::unexpected(lost("transparency", target, [](const Codec& codec) { return codec.alpha; }));
}

/// A grey profile describes grey pixels only: where they become RGB, they become sRGB.
Result<Fitted> fit_gray(Fitted fitted, Metadata& metadata, const Codec& target) {
  const Image& image = fitted.image();
  if (!image.gray() || target.gray) return fitted;
  if (metadata.icc.empty()) return made(as_rgb(image));
  auto converted = gray_to_srgb(image, metadata.icc);
  if (converted) metadata.icc.clear();
  return made(std::move(converted));
}

/// Some writers pad profiles; the size stands in the header's first four bytes (ICC.1:2022, 7.2.2), and
/// libpng refuses what does not match it.
void trim_profile(Bytes& icc) {
  if (icc.size() < 4) return icc.clear();
  const std::size_t size =
      std::size_t{icc[0]} << 24 | std::size_t{icc[1]} << 16 | std::size_t{icc[2]} << 8 | icc[3];
  if (size < icc.size()) icc.resize(size);
}

/// A profile for another model than the samples have (some writers embed one) describes nothing: viewers
/// ignore it.
void drop_foreign_profile(const Image& image, Metadata& metadata) {
  trim_profile(metadata.icc);
  if (metadata.icc.empty()) return;
  const auto model = profile_model(metadata.icc);
  if (model != (image.gray() ? ProfileModel::gray : ProfileModel::rgb)) metadata.icc.clear();
}

Result<void> fit_color(const Image& image, Metadata& metadata, const Codec& target) {
  if (!metadata.icc.empty() || !metadata.cicp || means_srgb(*metadata.cicp)) {
    metadata.cicp.reset();
    return {};
  }
  if (target.cicp) return {};
  metadata.icc = image.gray() ? gray_profile_for(*metadata.cicp) : profile_for(*metadata.cicp);
  if (metadata.icc.empty())
    return std::unexpected(
        lost("HDR or unusual colour (CICP)", target, [](const Codec& codec) { return codec.cicp; }));
  metadata.cicp.reset();
  return {};
}

Result<void> fit_size(Size size, const Codec& target) {
  const auto side = std::max(size.width, size.height);
  if (side <= target.max_side) return {};
  return fail(ErrorKind::left_alone, "a side of " + std::to_string(side) + " pixels is more than the " +
                                         std::to_string(target.max_side) + " that " +
                                         std::string(target.label) + " holds");
}

Result<Fitted> fit_all(Fitted given, Metadata& metadata, const Codec& target) {
  drop_foreign_profile(given.image(), metadata);
  if (auto size = fit_size(given.image().size(), target); !size) return std::unexpected(size.error());
  auto fitted = fit_alpha(std::move(given), target);
  if (fitted) fitted = fit_depth(std::move(*fitted), target);
  if (fitted) fitted = fit_gray(std::move(*fitted), metadata, target);
  if (!fitted) return fitted;
  if (auto color = fit_color(fitted->image(), metadata, target); !color)
    return std::unexpected(color.error());
  return fitted;
}

}  // namespace

Result<Fitted> fit(const Image& image, Metadata& metadata, const Codec& target) {
  return fit_all(Fitted(image), metadata, target);
}

Result<Fitted> fit(Image&& image, Metadata& metadata, const Codec& target) {
  return fit_all(Fitted(std::move(image)), metadata, target);
}

}  // namespace frugal::codec
