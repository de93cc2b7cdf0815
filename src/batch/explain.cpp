#include "batch/explain.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "adapt/subject.hpp"
#include "batch/budget.hpp"
#include "batch/convert.hpp"
#include "batch/kind.hpp"
#include "batch/load.hpp"
#include "batch/terms.hpp"
#include "util/fd.hpp"

namespace frugal::batch {

namespace {

Result<Bytes> read(const ExplainOptions& options) {
  if (options.image == "-") return read_all(STDIN_FILENO);
  auto loaded = load(options.image, options.max_pixels);
  if (!loaded) return std::unexpected(loaded.error());
  return std::move(loaded->bytes);
}

/// What `keep` stands for.
codec::Format kept(const codec::Codec& source) {
  return source.encode ? source.format : codec::Format::webp;
}

/// The formats to choose from, none twice.
std::vector<const codec::Codec*> codecs_for(const ExplainOptions& options, const codec::Codec& source) {
  std::vector<const codec::Codec*> codecs;
  if (options.auto_format) {
    for (const auto& codec : codec::all()) {
      if (codec.encode) codecs.push_back(&codec);
    }
    return codecs;
  }
  for (const auto format : options.formats) {
    const auto* codec = &codec::of(format.value_or(kept(source)));
    if (std::ranges::find(codecs, codec) == codecs.end()) codecs.push_back(codec);
  }
  return codecs;
}

/// One output of the main job, in any of these formats.
Target target_of(const ExplainOptions& options, const codec::Codec& source) {
  Target target;
  for (const auto* codec : codecs_for(options, source)) {
    Target candidate;
    candidate.codec = codec;
    candidate.path = "-";
    candidate.format_stays = codec == &source;
    target.candidates.push_back(std::move(candidate));
  }
  if (target.candidates.size() > 1) return target;
  Target only = std::move(target.candidates.front());
  return only;
}

Options job_of(const ExplainOptions& options) {
  Options job;
  job.quality = options.quality;
  job.region_floor = options.region_floor;
  job.effort = options.effort;
  job.lossy_png = options.lossy_png;
  return job;
}

/// Decodes what was made and scores its regions, of which the search keeps the worst alone.
Result<void> look_at_result(Explanation& explanation, const adapt::Subject& subject, int threads) {
  const auto& made = *explanation.made;
  const codec::Limits none{.max_pixels = ~std::uint64_t{0}};
  auto decoded = made.codec->decode(made.bytes, none, threads);
  if (!decoded)
    return fail(ErrorKind::internal, "the result cannot be read back: " + decoded.error().message);
  explanation.result = std::move(decoded->image);
  explanation.result_metadata = std::move(decoded->metadata);
  if (!subject.reference()) return {};
  const auto scored = subject.reference()->score(explanation.result, explanation.result_metadata, threads);
  if (!scored) return std::unexpected(scored.error());
  explanation.similarity = scored->similarity();
  return {};
}

/// The search, as the main job does it; where that leaves the file as it is, once more to the end, to show
/// why.
Result<void> try_targets(Explanation& explanation, Picture& picture, const ExplainOptions& options,
                         int threads) {
  const auto job = job_of(options);
  const auto target = target_of(options, *explanation.source);
  const auto search_below = [&](std::optional<std::uint64_t> limit) {
    return encode(picture, codecs_of(target, job.room), settings_of(job, target, explanation.source_bytes),
                  limit, threads, clock_ms, explanation.ms);
  };
  auto subject = adapt::Subject::of(picture.image, picture.metadata, threads, clock_ms);
  if (!subject) return std::unexpected(subject.error());
  picture.subject = std::make_unique<adapt::Subject>(std::move(*subject));
  auto made = search_below(useless_from(job, target, explanation.source_bytes, *explanation.source));
  if (made && made->bytes.empty()) {
    explanation.kept_because = std::move(made->why);
    made = search_below({});
  }
  if (made) {
    explanation.made = std::move(*made);
  } else if (made.error().kind == ErrorKind::left_alone) {
    explanation.refusal = made.error().message;
  } else {
    return std::unexpected(made.error());
  }
  return {};
}

}  // namespace

Result<Explanation> explain(const ExplainOptions& options) {
  const int threads = options.jobs > 0 ? options.jobs : default_jobs();
  Explanation explanation;
  explanation.asked = options.quality;
  explanation.region_floor = options.region_floor.value_or(std::max(0.0, options.quality - kFloorBelow));
  const double start = clock_ms();
  const auto bytes = read(options);
  if (!bytes) return std::unexpected(bytes.error());
  explanation.ms.read = clock_ms() - start;
  explanation.source_bytes = bytes->size();
  const auto source = codec_of(kind_of(*bytes));
  if (!source) return std::unexpected(source.error());
  explanation.source = *source;
  auto picture = decode(*bytes, **source, MetadataPolicy::safe, codec::Limits{options.max_pixels}, threads,
                        clock_ms, explanation.ms);
  if (!picture) return std::unexpected(picture.error());
  picture->file = *bytes;
  if (auto tried = try_targets(explanation, *picture, options, threads); !tried)
    return std::unexpected(tried.error());
  if (explanation.made) {
    if (auto seen = look_at_result(explanation, *picture->subject, threads); !seen)
      return std::unexpected(seen.error());
  }
  explanation.regions = picture->subject->regions();
  picture->subject.reset();
  explanation.picture = std::move(picture->image);
  explanation.metadata = std::move(picture->metadata);
  explanation.ms.total = clock_ms() - start;
  return explanation;
}

}  // namespace frugal::batch
