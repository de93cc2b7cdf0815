#include <sys/stat.h>
#include <unistd.h>

#include "batch/explain.hpp"
#include "cli/command_explain.hpp"
#include "cli/console.hpp"
#include "cli/explain_montage.hpp"
#include "cli/explain_page.hpp"
#include "cli/explain_report.hpp"
#include "cli/preview.hpp"
#include "cli/run.hpp"
#include "codec/codec.hpp"
#include "util/atomic_file.hpp"
#include "util/text.hpp"

namespace frugal::cli {

namespace {

using batch::ExplainOptions;
using batch::Explanation;

/// True when the page would take the place of the picture, by whatever name or link.
bool page_replaces_picture(const ExplainOptions& options) {
  struct stat picture {};
  struct stat page {};
  const bool piped = options.image == "-";
  const int found = piped ? ::fstat(STDIN_FILENO, &picture) : ::stat(options.image.c_str(), &picture);
  return found == 0 && ::stat(options.output.c_str(), &page) == 0 && picture.st_dev == page.st_dev &&
         picture.st_ino == page.st_ino;
}

Result<Bytes> page_of(const ExplainOptions& options, const Explanation& explanation) {
  if (names_png(options.output)) {
    const auto image = explain_montage(explanation);
    if (!image) return std::unexpected(image.error());
    return codec::of(codec::Format::png).encode(*image, {}, codec::EncodeParams{.effort = kPreviewEffort});
  }
  const auto page = explain_page(options.image, explanation);
  if (!page) return std::unexpected(page.error());
  const auto bytes = as_bytes(*page);
  return Bytes(bytes.begin(), bytes.end());
}

Result<void> write_page(const ExplainOptions& options, const Explanation& explanation) {
  const auto bytes = page_of(options, explanation);
  if (!bytes) return std::unexpected(bytes.error());
  auto file = AtomicFile::create(options.output);
  if (!file) return std::unexpected(file.error());
  if (auto written = file->write(*bytes); !written) return written;
  return file->commit_replacing();
}

/// Text where there is no page, JSON where it is asked for.
bool print_report(const ExplainOptions& options, const Explanation& explanation) {
  if (options.json) return print(explain_json(options.image, explanation) + "\n");
  return !options.output.empty() || print(explain_text(options.image, explanation));
}

}  // namespace

int run(const ExplainOptions& options) {
  if (!options.output.empty() && page_replaces_picture(options)) {
    say("frugal: --output " + printable(options.output) + " would replace the picture");
    return kUsage;
  }
  const auto explanation = batch::explain(options);
  if (!explanation) {
    say("frugal: " + printable(options.image) + ": " + explanation.error().message);
    return kFailed;
  }
  const bool printed = print_report(options, *explanation);
  if (options.output.empty()) return printed ? 0 : kFailed;
  if (const auto written = write_page(options, *explanation); !written) {
    say("frugal: --output " + printable(options.output) + ": " + written.error().message);
    return kFailed;
  }
  return printed ? 0 : kFailed;
}

}  // namespace frugal::cli
