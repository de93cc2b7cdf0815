#include "cli/apply.hpp"
#include "cli/formats.hpp"
#include "cli/option_groups.hpp"
#include "cli/presets.hpp"

namespace frugal::cli {
namespace {

using batch::Options;

/// In the order of batch::MetadataPolicy.
constexpr std::string_view kMetadata[] = {"safe", "all", "none"};

Result<void> set_quality(Options& options, std::string_view value) {
  const auto score = parse_quality(value);
  if (!score) return std::unexpected(score.error());
  options.quality = *score;
  return {};
}

Result<void> set_region_floor(Options& options, std::string_view value) {
  const auto score = parse_number(value, 0, 100);
  if (!score) return std::unexpected(score.error());
  options.region_floor = *score;
  return {};
}

/// A share of 0 percent would leave no byte.
Result<void> set_max_size(Options& options, std::string_view value) {
  const auto amount = parse_amount(value);
  if (!amount) return std::unexpected(amount.error());
  if (*amount == batch::Amount{})
    return fail(ErrorKind::usage, "'" + std::string(value) + "' leaves no byte");
  options.max_size = *amount;
  return {};
}

/// What a format takes is looked at once all options are known.
Result<void> set_encoder_quality(Options& options, std::string_view value) {
  constexpr double kMost = 320;
  const auto quality = parse_number(value, 0, kMost);
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
     .help = "write these formats",
     .long_help =
         "The format to write. A comma-separated list writes one output in each of its formats, and "
         "keep stands for the format that the source has.\n\n"
         "auto chooses for each image, among all formats that can be written, the one whose file is the "
         "smallest at the same quality, and keeps the source where none is smaller. It stands alone.",
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
    {.name = "lossless",
     .group = Group::format,
     .help = "keep every pixel exactly as it is",
     .long_help = "Keeps every pixel exactly as it is, in formats that can. A JPEG becomes a smaller JPEG of "
                  "the same picture; any other image that would go to JPEG is left alone and the reason "
                  "said, as is a JPEG that cannot be turned upright without cutting pixels off.",
     .excludes = "quality region-floor encoder-quality max-size total-size lossy-png",
     .apply = set_flag<&Options::lossless>},
    {.name = "lossy-png",
     .group = Group::format,
     .help = "let PNG lose colours too, down to the score that is asked for",
     .long_help =
         "Lets PNG lose colours: as few of them are kept as the score allows, at most 256, and where even "
         "256 would show bands, they are dithered there. Without this option, PNG keeps every pixel exactly "
         "as it is; with it, it still does so where that is smaller or nothing else reaches the score, as "
         "with most photographs. It does not change other formats.",
     .apply = set_flag<&Options::lossy_png>},
    {.name = "encoder-quality",
     .group = Group::format,
     .value = "N",
     .help = "set the encoder's own quality knob, in place of --quality",
     .long_help =
         "Sets the encoder's own quality knob, as the format's usual tools count it, in place of "
         "--quality. The same number means something else in each format, and promises nothing about "
         "how a picture looks. Lossless formats ignore it. With --lossy-png, PNG's is the number of colours, "
         "2 to 256; up to 320 dithers them more and more, and other formats take such a number as their "
         "most.",
     .excludes = "quality region-floor max-size total-size",
     .apply = with<Options, set_encoder_quality>},
    {.name = "quality",
     .letter = 'q',
     .group = Group::quality,
     .value = "SCORE",
     .kind = ValueKind::choices,
     .choices = words<kPresetNames>,
     .open = true,
     .default_text = "80",
     .help = "how good it must look: SSIMULACRA2 0-100, one scale for all formats",
     .long_help = "How good it must look: SSIMULACRA2 score 0-100 on one scale for every format. It is a "
                  "promise about the result: each output is decoded and scored, and encoded again where it "
                  "falls short, until it is the smallest that reaches the score, as a whole and, down to "
                  "--region-floor, in every region.\n\n"
                  "SCORE is a number, or one of these names: low is 50, medium is 65, high is 80, and "
                  "visually-lossless is 90. At 90, the result can hardly be told from its source side by "
                  "side; at 50, faults are seen without looking for them.\n\n"
                  "With --max-size or --total-size it is the most that is aimed at.",
     .apply = with<Options, set_quality>},
    {.name = "region-floor",
     .group = Group::quality,
     .value = "SCORE",
     .default_text = "quality - 5",
     .help = "the least score of any region of a picture",
     .long_help =
         "The least SSIMULACRA2 score that any region of a picture may have. A region is a window of "
         "128x128 pixels, one every 64 pixels.",
     .apply = with<Options, set_region_floor>},
    {.name = "max-size",
     .group = Group::quality,
     .value = "SIZE",
     .help = "make no output larger than this: 200k, or 60% of its source",
     .long_help =
         "Makes no output larger than SIZE (a number of bytes, or one with k or M, which are powers of "
         "1024), "
         "or than a share of its source's size, as 60%, and as good as can be within that. With --quality, "
         "an output that reaches the score in less gets no larger. An image that cannot be made so small "
         "is left alone and the reason said.",
     .apply = with<Options, set_max_size>},
    {.name = "total-size",
     .group = Group::quality,
     .value = "SIZE",
     .help = "share SIZE over all outputs, for the best worst score",
     .long_help =
         "Makes all outputs of the run together no larger than SIZE (50M, 1.5G), and shares it out so "
         "that the output with the lowest score has as high a score as possible. This takes several "
         "encodes of each image. Files that are copied or stay as they are count as well. With "
         "--quality, no output is made better than that. Where even the lowest quality is too large, "
         "nothing is written and the least size is said.",
     .apply = set_amount<&Options::total_size, parse_size>},
    {.name = "min-savings",
     .group = Group::quality,
     .value = "SIZE",
     .help = "write nothing that saves less than this against its source: 5%, 1k",
     .long_help =
         "Does not write a result that saves less than SIZE, or than this share of its source's size: "
         "the image is skipped, or copied as it is where its format stays and --output mirrors a tree. "
         "Without this option, a result in the source's own format must be 2% smaller, or smaller at "
         "all where the format is lossless, and one in another format may even be larger.",
     .apply = set_amount<&Options::min_savings, parse_amount>},
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
    {.name = "preserve",
     .group = Group::metadata,
     .help = "give outputs their source's times, mode, owner, attributes",
     .long_help = "Gives each output the times, mode, owner and extended attributes (ACLs among them) of its "
                  "source, as far as the user and the file system can. An output that is there already and "
                  "is right stays as it is. In place, all of these but the times are kept without this "
                  "option, too.",
     .apply = set_flag<&Options::preserve>},
};

}  // namespace

std::span<const Option> picture_options() {
  return kOptions;
}

}  // namespace frugal::cli
