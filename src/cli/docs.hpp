// The words that help and the manual page share beside those of the tables: those on the main job, and on
// all.
#pragma once

#include <array>
#include <string_view>

#include "cli/command_table.hpp"

namespace frugal::cli {

struct ExitStatus {
  std::string_view status;
  std::string_view meaning;
};

/// Of the main job: after "frugal - " and, with a capital and a full stop, on its own.
inline constexpr std::string_view kSummary = "convert and compress images to the quality you name";

inline constexpr std::string_view kDescription[] = {
    "Makes image files small and converts them between formats. You say how good a picture must look, on one "
    "scale for every format, and frugal chooses the encoder's settings. It never does the same work twice, "
    "and "
    "never harms an original.",
    "Each PATH is a file or a directory, which is walked recursively; - is one image on standard input. "
    "Formats are told by content, not by name. Outputs go where --output, --in-place or --template says, or "
    "else beside their sources.",
    "Standard output carries only data that was asked for; progress and messages go to standard error. One "
    "bad "
    "file never stops the others, and always shows in the exit status.",
};

/// After the list of commands.
inline constexpr std::string_view kCommandWord =
    "A command is told by being the first word, and frugal COMMAND --help says all about it. A file or "
    "directory of such a name is reached by its path, as in frugal ./compare, or after two dashes, as in "
    "frugal -- compare.";

inline constexpr std::string_view kEnvironment[] = {
    "FRUGAL_NAME sets the default of the option --name: its name in upper case, with underscores for dashes, "
    "as FRUGAL_MAX_PIXELS=200M for --max-pixels. Flags take 1, true or yes, and 0, false or no. The command "
    "line wins, and --name=false switches a flag off again. An empty variable counts as not set.",
};

inline constexpr auto kExitStatuses = std::to_array<ExitStatus>({
    {"0", "All is done, or there was nothing to do."},
    {"1", "Some file failed or was missing."},
    {"2", "The command line is wrong; nothing was started."},
    {"3", "No input matched."},
    {"130, 143", "Interrupted by SIGINT (Ctrl-C) or SIGTERM."},
});

inline constexpr auto kExamples = std::to_array<Example>({
    {"Compress a tree of photographs into another directory:", "frugal -o small photos"},
    {"Make files smaller where they are, and see first what that would bring:",
     "frugal --in-place --dry-run photos"},
    {"Write a WebP and an AVIF of each image, at a quality hardly told from the source:",
     "frugal -f webp,avif -q visually-lossless -o web images"},
    {"Write each image in whichever format is the smallest for it:", "frugal -f auto -o web images"},
    {"Fit an album into 50 MB, as good as that allows:", "frugal -f jpeg --total-size 50M -o album photos"},
    {"Compress the images that git knows of, whatever their names:",
     "git ls-files -z '*.png' '*.jpg' | frugal --files-from - -0 --in-place"},
    {"Convert in a pipe:", "frugal -f avif -o - - < photo.jpg > photo.avif"},
    {"Keep figures about each output:", "frugal --jsonl figures.jsonl -o small photos"},
});

}  // namespace frugal::cli
