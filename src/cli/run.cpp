#include "cli/run.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "batch/job.hpp"
#include "cli/console.hpp"
#include "cli/interrupt.hpp"
#include "cli/json_lines.hpp"
#include "cli/messages.hpp"
#include "cli/progress.hpp"
#include "util/text.hpp"

namespace frugal::cli {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdout) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

bool wants_color(batch::Options::Color color) {
  using Color = batch::Options::Color;
  if (color != Color::automatic) return color == Color::always;
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org
  return (!no_color || !*no_color) && ::isatty(STDERR_FILENO);
}

bool wants_progress(const batch::Options& options) {
  const char* terminal = std::getenv("TERM");
  return options.progress && !options.quiet && ::isatty(STDERR_FILENO) && terminal &&
         std::string_view(terminal) != "dumb";
}

/// Tells people on standard error and scripts by JSON lines.
class Report : public batch::Reporter {
 public:
  explicit Report(const batch::Options& options)
      : options_(options), color_(wants_color(options.color)), progress_(wants_progress(options)) {}

  void begin(std::size_t sources) override {
    open_json();
    progress_.begin(sources);
  }

  void advance(const batch::Summary& so_far, std::size_t sources_done) override {
    progress_.update(so_far, sources_done);
  }

  void row(const batch::Outcome& outcome) override {
    if (is_told(outcome)) {
      progress_.clear();
      say(row_message(outcome, color_));
    }
    if (!outcome.key.empty()) {
      progress_.clear();
      say(key_message(outcome));
    }
    if (json_) write_json(json_row(outcome));
  }

  void end(const batch::Summary& summary) override {
    progress_.clear();
    open_json();
    write_json(json_summary(summary));
    if (!options_.quiet) say(summary_message(summary, options_.dry_run));
  }

  void warn(const std::string& message) override {
    progress_.clear();
    say("frugal: " + message);
  }

  void note(const std::string& message) override {
    if (options_.verbose) warn(message);
  }

  /// False when some of the JSON lines could not be written.
  bool close() {
    if (!json_) return options_.jsonl.empty();
    const bool flushed = std::fflush(json_.get()) == 0 && std::ferror(json_.get()) == 0;
    if (!flushed) say("frugal: the JSON lines could not be written");
    return flushed;
  }

 private:
  /// Failures always; what is left alone unless quiet; the rest when asked for.
  bool is_told(const batch::Outcome& outcome) const {
    if (outcome.status == batch::Status::failed) return true;
    if (options_.quiet) return false;
    return options_.verbose || (outcome.status == batch::Status::skipped && !outcome.kept);
  }

  /// Only once the plan holds: a mistaken call must not empty the last report.
  void open_json() {
    if (json_ || json_failed_ || options_.jsonl.empty()) return;
    json_.reset(options_.jsonl == "-" ? stdout : std::fopen(options_.jsonl.c_str(), "we"));
    json_failed_ = !json_;
    if (json_failed_) say("frugal: --jsonl " + printable(options_.jsonl) + ": " + std::strerror(errno));
  }

  void write_json(const std::string& line) {
    if (json_) std::fprintf(json_.get(), "%s\n", line.c_str());
  }

  const batch::Options& options_;
  File json_;
  bool json_failed_ = false;
  bool color_;
  Progress progress_;
};

int exit_status(const batch::Summary& summary, const InterruptGuard& interrupt) {
  if (summary.interrupted && interrupt.exit_status() != 0) return interrupt.exit_status();
  if (summary.failed > 0) return kFailed;
  return summary.rows() == 0 ? kNoInput : 0;
}

}  // namespace

int run(const batch::Options& options) {
  Report report(options);
  const InterruptGuard interrupt;
  const auto summary = batch::run_job(options, report, interrupt.stopped());
  if (!summary) {
    say("frugal: " + summary.error().message);
    return summary.error().kind == ErrorKind::usage ? kUsage : kFailed;
  }
  if (summary->rows() == 0 && !summary->interrupted) {
    report.end(*summary);
    say("frugal: no image found in what was named");
  }
  const int status = exit_status(*summary, interrupt);
  return report.close() || status != 0 ? status : kFailed;
}

}  // namespace frugal::cli
