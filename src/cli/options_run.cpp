#include "cli/apply.hpp"
#include "cli/option_groups.hpp"
#include "cli/shared_options.hpp"

namespace frugal::cli {
namespace {

using batch::Options;

/// In the order of batch::Options::Sandbox.
constexpr std::string_view kSandbox[] = {"auto", "require", "off"};

constexpr Option kOptions[] = {
    {.name = "dry-run",
     .letter = 'n',
     .group = Group::run,
     .help = "do everything but write, and say what would come of it",
     .long_help = "Reads and encodes as usual and reports the sizes that would be reached, but writes no "
                  "output.",
     .apply = set_flag<&Options::dry_run>},
    kJobsOption<&Options::jobs>,
    {.name = "memory-limit",
     .group = Group::run,
     .value = "SIZE",
     .default_text = "half of what is free",
     .help = "take no more memory than SIZE: 2G, 512M",
     .long_help =
         "Keeps the memory that all of frugal's processes take together below SIZE. Pictures wait for "
         "their turn; one that would take more by itself is made as with -e 3, with less of it and "
         "more slowly, and if that is still too much in ways that need least: JPEG and WebP with colour in "
         "half the resolution, so that a photograph of 60 megapixels fits 512M. AVIF and HEIC need more: "
         "-f auto then leaves them out. What does not fit fails and says what it takes. SIZE is a number of "
         "bytes, or one with "
         "k, M, G or T, which are powers of 1024 (2G, 512MiB and 1.5g are understood). Without this "
         "option large pictures wait until they are alone, and none fails.",
     .apply = set_amount<&Options::memory_limit, parse_size>},
    kMaxPixelsOption<&Options::max_pixels>,
    {.name = "timeout",
     .group = Group::run,
     .value = "SECONDS",
     .default_text = "by its size",
     .help = "give up a picture that takes longer than that",
     .long_help =
         "Gives up a picture that takes longer than SECONDS, which may have a fraction; the others go on. "
         "Without it that is ten minutes, and five more for each megapixel. It needs the processes that "
         "--sandbox off does without.",
     .apply = set_amount<&Options::timeout, parse_seconds>},
    {.name = "sandbox",
     .group = Group::run,
     .value = "WHEN",
     .kind = ValueKind::choices,
     .choices = words<kSandbox>,
     .default_text = "auto",
     .help = "read pictures where they can do no harm",
     .long_help = "Pictures are read and written in processes that can open no file, run no program and "
                  "reach no network, so that a file that crashes or hangs a decoder fails alone. "
                  "auto uses what the kernel has for that (Landlock, seccomp; -v says which). require fails "
                  "where it lacks some of it, and gives each picture a process of its own, so that none "
                  "can touch another: for files from strangers, with a --cache-dir of their own. off works "
                  "in one process.",
     .apply = set_choice<&Options::sandbox, kSandbox>},
    {.name = "fail-fast",
     .group = Group::run,
     .help = "stop at the first file that fails",
     .long_help =
         "Starts no further file once one has failed. Without it, a bad file never stops the others.",
     .apply = set_flag<&Options::fail_fast>},
    kCacheDirOption<&Options::cache_dir>,
    kCacheMaxOption<&Options::cache_max>,
    {.name = "no-cache",
     .group = Group::run,
     .help = "neither read nor write the cache",
     .long_help = "Runs without the cache: nothing is taken from it and nothing is remembered.",
     .apply = set_flag<&Options::use_cache, false>},
    {.name = "force",
     .group = Group::run,
     .help = "do the work again, whatever the cache knows",
     .long_help = "Does the work again even where the cache has its result, and remembers the new one.",
     .apply = set_flag<&Options::force>},
    {.name = "debug-key",
     .group = Group::run,
     .help = "say what each result is remembered by",
     .long_help =
         "Writes to standard error, for each output, the key that the cache knows its result by, and "
         "every field that went into it: the content of the source, the settings with their "
         "defaults, and the versions and build ids of the libraries. Comparing two of these tells "
         "why a result was not found again.",
     .excludes = "no-cache",
     .apply = set_flag<&Options::debug_key>},
};

}  // namespace

std::span<const Option> run_options() {
  return kOptions;
}

}  // namespace frugal::cli
