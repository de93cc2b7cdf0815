#include "cli/json_lines.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "util/text.hpp"

namespace frugal::cli {

namespace {

constexpr const char* kNull = "null";

/// The shortest decimal that reads back as the same number.
std::string number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

/// Milliseconds and seconds: to the microsecond and the millisecond.
std::string rounded(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.3f", value);
  return text.data();
}

std::string number(const std::optional<double>& value) {
  return value ? number(*value) : kNull;
}

std::string text_or_null(std::string_view text) {
  return text.empty() ? kNull : json_string(text);
}

std::string side(std::uint32_t pixels) {
  return pixels == 0 ? kNull : std::to_string(pixels);
}

std::string region(const std::optional<batch::WorstRegion>& worst) {
  if (!worst) return kNull;
  return "{\"score\":" + number(worst->score) + ",\"x\":" + std::to_string(worst->x) +
         ",\"y\":" + std::to_string(worst->y) + ",\"w\":" + std::to_string(worst->w) +
         ",\"h\":" + std::to_string(worst->h) + "}";
}

std::string timings(const batch::Timings& ms) {
  return "{\"read\":" + rounded(ms.read) + ",\"decode\":" + rounded(ms.decode) +
         ",\"analyse\":" + rounded(ms.analyse) + ",\"encode\":" + rounded(ms.encode) +
         ",\"score\":" + rounded(ms.score) + ",\"write\":" + rounded(ms.write) +
         ",\"total\":" + rounded(ms.total) + "}";
}

std::string quoted(std::string_view plain) {
  return '"' + std::string(plain) + '"';
}

}  // namespace

std::string json_row(const batch::Outcome& outcome) {
  const auto& figures = outcome.figures;
  std::string row = "{\"v\":1";
  const auto add = [&row](std::string_view key, const std::string& value) {
    row += ",\"" + std::string(key) + "\":" + value;
  };
  add("input", json_string(outcome.input));
  add("output", text_or_null(outcome.output));
  add("format", text_or_null(outcome.format));
  add("status", quoted(name_of(outcome.status)));
  add("reason", text_or_null(outcome.reason));
  add("cache", quoted(name_of(outcome.cache)));
  add("input_bytes", std::to_string(outcome.input_bytes));
  add("output_bytes", outcome.output_bytes ? std::to_string(*outcome.output_bytes) : kNull);
  add("width", side(figures.size.width));
  add("height", side(figures.size.height));
  add("encoder_quality", number(figures.encoder_quality));
  add("score", number(figures.score));
  add("worst_region", region(figures.worst_region));
  add("encodes", std::to_string(figures.encodes));
  add("ms", timings(outcome.ms));
  return row + "}";
}

std::string json_summary(const batch::Summary& summary) {
  const auto mean = summary.scored > 0
                        ? std::optional(summary.score_sum / static_cast<double>(summary.scored))
                        : std::nullopt;
  return "{\"v\":1,\"summary\":{\"converted\":" + std::to_string(summary.converted) +
         ",\"reused\":" + std::to_string(summary.reused) + ",\"skipped\":" + std::to_string(summary.skipped) +
         ",\"failed\":" + std::to_string(summary.failed) + ",\"larger\":" + std::to_string(summary.larger) +
         ",\"input_bytes\":" + std::to_string(summary.input_bytes) +
         ",\"output_bytes\":" + std::to_string(summary.output_bytes) +
         ",\"cache_hits\":" + std::to_string(summary.cache_hits) + ",\"mean_score\":" + number(mean) +
         ",\"worst_score\":" + number(summary.worst_score) + ",\"seconds\":" + rounded(summary.seconds) +
         ",\"peak_memory\":" + std::to_string(summary.peak_memory) + "}}";
}

}  // namespace frugal::cli
