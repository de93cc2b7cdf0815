#include "cli/messages.hpp"

#include <cmath>

#include "cli/numbers.hpp"
#include "util/text.hpp"

namespace frugal::cli {

namespace {

using batch::Status;

std::string_view color_of(Status status) {
  switch (status) {
    case Status::converted:
    case Status::reused:
      return "\033[32m";
    case Status::skipped:
      return "\033[33m";
    case Status::failed:
      break;
  }
  return "\033[31m";
}

std::string sizes(const batch::Outcome& outcome) {
  if (!outcome.output_bytes) return {};
  return human_bytes(outcome.input_bytes) + " to " + human_bytes(*outcome.output_bytes) + " (" +
         saving(outcome.input_bytes, *outcome.output_bytes) + ")";
}

std::string details(const batch::Outcome& outcome) {
  if (!outcome.reason.empty()) return outcome.reason;
  auto text = sizes(outcome);
  if (outcome.figures.score) {
    text += ", score " + fixed(*outcome.figures.score, 1);
  } else if (outcome.figures.encoder_quality) {
    text += ", quality " + fixed(*outcome.figures.encoder_quality, 1);
  }
  if (outcome.status == Status::converted) text += ", " + fixed(outcome.ms.total, 0) + " ms";
  return text;
}

/// "score 81.2 on average, 80.0 at worst"
std::string scores(const batch::Summary& summary) {
  const double mean = summary.score_sum / static_cast<double>(summary.scored);
  if (summary.scored == 1) return "score " + fixed(mean, 1);
  return "score " + fixed(mean, 1) + " on average, " + fixed(*summary.worst_score, 1) + " at worst";
}

/// "88 converted, 2 skipped"
std::string counts(const batch::Summary& summary) {
  std::string text;
  const auto add = [&text](std::size_t count, std::string_view what) {
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(what);
  };
  add(summary.converted, "converted");
  add(summary.reused, "reused");
  add(summary.skipped, "skipped");
  add(summary.failed, "failed");
  return text.empty() ? "nothing to do" : text;
}

}  // namespace

std::string saving(std::uint64_t before, std::uint64_t after) {
  if (before == after || before == 0) return "same size";
  const double change = 100.0 * (static_cast<double>(after) / static_cast<double>(before) - 1);
  const int decimals = std::abs(change) < 9.95 || change < -99 ? 1 : 0;
  return fixed(std::abs(change), decimals) + (change < 0 ? " % saved" : " % more");
}

std::string row_message(const batch::Outcome& outcome, bool color) {
  std::string line;
  if (color) line += color_of(outcome.status);
  line += name_of(outcome.status);
  if (color) line += "\033[0m";
  line += " " + printable(outcome.input);
  const bool elsewhere = outcome.output_bytes && outcome.output != outcome.input;
  if (elsewhere) line += " -> " + printable(outcome.output);
  const auto text = details(outcome);
  return text.empty() ? line : line + ": " + text;
}

std::string key_message(const batch::Outcome& outcome) {
  auto text = "key of " + printable(outcome.input);
  if (!outcome.output.empty()) text += " -> " + printable(outcome.output);
  text += ": ";
  for (const char c : outcome.key) text += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return text.substr(0, text.find_last_not_of(" \n") + 1);
}

std::string summary_message(const batch::Summary& summary, bool dry_run) {
  auto line = (dry_run ? "dry run, nothing written: " : "") + counts(summary);
  if (summary.output_bytes > 0) {
    line += ": " + human_bytes(summary.input_bytes) + " to " + human_bytes(summary.output_bytes) + ", " +
            saving(summary.input_bytes, summary.output_bytes);
  }
  if (summary.larger > 0) line += ", " + std::to_string(summary.larger) + " became larger";
  if (summary.scored > 0) line += ", " + scores(summary);
  line += ", in " + fixed(summary.seconds, summary.seconds < 9.95 ? 2 : 0) + " s";
  if (summary.interrupted) line += " (stopped early)";
  return line;
}

}  // namespace frugal::cli
