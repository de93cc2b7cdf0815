#include <algorithm>

#include "cli/apply.hpp"
#include "cli/formats.hpp"
#include "cli/option_groups.hpp"
#include "cli/presets.hpp"

namespace frugal::cli {
namespace {

using batch::Options;

constexpr auto kPresetNames = [] {
  std::array<std::string_view, kPresets.size()> names;
  std::ranges::transform(kPresets, names.begin(), &Preset::name);
  return names;
}();

/// In the order of batch::MetadataPolicy.
constexpr std::string_view kMetadata[] = {"safe", "all", "none"};

Result<void> set_quality(Options& options, std::string_view value) {
  const auto preset = std::ranges::find(kPresets, value, &Preset::name);
  const auto score = preset != kPresets.end() ? Result<double>(preset->score) : parse_number(value, 0, 100);
  if (!score) {
    return fail(ErrorKind::usage, score.error().message + ", nor one of " + join(kPresetNames));
  }
  options.quality = *score;
  return {};
}

Result<void> set_encoder_quality(Options& options, std::string_view value) {
  const auto quality = parse_number(value, 0, 100);
  if (!quality) return std::unexpected(quality.error());
  options.encoder_quality = *quality;
  return {};
}

constexpr Option kOptions[] = {
    {.name = "format",
     .letter = 'f',
     .group = Group::format,
     .value = "FORMAT,...",
     .kind = ValueKind::choices,
     .choices = format_choices,
     .list = true,
     .default_text = "keep",
     .help = "write this format, or several",
     .long_help = "The format to write. A comma-separated list writes one output in each of its formats, and "
                  "keep stands for the format that the source has.",
     .apply = with<Options, set_formats>},
    {.name = "effort",
     .letter = 'e',
     .group = Group::format,
     .value = "1..9",
     .default_text = "5",
     .help = "spend more time on smaller files, from 1 (fast) to 9 (small)",
     .long_help = "How much time to spend on making files small, from 1 (fast) to 9 (small). It changes the "
                  "size, not how good the result looks.",
     .apply = set_whole<&Options::effort, 1, 9>},
    {.name = "encoder-quality",
     .group = Group::format,
     .value = "N",
     .help = "set the encoder's own quality knob, in place of --quality",
     .long_help =
         "Sets the encoder's own quality knob, as the format's usual tools count it, in place of "
         "--quality. The same number means something else in each format, and promises nothing about "
         "how a picture looks. Lossless formats ignore it.",
     .excludes = "quality",
     .apply = with<Options, set_encoder_quality>},
    {.name = "quality",
     .letter = 'q',
     .group = Group::quality,
     .value = "SCORE",
     .kind = ValueKind::choices,
     .choices = words<kPresetNames>,
     .open = true,
     .default_text = "80",
     .help = "how good it must look: SSIMULACRA2 0-100, one scale for every format",
     .long_help = "How good it must look: SSIMULACRA2 score 0-100 on one scale for every format. For each "
                  "encoder, frugal chooses the setting at which a typical photograph reaches it.\n\n"
                  "SCORE is a number, or one of these names: low is 50, medium is 65, high is 80, and "
                  "visually-lossless is 90. At 90, the result can hardly be told from its source side by "
                  "side; at 50, faults are seen without looking for them.",
     .apply = with<Options, set_quality>},
    {.name = "metadata",
     .group = Group::metadata,
     .value = "WHICH",
     .kind = ValueKind::choices,
     .choices = words<kMetadata>,
     .default_text = "safe",
     .help = "keep this much of EXIF and XMP",
     .long_help =
         "What to keep of the data beside the picture: safe keeps the colour profile, orientation, "
         "copyright and dates, and drops GPS position, thumbnails and maker notes; all keeps EXIF and "
         "XMP as they are; none keeps only what the look depends on, colour profile and orientation.",
     .apply = set_choice<&Options::metadata, kMetadata>},
};

}  // namespace

std::span<const Option> picture_options() {
  return kOptions;
}

}  // namespace frugal::cli
