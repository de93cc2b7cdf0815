#include "cli/check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "cli/command_table.hpp"
#include "cli/numbers.hpp"

namespace frugal::cli {
namespace {

using batch::Options;

constexpr const char* kStandardStream = "-";

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

bool reads_standard_input(const Options& options) {
  return std::ranges::find(options.paths, kStandardStream) != options.paths.end();
}

Result<void> check_input(const Options& options) {
  if (options.paths.empty() && options.files_from.empty()) {
    return wrong("no PATH is given; usage: " + usage(main_job()) + " (frugal -h lists the options)");
  }
  if (std::ranges::find(options.paths, std::string{}) != options.paths.end()) {
    return wrong("a PATH is empty");
  }
  if (options.null_separated && options.files_from.empty()) {
    return wrong("--null says how names in --files-from end, which is not given");
  }
  if (reads_standard_input(options) && (options.paths.size() > 1 || !options.files_from.empty())) {
    return wrong("- (an image on standard input) cannot be mixed with other inputs");
  }
  return {};
}

Result<void> check_standard_streams(const Options& options) {
  if (reads_standard_input(options) && options.output.empty()) {
    return wrong("an image on standard input needs -o: a file name, or - for standard output");
  }
  if (options.output != kStandardStream) return {};
  if (options.jsonl == kStandardStream) {
    return wrong("--jsonl - and -o - cannot both write to standard output");
  }
  if (options.paths.size() > 1 || !options.files_from.empty() || options.formats.size() > 1) {
    return wrong("-o - (standard output) takes one input and one format");
  }
  return {};
}

/// Keeping the format without a place to write to would write over the source.
Result<void> check_destination(const Options& options) {
  if (options.in_place && options.formats.size() > 1) {
    return wrong("--in-place takes one --format, not a list");
  }
  const bool keeps = !options.auto_format &&
                     std::ranges::any_of(options.formats, [](const auto& format) { return !format; });
  const bool named = !options.output.empty() || options.in_place || !options.suffix.empty() ||
                     !options.name_template.empty();
  if (keeps && !named) {
    return wrong("nothing says where to write: -o DIR, --in-place or --suffix .min");
  }
  return {};
}

/// Of the formats' own knobs, but for lossy PNG's.
constexpr double kUsualMost = 100;

Result<void> check_lossy_png(const Options& options) {
  if (!options.lossy_png || codec::lossy_coder_of(codec::of(codec::Format::png))) return {};
  return wrong("--lossy-png: this build has no libimagequant, which chooses the colours");
}

Result<void> check_encoder_quality(const Options& options) {
  if (!options.encoder_quality) return {};
  if (options.auto_format) {
    return wrong("--encoder-quality means something else in each format, so -f auto cannot compare them");
  }
  for (const auto& format : options.formats) {
    if (!format && *options.encoder_quality > kUsualMost && !options.lossy_png)
      return wrong("--encoder-quality: no format takes more than " + shortest(kUsualMost));
    if (!format) continue;
    const auto* lossy = options.lossy_png ? codec::lossy_coder_of(codec::of(*format)) : nullptr;
    const codec::Codec& codec = lossy ? *lossy : codec::of(*format);
    const double min = codec.quality.min;
    const double max = codec.quality.max;
    if (codec.lossless() || (*options.encoder_quality >= min && *options.encoder_quality <= max)) continue;
    return wrong("--encoder-quality: " + std::string(codec.label) + " takes " +
                 std::to_string(std::lround(min)) + " to " + std::to_string(std::lround(max)));
  }
  return {};
}

/// A region's score is about as high as its picture's at most.
Result<void> check_region_floor(const Options& options) {
  const double quality = options.quality.value_or(batch::kDefaultQuality);
  const bool open = !options.quality && (options.max_size || options.total_size);
  if (open || options.region_floor.value_or(0) <= quality) return {};
  return wrong("--region-floor " + shortest(*options.region_floor) + " is above the quality, " +
               shortest(quality));
}

}  // namespace

Result<void> check(const Options& options) {
  for (const auto one : {check_input, check_standard_streams, check_destination, check_lossy_png,
                         check_encoder_quality, check_region_floor}) {
    if (auto checked = one(options); !checked) return checked;
  }
  return {};
}

}  // namespace frugal::cli
