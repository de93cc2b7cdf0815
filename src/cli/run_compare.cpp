#include <sys/stat.h>
#include <unistd.h>

#include "batch/compare.hpp"
#include "cli/compare_report.hpp"
#include "cli/console.hpp"
#include "cli/preview.hpp"
#include "cli/run.hpp"
#include "cli/score_map.hpp"
#include "codec/codec.hpp"
#include "util/atomic_file.hpp"
#include "util/text.hpp"

namespace frugal::cli {

namespace {

using batch::CompareOptions;

/// True when the map would take the place of the file at `path`, by whatever name or link.
bool map_replaces(const std::string& path, const CompareOptions& options) {
  struct stat picture {};
  struct stat map {};
  const int found = path == "-" ? ::fstat(STDIN_FILENO, &picture) : ::stat(path.c_str(), &picture);
  return found == 0 && ::stat(options.map.c_str(), &map) == 0 && picture.st_dev == map.st_dev &&
         picture.st_ino == map.st_ino;
}

/// Error: usage.
Result<void> check_map_place(const CompareOptions& options) {
  if (options.map.empty()) return {};
  for (const auto& path : {options.reference, options.distorted}) {
    if (map_replaces(path, options)) {
      return fail(ErrorKind::usage, "--map " + printable(options.map) + " would replace " +
                                        (path == "-" ? "standard input's file" : printable(path)));
    }
  }
  return {};
}

Result<void> write_map(const CompareOptions& options, const batch::Comparison& comparison) {
  const auto map = score_map(comparison.distorted, *comparison.similarity);
  if (!map) return std::unexpected(map.error());
  const auto bytes =
      codec::of(codec::Format::png).encode(*map, {}, codec::EncodeParams{.effort = kPreviewEffort});
  if (!bytes) return std::unexpected(bytes.error());
  auto file = AtomicFile::create(options.map);
  if (!file) return std::unexpected(file.error());
  if (auto written = file->write(*bytes); !written) return written;
  return file->commit_replacing();
}

}  // namespace

int run(const CompareOptions& options) {
  if (const auto checked = check_map_place(options); !checked) {
    say("frugal: " + checked.error().message);
    return kUsage;
  }
  const auto comparison = batch::compare(options);
  if (!comparison) {
    say("frugal: " + comparison.error().message);
    return kFailed;
  }
  const bool printed =
      print(options.json ? compare_json(options, *comparison) + "\n" : compare_text(*comparison));
  if (options.map.empty()) return printed ? 0 : kFailed;
  if (const auto drawn = write_map(options, *comparison); !drawn) {
    say("frugal: --map " + printable(options.map) + ": " + drawn.error().message);
    return kFailed;
  }
  return printed ? 0 : kFailed;
}

}  // namespace frugal::cli
