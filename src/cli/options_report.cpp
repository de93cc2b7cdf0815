#include "cli/apply.hpp"
#include "cli/option_groups.hpp"
#include "cli/shared_options.hpp"

namespace frugal::cli {
namespace {

using batch::Options;

/// In the order of batch::Options::Color.
constexpr std::string_view kColor[] = {"auto", "always", "never"};

constexpr std::string_view kGenerated[] = {"man", "bash", "zsh", "fish"};

constexpr Option kReport[] = {
    {.name = "verbose",
     .letter = 'v',
     .group = Group::report,
     .help = "say what became of every file",
     .long_help = "Writes a line on every file to standard error: what became of it, its sizes, the quality "
                  "used. Without it "
                  "only failures and files that were left alone are named.",
     .excludes = "quiet",
     .apply = set_flag<&Options::verbose>},
    {.name = "quiet",
     .group = Group::report,
     .help = "say nothing but errors",
     .long_help = "Writes nothing but errors to standard error: no progress, no summary.",
     .excludes = "verbose",
     .apply = set_flag<&Options::quiet>},
    {.name = "jsonl",
     .group = Group::report,
     .value = "FILE",
     .kind = ValueKind::file,
     .help = "write a line of JSON an output to FILE; - is standard output",
     .long_help =
         "Writes one JSON object an output to FILE, one a line and in the order of the inputs, and a "
         "summary as the last line. - writes them to standard output.",
     .apply = set_text<&Options::jsonl>},
    {.name = "no-progress",
     .group = Group::report,
     .help = "show no progress bar",
     .long_help = "Shows no progress bar. There is one only where standard error is a terminal.",
     .apply = set_flag<&Options::progress, false>},
    {.name = "color",
     .group = Group::report,
     .value = "WHEN",
     .kind = ValueKind::choices,
     .choices = words<kColor>,
     .default_text = "auto",
     .help = "use colour in messages",
     .long_help = "When to use colour in messages: auto does it on a terminal, unless NO_COLOR is set.",
     .apply = set_choice<&Options::color, kColor>},
};

constexpr Option kHelp[] = {
    kHelpOption,
    {.name = "version",
     .letter = 'V',
     .help = "show the version, the formats and the libraries behind them",
     .long_help = "Shows the version, the formats that this build reads and writes, and the libraries behind "
                  "them, and exits."},
    {.name = "generate",
     .value = "WHAT",
     .kind = ValueKind::choices,
     .choices = words<kGenerated>,
     .hidden = true,
     .help = "print the manual page or a shell's completions",
     .long_help =
         "Prints the manual page or a shell's completions, made from the table of options, and exits."},
};

}  // namespace

std::span<const Option> report_options() {
  return kReport;
}

std::span<const Option> help_options() {
  return kHelp;
}

}  // namespace frugal::cli
