#include "cli/apply.hpp"
#include "cli/option_groups.hpp"

namespace frugal::cli {
namespace {

using batch::Options;

/// In the order of batch::Overwrite.
constexpr std::string_view kOverwrite[] = {"never", "changed", "always"};

Result<void> set_suffix(Options& options, std::string_view value) {
  if (value.contains('/')) {
    return fail(ErrorKind::usage, "'" + std::string(value) + "' holds a slash; --output names the directory");
  }
  options.suffix = value;
  return {};
}

constexpr Option kOptions[] = {
    {.name = "output",
     .letter = 'o',
     .group = Group::output,
     .value = "DIR",
     .kind = ValueKind::file,
     .help = "write below DIR, or to a file for a single input; - is standard output",
     .long_help =
         "Writes below the directory DIR, which is made where it is missing. The contents of a single named "
         "directory land right in DIR; of several, each lands in DIR under its own base name, and single "
         "files "
         "land right in DIR. An image that would not get smaller is copied as it is while its format stays, "
         "so "
         "that the mirror is complete.\n\n"
         "When there is one input file and DIR ends in the extension of a known format, it is the name of "
         "the "
         "file to write. - writes the one image read from standard input to standard output.\n\n"
         "Without --output, --in-place and --template, an output is written beside its source.",
     .excludes = "in-place",
     .apply = set_text<&Options::output>},
    {.name = "in-place",
     .group = Group::output,
     .help = "replace the originals themselves, and only by something smaller",
     .long_help =
         "Replaces an original by its smaller version: at once and as a whole, or not at all. With "
         "another --format, the original is removed once its new version stands beside it. A file is "
         "left alone, and the reason said, when it would not get smaller, is damaged, has hard links, "
         "changes meanwhile, or holds something that would be lost.",
     .excludes = "output template suffix",
     .apply = set_flag<&Options::in_place>},
    {.name = "template",
     .group = Group::output,
     .value = "NAME",
     .default_text = "{dir}/{stem}.{ext}",
     .help = "build output names from {dir}, {stem}, {name}, {ext}, {width}, {height}",
     .long_help =
         "Builds the name of each output, below the directory that it goes to: {dir} is the source's "
         "directory there, {stem} its name without extension and with --suffix, {name} its name with "
         "extension, {ext} the extension of the format written, {width} and {height} the picture's "
         "size in pixels.",
     .excludes = "in-place",
     .apply = set_text<&Options::name_template>},
    {.name = "suffix",
     .group = Group::output,
     .value = "TEXT",
     .help = "add TEXT to the stem of each output: .min makes photo.min.jpg",
     .long_help = "Adds TEXT to the name of each output, before its extension: with --suffix .min, photo.jpg "
                  "is written to photo.min.jpg.",
     .excludes = "in-place",
     .apply = with<Options, set_suffix>},
    {.name = "overwrite",
     .group = Group::output,
     .value = "WHEN",
     .kind = ValueKind::choices,
     .choices = words<kOverwrite>,
     .default_text = "changed",
     .help = "replace existing outputs",
     .long_help =
         "What to do with an output that is there already: never leaves it as it is; changed replaces "
         "it only where frugal wrote it or its source changed; always replaces it.",
     .apply = set_choice<&Options::overwrite, kOverwrite>},
};

}  // namespace

std::span<const Option> output_options() {
  return kOptions;
}

}  // namespace frugal::cli
