#include "adapt/guide.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "adapt/model.hpp"

namespace frugal::adapt {

namespace {

/// How much of a colour difference's error shows in X, Y and B, and how fast that fades from scale to scale.
struct Mix {
  std::array<float, 3> channels;
  float fading;
};

// Found by descent over the bytes that photographs take as JPEG at equal score.
constexpr std::array<Mix, 3> kMixes{{{{0, 1, 0}, 0.2F}, {{0.05F, 0, 1}, 0.5F}, {{1, 0.05F, 0}, 0.5F}}};

std::vector<float> flat(const metric::Plane& plane) {
  const auto [width, height] = plane.size();
  std::vector<float> out(std::size_t{width} * height);
  for (std::size_t y = 0; y < height; ++y) {
    std::copy_n(plane.row(y), width, out.begin() + static_cast<std::ptrdiff_t>(y * width));
  }
  return out;
}

codec::Importance importance_of(const metric::Sensitivity& sensitivity) {
  codec::Importance importance{sensitivity.columns, sensitivity.rows, {}};
  const std::size_t blocks = std::size_t{sensitivity.columns} * sensitivity.rows;
  for (std::size_t p = 0; p < kMixes.size(); ++p) {
    auto& plane = importance.planes[p];
    plane.resize(blocks);
    float fading = 1;
    for (int scale = 0; scale < sensitivity.scales; ++scale, fading *= kMixes[p].fading) {
      for (std::size_t c = 0; c < 3; ++c) {
        const auto& from = sensitivity.planes[static_cast<std::size_t>(scale)][c];
        const float share = fading * kMixes[p].channels[c];
        if (from.empty() || share == 0) continue;
        for (std::size_t i = 0; i < blocks; ++i) plane[i] += share * from[i];
      }
    }
  }
  return importance;
}

/// Calls `write(out, in)` for each pixel of two pictures of the same size.
template <class Out, class In, class Write>
void each_pixel(Image& to, const Image& from, Write write) {
  for (std::uint32_t y = 0; y < to.height(); ++y) {
    auto* out = to.samples<Out>(y).data();
    const auto* in = from.samples<In>(y).data();
    for (std::uint32_t x = 0; x < to.width(); ++x, out += to.channels(), in += from.channels())
      write(out, in);
  }
}

/// The colours alone, at eight bits: what JPEG stores.
Result<Image> colours_of(const Image& image) {
  auto colours = Image::make(image.size(), image.color_channels(), 8);
  if (!colours) return colours;
  with_samples(image, [&](auto zero) {
    using Sample = decltype(zero);
    each_pixel<std::uint8_t, Sample>(*colours, image, [&](std::uint8_t* out, const Sample* in) {
      for (int c = 0; c < colours->channels(); ++c)
        out[c] = static_cast<std::uint8_t>(rescale(in[c], image.max_value(), 255));
    });
  });
  return colours;
}

/// `colours`, eight bits deep, as transparent as `image` is.
Result<Image> with_alpha_of(const Image& image, Image colours) {
  if (!image.alpha()) return colours;
  auto both = Image::make(image.size(), image.channels(), 8);
  if (!both) return both;
  const int alpha = image.channels() - 1;
  each_pixel<std::uint8_t, std::uint8_t>(
      *both, colours, [&](std::uint8_t* out, const std::uint8_t* in) { std::copy_n(in, alpha, out); });
  with_samples(image, [&](auto zero) {
    using Sample = decltype(zero);
    each_pixel<std::uint8_t, Sample>(*both, image, [&](std::uint8_t* out, const Sample* in) {
      out[alpha] = static_cast<std::uint8_t>(rescale(in[alpha], image.max_value(), 255));
    });
  });
  return both;
}

/// The quality at which a JPEG of a picture with these features is expected to score so much.
double jpeg_quality(const Features& features, bool graphic, double score) {
  const Prediction prediction(*model_of(codec::Format::jpeg, codec::Chroma::half, graphic), features);
  double low = prediction.least_quality();
  double high = prediction.most_quality();
  while (high - low > 0.5) {
    const double middle = (low + high) / 2;
    (prediction.at(Curve::loss, middle).mean > std::log(100 - score) ? low : high) = middle;
  }
  return high;
}

}  // namespace

Result<codec::Guide> guide_at(const Guided& picture, double score, int threads) {
  auto colours = colours_of(picture.image);
  if (!colours) return std::unexpected(colours.error());
  codec::EncodeParams params;
  params.quality = jpeg_quality(picture.features, picture.graphic, std::min(score, 99.0));
  params.threads = threads;
  params.chroma = codec::Chroma::half;
  auto draft = codec::of(codec::Format::jpeg).draft(*colours, params);
  if (!draft) return std::unexpected(draft.error());
  auto judged = with_alpha_of(picture.image, std::move(draft->image));
  if (!judged) return std::unexpected(judged.error());
  const auto scored = picture.reference.score(*judged, picture.metadata, threads);
  if (!scored) return std::unexpected(scored.error());
  const auto sensitivity = scored->sensitivity(threads);
  if (!sensitivity) return std::unexpected(sensitivity.error());
  return codec::Guide{importance_of(*sensitivity), {}, {}};
}

Result<codec::Guide> guide_of(const metric::Scored& scored, const codec::Draft& draft, bool slopes,
                              int threads) {
  const auto sensitivity = scored.sensitivity(threads);
  if (!sensitivity) return std::unexpected(sensitivity.error());
  codec::Guide guide{importance_of(*sensitivity), {}, draft.work};
  if (!slopes) return guide;
  auto gradient = scored.gradient(threads);
  if (!gradient && gradient.error().kind == ErrorKind::unsupported) return guide;
  if (!gradient) return std::unexpected(gradient.error());
  for (std::size_t c = 0; c < guide.slopes.size(); ++c) {
    guide.slopes[c] = flat(gradient->planes[c]);
    gradient->planes[c] = {};
  }
  return guide;
}

}  // namespace frugal::adapt
