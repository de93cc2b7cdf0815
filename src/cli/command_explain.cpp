#include "cli/command_explain.hpp"

#include <array>
#include <utility>

#include "cli/apply.hpp"
#include "cli/formats.hpp"
#include "cli/numbers.hpp"
#include "cli/presets.hpp"
#include "cli/shared_options.hpp"

namespace frugal::cli {
namespace {

using batch::ExplainOptions;

std::string_view extension_of(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
}

bool names_html(std::string_view path) {
  const auto extension = extension_of(path);
  return extension == "html" || extension == "htm" || extension == "HTML" || extension == "HTM";
}

Result<void> set_output(ExplainOptions& options, std::string_view value) {
  if (!names_html(value) && !names_png(value)) {
    return fail(ErrorKind::usage, "'" + std::string(value) + "' ends neither in .html nor in .png");
  }
  options.output = value;
  return {};
}

Result<void> set_format(ExplainOptions& options, std::string_view value) {
  batch::Options job;
  if (auto set = set_formats(job, value); !set) return set;
  options.formats = std::move(job.formats);
  options.auto_format = job.auto_format;
  return {};
}

Result<void> set_quality(ExplainOptions& options, std::string_view value) {
  const auto score = parse_quality(value);
  if (!score) return std::unexpected(score.error());
  options.quality = *score;
  return {};
}

Result<void> set_region_floor(ExplainOptions& options, std::string_view value) {
  const auto score = parse_number(value, 0, 100);
  if (!score) return std::unexpected(score.error());
  options.region_floor = *score;
  return {};
}

constexpr Option kOptions[] = {
    {.name = "output",
     .letter = 'o',
     .group = Group::output,
     .value = "FILE",
     .kind = ValueKind::file,
     .local = true,
     .help = "write a page to FILE.html, or a picture to FILE.png",
     .long_help =
         "Writes to FILE, over whatever is there, by its extension. FILE.html is one file that needs nothing "
         "beside "
         "itself, neither a network nor a script: the picture with the classes of its tiles, its detail and "
         "the scores of the result laid over it, the worst region before and after, and the search as a "
         "chart and a table. FILE.png has the classes and the scores side by side. "
         "FRUGAL_OUTPUT, which is for the main job, does not set it.",
     .apply = with<ExplainOptions, set_output>},
    {.name = "json",
     .group = Group::output,
     .help = "print one JSON object",
     .long_help = "Prints one JSON object on one line, in place of text.",
     .apply = set_flag<&ExplainOptions::json>},
    {.name = "format",
     .letter = 'f',
     .group = Group::format,
     .value = "FORMAT,...",
     .kind = ValueKind::choices,
     .choices = format_choices,
     .list = true,
     .default_text = "keep",
     .help = "explain this format",
     .long_help =
         "The format to explain. Of several, comma-separated, or of all, which is auto, it is the one "
         "whose file is the smallest at the same quality. keep stands for the format that the picture "
         "has, or webp where that cannot be written.",
     .apply = with<ExplainOptions, set_format>},
    {.name = "effort",
     .letter = 'e',
     .group = Group::format,
     .value = "1..9",
     .default_text = "5",
     .help = "spend more time on smaller files, from 1 (fast) to 9 (small)",
     .long_help = "How much time to spend on making the file small, from 1 (fast) to 9 (small).",
     .apply = set_whole<&ExplainOptions::effort, 1, 9>},
    {.name = "lossy-png",
     .group = Group::format,
     .help = "let PNG lose colours too",
     .long_help = "Lets PNG lose colours, down to the score that is asked for.",
     .apply = set_flag<&ExplainOptions::lossy_png>},
    {.name = "quality",
     .letter = 'q',
     .group = Group::quality,
     .value = "SCORE",
     .kind = ValueKind::choices,
     .choices = words<kPresetNames>,
     .open = true,
     .default_text = "80",
     .help = "how good it must look: SSIMULACRA2 0-100",
     .long_help =
         "How good it must look, as in the main job: a SSIMULACRA2 score from 0 to 100, or one of the "
         "names low (50), medium (65), high (80) and visually-lossless (90).",
     .apply = with<ExplainOptions, set_quality>},
    {.name = "region-floor",
     .group = Group::quality,
     .value = "SCORE",
     .default_text = "quality - 5",
     .help = "the least score that any region may have",
     .long_help = "The least SSIMULACRA2 score that any region of the picture may have.",
     .apply = with<ExplainOptions, set_region_floor>},
    kJobsOption<&ExplainOptions::jobs>,
    kMaxPixelsOption<&ExplainOptions::max_pixels>,
    kHelpOption,
};

constexpr std::string_view kDescription[] = {
    "Shows what frugal sees in the picture IMAGE, what it would make of it, and why: the classes of its "
    "tiles "
    "of 64x64 pixels, the steps of the search for the smallest file that looks as good as asked, the score "
    "of "
    "the result and that of each of its regions.",
    "Without --output, the figures are printed. Nothing is written but what --output names; the picture "
    "itself "
    "and what the main job would make stay as they are. IMAGE may be of any format that frugal reads; - is "
    "standard input. A picture that would be left alone is explained as well.",
};

constexpr auto kExamples = std::to_array<Example>({
    {"Make a page about a photograph:", "frugal explain -o photo.html photo.jpg"},
    {"See which format would be the smallest, and by what steps it was found:",
     "frugal explain -f auto -q medium photo.png"},
});

Result<void> complete(Request& request, std::vector<std::string> operands) {
  auto& options = std::get<ExplainOptions>(request);
  if (operands.size() != 1) {
    return fail(ErrorKind::usage, "explain takes one picture, not " + std::to_string(operands.size()) +
                                      "; usage: " + usage(explain_command()) +
                                      " (frugal explain -h lists the options)");
  }
  options.image = std::move(operands.front());
  if (options.image.empty()) return fail(ErrorKind::usage, "the picture's name is empty");
  if (options.region_floor.value_or(0) > options.quality) {
    return fail(ErrorKind::usage, "--region-floor " + shortest(*options.region_floor) +
                                      " is above the quality, " + shortest(options.quality));
  }
  return {};
}

}  // namespace

Command explain_command() {
  return {.name = "explain",
          .operands = "IMAGE",
          .help = "show what frugal sees in a picture, and why it decides as it does",
          .description = kDescription,
          .examples = kExamples,
          .options = [] { return std::span<const Option>(kOptions); },
          .request = [] { return Request(ExplainOptions{}); },
          .complete = complete};
}

bool names_png(std::string_view path) {
  return codec::by_extension(extension_of(path)) == &codec::of(codec::Format::png);
}

}  // namespace frugal::cli
