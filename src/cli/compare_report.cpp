#include "cli/compare_report.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "cli/command_compare.hpp"
#include "cli/json.hpp"
#include "cli/numbers.hpp"
#include "util/text.hpp"

namespace frugal::cli {
namespace {

using batch::Comparison;
using batch::Metric;

constexpr std::string_view kWorstRegion = "worst-region";

std::string score(double value) {
  return fixed(value, kScoreDecimals);
}

std::string seconds(double value) {
  return fixed(value, 3);
}

double total_seconds(const Comparison& comparison) {
  return comparison.decode_seconds + comparison.score_seconds;
}

std::string line(std::string_view name, const std::string& figures) {
  std::string text(name);
  text.resize(kWorstRegion.size() + 2, ' ');
  return text + figures + "\n";
}

/// "128x128+64+320", as X11 and ImageMagick write rectangles.
std::string place(const metric::Area& area) {
  return std::to_string(area.width) + "x" + std::to_string(area.height) + "+" + std::to_string(area.x) + "+" +
         std::to_string(area.y);
}

/// Frugal's own scale is the score, everywhere; other metrics have their names.
std::string_view label(Metric metric) {
  return metric == Metric::ssimulacra2 ? "score" : name_of(metric);
}

/// JSON's keys have underscores.
std::string key(Metric metric) {
  std::string name(label(metric));
  std::ranges::replace(name, '-', '_');
  return name;
}

/// JSON has no infinity.
std::string json_score(double value) {
  return std::isfinite(value) ? score(value) : kJsonNull;
}

std::string region_row(const metric::RegionScore& region) {
  const auto& [value, area] = region;
  return json_region(json_score(value), area.x, area.y, area.width, area.height);
}

void add_regions(JsonObject& object, const metric::Similarity& similarity) {
  object.add("worst_region", region_row(similarity.worst()));
  std::string regions;
  for (const auto& region : similarity.regions) {
    regions += (regions.empty() ? "" : ",") + region_row(region);
  }
  object.add("regions", "[" + regions + "]");
}

}  // namespace

std::string compare_text(const Comparison& comparison) {
  std::string text;
  for (const auto& [metric, value] : comparison.scores) {
    text += line(label(metric), score(value) + (metric == Metric::psnr ? " dB" : ""));
    if (metric != Metric::ssimulacra2) continue;
    const auto& worst = comparison.similarity->worst();
    text += line(kWorstRegion, score(worst.score) + "  " + place(worst.area));
  }
  return text + line("seconds", seconds(total_seconds(comparison)) + "  (decode " +
                                    seconds(comparison.decode_seconds) + ", score " +
                                    seconds(comparison.score_seconds) + ")");
}

std::string compare_json(const batch::CompareOptions& options, const Comparison& comparison) {
  JsonObject object;
  object.add("v", "1")
      .add("reference", json_string(options.reference))
      .add("distorted", json_string(options.distorted))
      .add("width", std::to_string(comparison.size.width))
      .add("height", std::to_string(comparison.size.height));
  for (const auto& [metric, value] : comparison.scores) object.add(key(metric), json_score(value));
  if (comparison.similarity) add_regions(object, *comparison.similarity);
  const auto spent = JsonObject()
                         .add("decode", seconds(comparison.decode_seconds))
                         .add("score", seconds(comparison.score_seconds))
                         .add("total", seconds(total_seconds(comparison)))
                         .text();
  return object.add("seconds", spent).text();
}

}  // namespace frugal::cli
