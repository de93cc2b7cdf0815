#include <limits>

#include "cli/apply.hpp"
#include "cli/option_groups.hpp"

namespace frugal::cli {
namespace {

using batch::Options;

Result<void> set_max_depth(Options& options, std::string_view value) {
  const auto depth = parse_whole(value, 1, std::numeric_limits<std::uint32_t>::max());
  if (!depth) return std::unexpected(depth.error());
  options.max_depth = static_cast<std::uint32_t>(*depth);
  return {};
}

constexpr Option kOptions[] = {
    {.name = "files-from",
     .group = Group::input,
     .value = "FILE",
     .kind = ValueKind::file,
     .help = "read names of files from FILE, one a line; - is standard input",
     .long_help = "Reads the names of files from FILE, one a line, in addition to those on the "
                  "command line. - reads them from standard input. Below --output, the files of a list keep "
                  "their paths from the deepest folder that is common to all of them.",
     .apply = set_text<&Options::files_from>},
    {.name = "null",
     .letter = '0',
     .group = Group::input,
     .help = "names in --files-from end in a NUL byte, not in a newline",
     .long_help = "The names in --files-from end in a NUL byte instead of a newline, as find -print0 and "
                  "git ls-files -z write them. This is the way to pass names that hold newlines.",
     .apply = set_flag<&Options::null_separated>},
    {.name = "include",
     .group = Group::input,
     .value = "GLOB",
     .repeatable = true,
     .help = "take only files in directories that match GLOB; may be repeated",
     .long_help =
         "Of the files found in directories, takes only those that match GLOB. When it is given several "
         "times, a file needs to match one of them.\n\n"
         "A GLOB with a slash is held against the whole path below the named directory, where * also spans "
         "slashes; one without is held against the last name alone. Quote it, so that the shell leaves it "
         "alone.",
     .apply = add_text<&Options::include>},
    {.name = "exclude",
     .group = Group::input,
     .value = "GLOB",
     .repeatable = true,
     .help = "leave out files and directories that match GLOB; may be repeated",
     .long_help = "Of what is found in directories, leaves out the files that match GLOB, and does not enter "
                  "directories that match it. It wins over --include.",
     .apply = add_text<&Options::exclude>},
    {.name = "max-depth",
     .group = Group::input,
     .value = "N",
     .help = "go down at most N levels; 1 takes only files right in a named directory",
     .long_help =
         "Goes down at most N levels below a named directory. With 1, only the files right in it are "
         "taken.",
     .apply = with<Options, set_max_depth>},
    {.name = "follow",
     .group = Group::input,
     .help = "follow symbolic links, but never out of the tree they are in",
     .long_help =
         "Follows symbolic links found in a directory, as long as they lead to something in the same "
         "tree. Without it they are passed over.",
     .apply = set_flag<&Options::follow>},
};

}  // namespace

std::span<const Option> input_options() {
  return kOptions;
}

}  // namespace frugal::cli
