#include "batch/transcode.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "adapt/quality.hpp"
#include "codec/fit.hpp"
#include "image/compare.hpp"
#include "image/exif.hpp"
#include "image/orient.hpp"

namespace frugal::batch {

namespace {

/// Adds the time between its making and its end to one of the timings.
class Stopwatch {
 public:
  Stopwatch(Clock clock, double& sum) : clock_(clock), sum_(sum), start_(clock()) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() { sum_ += clock_() - start_; }

 private:
  Clock clock_;
  double& sum_;
  double start_;
};

void apply(MetadataPolicy policy, Metadata& metadata) {
  metadata.orientation = Orientation::upright;
  switch (policy) {
    case MetadataPolicy::safe:
      metadata.exif = safe_exif(metadata.exif);
      metadata.xmp.clear();
      break;
    case MetadataPolicy::all:
      metadata.exif = upright_exif(metadata.exif);
      break;
    case MetadataPolicy::none:
      metadata.exif.clear();
      metadata.xmp.clear();
      metadata.density.reset();
      break;
  }
}

std::string list_of(const std::vector<std::string>& phrases) {
  std::string list;
  for (const auto& phrase : phrases) list += (list.empty() ? "" : ", ") + phrase;
  return list;
}

/// Holds the decoded result against what was given to the encoder.
Result<void> verify(ByteView bytes, const Image& given, const Metadata& metadata, const codec::Codec& target,
                    int threads) {
  const codec::Limits none{.max_pixels = std::numeric_limits<std::uint64_t>::max()};
  auto back = target.decode(bytes, none, threads);
  if (!back) return fail(ErrorKind::internal, "the result cannot be read back: " + back.error().message);
  const bool same_shape = back->image.size() == given.size() && back->image.alpha() == given.alpha();
  if (!same_shape && !target.lossless()) {
    return fail(ErrorKind::internal, "the result has another size or lost its transparency");
  }
  if (!metadata.icc.empty() && back->metadata.icc.empty()) {
    return fail(ErrorKind::internal, "the result lost its ICC profile");
  }
  if (target.lossless() && !same_pixels(back->image, given)) {
    return fail(ErrorKind::internal, "the result has other pixels than the source");
  }
  return {};
}

}  // namespace

Result<Picture> decode(ByteView file, const codec::Codec& source, MetadataPolicy policy,
                       const codec::Limits& limits, int threads, Clock clock, Timings& ms) {
  const Stopwatch watch(clock, ms.decode);
  auto decoded = source.decode(file, limits, threads);
  if (!decoded) return std::unexpected(decoded.error());
  auto upright = make_upright(std::move(decoded->image), decoded->metadata.orientation);
  if (!upright) return std::unexpected(upright.error());
  apply(policy, decoded->metadata);
  return Picture{std::move(*upright), std::move(decoded->metadata), std::move(decoded->extras),
                 source.format};
}

Result<Made> encode(Picture picture, const codec::Codec& target, const Settings& settings, int threads,
                    Clock clock, Timings& ms) {
  if (!target.encode) {
    return fail(ErrorKind::left_alone,
                std::string(target.label) + " is read but not written; -f names another format");
  }
  if ((picture.format == target.format || settings.source_goes) && !picture.extras.empty()) {
    return fail(ErrorKind::left_alone, list_of(picture.extras) + " would be lost");
  }
  auto image = codec::fit(std::move(picture.image), picture.metadata, target);
  if (!image) return std::unexpected(image.error());
  Made made;
  made.figures.size = image->size();
  codec::EncodeParams params{.effort = settings.effort, .threads = threads};
  if (!target.lossless()) {
    const double wanted =
        settings.encoder_quality.value_or(adapt::quality_for_score(target, settings.quality));
    params.quality = target.quality.whole ? std::round(wanted) : wanted;
    made.figures.encoder_quality = params.quality;
  }
  {
    const Stopwatch watch(clock, ms.encode);
    auto bytes = target.encode(*image, picture.metadata, params);
    if (!bytes) return std::unexpected(bytes.error());
    made.bytes = std::move(*bytes);
    made.figures.encodes = 1;
  }
  const Stopwatch watch(clock, ms.score);
  if (auto held = verify(made.bytes, *image, picture.metadata, target, threads); !held)
    return std::unexpected(held.error());
  return made;
}

}  // namespace frugal::batch
