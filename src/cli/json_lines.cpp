#include "cli/json_lines.hpp"

#include <optional>

#include "cli/json.hpp"
#include "cli/numbers.hpp"
#include "util/text.hpp"

namespace frugal::cli {

namespace {

/// Milliseconds and seconds: to the microsecond and the millisecond.
std::string rounded(double value) {
  return fixed(value, 3);
}

std::string number(const std::optional<double>& value) {
  return value ? shortest(*value) : kJsonNull;
}

std::string text_or_null(std::string_view text) {
  return text.empty() ? kJsonNull : json_string(text);
}

std::string side(std::uint32_t pixels) {
  return pixels == 0 ? kJsonNull : std::to_string(pixels);
}

std::string region(const std::optional<batch::WorstRegion>& worst) {
  if (!worst) return kJsonNull;
  return json_region(shortest(worst->score), worst->x, worst->y, worst->w, worst->h);
}

std::string timings(const batch::Timings& ms) {
  return JsonObject()
      .add("read", rounded(ms.read))
      .add("decode", rounded(ms.decode))
      .add("analyse", rounded(ms.analyse))
      .add("encode", rounded(ms.encode))
      .add("score", rounded(ms.score))
      .add("write", rounded(ms.write))
      .add("total", rounded(ms.total))
      .text();
}

std::string quoted(std::string_view plain) {
  return '"' + std::string(plain) + '"';
}

}  // namespace

std::string json_row(const batch::Outcome& outcome) {
  const auto& figures = outcome.figures;
  return JsonObject()
      .add("v", "1")
      .add("input", json_string(outcome.input))
      .add("output", text_or_null(outcome.output))
      .add("format", text_or_null(outcome.format))
      .add("status", quoted(name_of(outcome.status)))
      .add("reason", text_or_null(outcome.reason))
      .add("cache", quoted(name_of(outcome.cache)))
      .add("input_bytes", std::to_string(outcome.input_bytes))
      .add("output_bytes", outcome.output_bytes ? std::to_string(*outcome.output_bytes) : kJsonNull)
      .add("width", side(figures.size.width))
      .add("height", side(figures.size.height))
      .add("encoder_quality", number(figures.encoder_quality))
      .add("score", number(figures.score))
      .add("worst_region", region(figures.worst_region))
      .add("encodes", std::to_string(figures.encodes))
      .add("ms", timings(outcome.ms))
      .text();
}

std::string json_summary(const batch::Summary& summary) {
  const auto mean = summary.scored > 0
                        ? std::optional(summary.score_sum / static_cast<double>(summary.scored))
                        : std::nullopt;
  const auto totals = JsonObject()
                          .add("converted", std::to_string(summary.converted))
                          .add("reused", std::to_string(summary.reused))
                          .add("skipped", std::to_string(summary.skipped))
                          .add("failed", std::to_string(summary.failed))
                          .add("larger", std::to_string(summary.larger))
                          .add("input_bytes", std::to_string(summary.input_bytes))
                          .add("output_bytes", std::to_string(summary.output_bytes))
                          .add("cache_hits", std::to_string(summary.cache_hits))
                          .add("mean_score", number(mean))
                          .add("worst_score", number(summary.worst_score))
                          .add("seconds", rounded(summary.seconds))
                          .add("peak_memory", std::to_string(summary.peak_memory))
                          .text();
  return JsonObject().add("v", "1").add("summary", totals).text();
}

}  // namespace frugal::cli
