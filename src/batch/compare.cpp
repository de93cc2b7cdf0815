#include "batch/compare.hpp"

#include <unistd.h>

#include <algorithm>
#include <future>
#include <utility>

#include "batch/budget.hpp"
#include "batch/convert.hpp"
#include "batch/kind.hpp"
#include "batch/load.hpp"
#include "batch/transcode.hpp"
#include "image/linear_colour.hpp"
#include "metric/ms_ssim.hpp"
#include "metric/psnr.hpp"
#include "util/fd.hpp"
#include "util/text.hpp"

namespace frugal::batch {

namespace {

constexpr double kMillisecondsASecond = 1000;

Result<Bytes> read(const std::string& path, std::uint64_t max_pixels) {
  if (path == "-") return read_all(STDIN_FILENO);
  auto loaded = load(path, max_pixels);
  if (!loaded) return std::unexpected(loaded.error());
  return std::move(loaded->bytes);
}

/// The picture at `path`, upright. Keeps of its metadata what its look depends on.
Result<Picture> open_picture(const std::string& path, std::uint64_t max_pixels, int threads) {
  Timings unused;
  const auto bytes = read(path, max_pixels);
  const auto codec = bytes ? codec_of(kind_of(*bytes)) : std::unexpected(bytes.error());
  auto picture = codec ? decode(*bytes, **codec, MetadataPolicy::none, codec::Limits{max_pixels}, threads,
                                clock_ms, unused)
                       : std::unexpected(codec.error());
  if (!picture) return fail(picture.error().kind, printable(path) + ": " + picture.error().message);
  return picture;
}

/// Whether a score can be made of the picture's colours; the error has its name.
Result<void> check_colour(const std::string& path, const Picture& picture) {
  const auto rule = linear_rule(picture.metadata, picture.image.gray());
  if (!rule) return fail(rule.error().kind, printable(path) + ": " + rule.error().message);
  return {};
}

struct Pair {
  Picture reference;
  Picture distorted;
};

/// Opens both at once where there are threads for it. What one of them throws arrives here.
Result<Pair> open_both(const CompareOptions& options, int jobs) {
  const int threads = std::max(1, jobs / 2);
  const auto policy = jobs > 1 ? std::launch::async | std::launch::deferred : std::launch::deferred;
  auto opening = std::async(policy, open_picture, std::cref(options.distorted), options.max_pixels, threads);
  auto reference = open_picture(options.reference, options.max_pixels, threads);
  auto distorted = opening.get();
  if (!reference) return std::unexpected(reference.error());
  if (!distorted) return std::unexpected(distorted.error());
  return Pair{std::move(*reference), std::move(*distorted)};
}

std::string shown(Size size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

Result<double> score(const Pair& pair, Metric metric, int jobs, Comparison& comparison) {
  const auto& [a, b] = pair;
  switch (metric) {
    case Metric::psnr:
      return metric::psnr(a.image, a.metadata, b.image, b.metadata);
    case Metric::ms_ssim:
      return metric::ms_ssim(a.image, a.metadata, b.image, b.metadata, jobs);
    case Metric::ssimulacra2:
      break;
  }
  auto similarity = metric::ssimulacra2(a.image, a.metadata, b.image, b.metadata, jobs);
  if (!similarity) return std::unexpected(similarity.error());
  comparison.similarity = std::move(*similarity);
  return comparison.similarity->score;
}

/// What is wrong with the pictures is not what is wrong with the command line.
Error of_files(Error error) {
  if (error.kind == ErrorKind::usage) error.kind = ErrorKind::unsupported;
  return error;
}

}  // namespace

Result<Comparison> compare(const CompareOptions& options) {
  const int jobs = options.jobs > 0 ? options.jobs : default_jobs();
  Comparison comparison;
  const double start = clock_ms();
  auto pair = open_both(options, jobs);
  if (!pair) return std::unexpected(pair.error());
  comparison.size = pair->reference.image.size();
  if (const auto other = pair->distorted.image.size(); other != comparison.size) {
    return fail(ErrorKind::unsupported,
                "the pictures differ in size: " + shown(comparison.size) + " and " + shown(other));
  }
  if (std::ranges::find(options.metrics, Metric::ssimulacra2) != options.metrics.end()) {
    if (auto good = check_colour(options.reference, pair->reference); !good)
      return std::unexpected(good.error());
    if (auto good = check_colour(options.distorted, pair->distorted); !good)
      return std::unexpected(good.error());
  }
  const double decoded = clock_ms();
  comparison.decode_seconds = (decoded - start) / kMillisecondsASecond;
  for (const Metric metric : options.metrics) {
    const auto value = score(*pair, metric, jobs, comparison);
    if (!value) return std::unexpected(of_files(value.error()));
    comparison.scores.push_back({metric, *value});
  }
  comparison.score_seconds = (clock_ms() - decoded) / kMillisecondsASecond;
  comparison.distorted = std::move(pair->distorted.image);
  return comparison;
}

}  // namespace frugal::batch
