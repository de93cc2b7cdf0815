#include "adapt/trial.hpp"

#include <limits>
#include <string>
#include <utility>

#include "image/compare.hpp"

namespace frugal::adapt {

namespace {

/// Levels by which a decoder's pixels may change when the blocks it decodes are turned: a step or two of
/// rounding in the transform and in the colour samples between those stored, then up to 1.77 times as much in
/// RGB.
constexpr int kTurnedRounding = 6;

/// How far the pixels of a lossless result may differ from those given.
int tolerance(const codec::Codec& codec, const codec::EncodeParams& params) {
  const bool turned =
      !codec.has_lossless && params.origin && params.origin->orientation != Orientation::upright;
  return turned ? kTurnedRounding : 0;
}

/// Holds the decoded result against what was given to the encoder.
Result<void> check(const codec::Decoded& back, const Image& given, const Metadata& metadata, bool lossless,
                   int rounding) {
  if (back.image.size() != given.size() || (back.image.alpha() != given.alpha() && !lossless)) {
    return fail(ErrorKind::internal, "the result has another size or lost its transparency");
  }
  if (!metadata.icc.empty() && back.metadata.icc.empty()) {
    return fail(ErrorKind::internal, "the result lost its ICC profile");
  }
  const bool same = !lossless || (rounding > 0 ? pixels_within(back.image, given, rounding)
                                               : same_pixels(back.image, given));
  if (!same) {
    return fail(ErrorKind::internal, "the result has other pixels than the source");
  }
  return {};
}

metric::Similarity identical(Size size) {
  metric::Similarity similarity;
  for (const auto& area : metric::regions_of(size)) similarity.regions.push_back({100, area});
  return similarity;
}

}  // namespace

Result<Trial> try_out(const Image& image, const Metadata& metadata, const codec::Codec& codec,
                      const codec::EncodeParams& params, const metric::Reference* reference, Clock clock,
                      Costs& costs) {
  Trial trial;
  {
    const Stopwatch watch(clock, costs.encode);
    auto bytes = codec.encode(image, metadata, params);
    if (!bytes) return std::unexpected(bytes.error());
    trial.bytes = std::move(*bytes);
  }
  const Stopwatch watch(clock, costs.score);
  const codec::Limits none{.max_pixels = std::numeric_limits<std::uint64_t>::max()};
  const auto back = codec.decode(trial.bytes, none, params.threads);
  if (!back) return fail(ErrorKind::internal, "the result cannot be read back: " + back.error().message);
  const bool lossless = params.lossless || codec.lossless();
  const int rounding = tolerance(codec, params);
  if (auto held = check(*back, image, metadata, lossless, rounding); !held)
    return std::unexpected(held.error());
  if (lossless && rounding == 0) {
    trial.similarity = identical(image.size());
    return trial;
  }
  if (!reference) return trial;
  const auto scored = reference->score(back->image, back->metadata, params.threads);
  if (!scored) return std::unexpected(scored.error());
  trial.similarity = scored->similarity();
  return trial;
}

}  // namespace frugal::adapt
