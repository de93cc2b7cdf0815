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

/// What was given to the encoder, and how.
struct Given {
  const Image& image;
  const Metadata& metadata;
  bool lossless;
  int rounding;  ///< see tolerance
};

/// Holds what the decoded result is said to be against that.
Result<void> check_frame(const Given& given, Size size, int channels, const Metadata& metadata) {
  const bool alpha = channels == 2 || channels == 4;
  if (size != given.image.size() || (alpha != given.image.alpha() && !given.lossless)) {
    return fail(ErrorKind::internal, "the result has another size or lost its transparency");
  }
  if (!given.metadata.icc.empty() && metadata.icc.empty()) {
    return fail(ErrorKind::internal, "the result lost its ICC profile");
  }
  return {};
}

std::unexpected<Error> other_pixels() {
  return fail(ErrorKind::internal, "the result has other pixels than the source");
}

std::unexpected<Error> unreadable(const Error& error) {
  return fail(ErrorKind::internal, "the result cannot be read back: " + error.message);
}

/// Of a file that was just made.
codec::Limits no_limits(codec::Room room) {
  return {.max_pixels = std::numeric_limits<std::uint64_t>::max(), .room = room};
}

metric::Similarity identical(Size size) {
  metric::Similarity similarity;
  for (const auto& area : metric::regions_of(size)) similarity.regions.push_back({100, area});
  return similarity;
}

/// Checks the result, and scores it where it is not the same picture; none where nobody asked for a score.
using Verdict = Result<std::optional<metric::Similarity>>;

Verdict judge(ByteView file, const codec::Codec& codec, const Given& given,
              const metric::Reference* reference, const codec::EncodeParams& params) {
  const auto back = codec.decode(file, no_limits(params.room), params.threads);
  if (!back) return unreadable(back.error());
  const auto& image = back->image;
  if (auto held = check_frame(given, image.size(), image.channels(), back->metadata); !held)
    return std::unexpected(held.error());
  if (given.lossless) {
    const bool same = given.rounding > 0 ? pixels_within(image, given.image, given.rounding)
                                         : same_pixels(image, given.image);
    if (!same) return other_pixels();
    if (given.rounding == 0) return identical(image.size());
  }
  if (!reference) return std::nullopt;
  const auto scored = reference->score(image, back->metadata, params.threads);
  if (!scored) return std::unexpected(scored.error());
  return scored->similarity();
}

/// The same without ever having the whole result in memory.
Verdict judge_by_rows(ByteView file, const codec::Codec& codec, const Given& given,
                      const metric::Reference* reference, const codec::EncodeParams& params) {
  const auto limits = no_limits(params.room);
  auto back = codec.open_rows(file, limits);
  if (!back && back.error().kind == ErrorKind::unsupported)
    return judge(file, codec, given, reference, params);
  if (!back) return unreadable(back.error());
  const auto& rows = *back->rows;
  if (auto held = check_frame(given, rows.size(), rows.channels(), back->metadata); !held)
    return std::unexpected(held.error());
  if (given.lossless) {
    const auto same = rows_within(*back->rows, given.image, given.rounding);
    if (!same) return unreadable(same.error());
    if (!*same) return other_pixels();
    if (given.rounding == 0) return identical(given.image.size());
    back = codec.open_rows(file, limits);
    if (!back) return unreadable(back.error());
  }
  if (!reference) return std::nullopt;
  auto scored = reference->score(*back->rows, back->metadata, params.threads);
  if (!scored && scored.error().kind == ErrorKind::damaged) return unreadable(scored.error());
  return scored;
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
  const Given given{image, metadata, params.lossless || codec.lossless(), tolerance(codec, params)};
  const bool opaque = !image.alpha() || (given.lossless && given.rounding == 0);  // or nothing to score
  const bool scored_once = !reference || reference->is_borrowed();
  const bool by_rows = params.room != codec::Room::ample && codec.open_rows && opaque && scored_once;
  auto verdict = (by_rows ? judge_by_rows : judge)(trial.bytes, codec, given, reference, params);
  if (!verdict) return std::unexpected(verdict.error());
  trial.similarity = std::move(*verdict);
  return trial;
}

}  // namespace frugal::adapt
