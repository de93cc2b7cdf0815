#include "cli/command_compare.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/apply.hpp"
#include "cli/shared_options.hpp"

namespace frugal::cli {
namespace {

using batch::CompareOptions;
using batch::Metric;

/// In the order of batch::Metric.
constexpr std::string_view kMetrics[] = {"ssimulacra2", "psnr", "ms-ssim"};

Result<void> set_map(CompareOptions& options, std::string_view value) {
  const auto dot = value.rfind('.');
  const auto extension = dot == std::string_view::npos ? std::string_view{} : value.substr(dot + 1);
  if (codec::by_extension(extension) != &codec::of(codec::Format::png)) {
    return fail(ErrorKind::usage, "'" + std::string(value) + "' does not end in .png");
  }
  options.map = value;
  return {};
}

constexpr Option kOptions[] = {
    {.name = "metric",
     .group = Group::output,
     .value = "LIST",
     .kind = ValueKind::choices,
     .choices = words<kMetrics>,
     .list = true,
     .default_text = "ssimulacra2",
     .help = "measure with these, comma-separated",
     .long_help = "What to measure: a comma-separated list, reported in its order. ssimulacra2 is the scale "
                  "of --quality. "
                  "psnr (peak signal-to-noise ratio, in dB; inf for equal pictures) and ms-ssim (multi-scale "
                  "structural similarity, up to 1, for pictures of at least 176 pixels a side) are there to "
                  "be held against figures from elsewhere.",
     .apply = set_choices<&CompareOptions::metrics, kMetrics>},
    {.name = "json",
     .group = Group::output,
     .help = "print one JSON object, with the scores of all regions",
     .long_help =
         "Prints one JSON object on one line in place of text, with the scores of all regions, row by "
         "row. A PSNR of equal pictures, which is infinite, is null.",
     .apply = set_flag<&CompareOptions::json>},
    {.name = "map",
     .group = Group::output,
     .value = "FILE.png",
     .kind = ValueKind::file,
     .help = "draw the regions' scores over the picture to FILE.png",
     .long_help =
         "Draws a map to FILE.png, over whatever is there: DIST coloured by how well each part of it "
         "scores (dark blue is good, yellow is bad), with the scores as numbers, each the mean of the "
         "regions that cover that part, and a frame around the worst region.",
     .apply = with<CompareOptions, set_map>},
    kJobsOption<&CompareOptions::jobs>,
    kMaxPixelsOption<&CompareOptions::max_pixels>,
    kHelpOption,
};

constexpr std::string_view kDescription[] = {
    "Holds the picture DIST against REF, the reference that it was made from, and prints how much they look "
    "alike: the SSIMULACRA2 score of the whole picture, the score and the place of the worst region (its "
    "width, "
    "height, left and top, in pixels), and the seconds that it took.",
    "A score of 100 is for pictures that cannot be told apart. At 90 the difference can hardly be seen side "
    "by side, at 50 it is seen without looking for it, and below 0 little is alike. A region is a window of "
    "128x128 pixels on a grid of 64 pixels; the last one of a row or column reaches to the picture's edge. "
    "It is "
    "scored as if it were cropped, which small pictures gain from: the worst may score above the whole.",
    "REF and DIST may be of any formats that frugal reads; - is standard input. They are turned upright and "
    "must then be of the same size, at least 8 pixels a side. Nothing is written but what --map names. The "
    "exit status is 0 whatever the score is, and 1 where there is none.",
};

constexpr auto kExamples = std::to_array<Example>({
    {"See how good a copy looks, and where it looks worst:",
     "frugal compare --map worst.png photo.png photo.jpg"},
    {"Take the score alone:", "frugal compare --json photo.png photo.jpg | jq .score"},
});

Result<void> complete(Request& request, std::vector<std::string> operands) {
  auto& options = std::get<CompareOptions>(request);
  if (operands.size() != 2) {
    return fail(ErrorKind::usage, "compare takes two pictures, not " + std::to_string(operands.size()) +
                                      "; usage: " + usage(compare_command()) +
                                      " (frugal compare -h lists the options)");
  }
  options.reference = std::move(operands[0]);
  options.distorted = std::move(operands[1]);
  if (options.reference.empty() || options.distorted.empty()) {
    return fail(ErrorKind::usage, "a picture's name is empty");
  }
  if (options.reference == "-" && options.distorted == "-") {
    return fail(ErrorKind::usage, "only one of the two pictures can be - (standard input)");
  }
  const bool scores_regions =
      std::ranges::find(options.metrics, Metric::ssimulacra2) != options.metrics.end();
  if (!options.map.empty() && !scores_regions) {
    return fail(ErrorKind::usage, "--map draws the scores of ssimulacra2, which --metric leaves out");
  }
  return {};
}

}  // namespace

Command compare_command() {
  return {.name = "compare",
          .operands = "REF DIST",
          .help = "tell how much a picture looks like its reference",
          .description = kDescription,
          .examples = kExamples,
          .options = [] { return std::span<const Option>(kOptions); },
          .request = [] { return Request(CompareOptions{}); },
          .complete = complete};
}

std::string_view name_of(Metric metric) {
  return kMetrics[static_cast<std::size_t>(metric)];
}

}  // namespace frugal::cli
