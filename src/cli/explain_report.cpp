#include "cli/explain_report.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "cli/explain_layers.hpp"
#include "cli/explain_words.hpp"
#include "cli/json.hpp"
#include "cli/numbers.hpp"
#include "util/text.hpp"

namespace frugal::cli {
namespace {

using adapt::Step;
using batch::Explanation;

constexpr std::size_t kColumns = 9;
using Row = std::array<std::string, kColumns>;

/// Characters, not bytes, of UTF-8.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string line(std::string_view name, const std::string& text) {
  constexpr std::size_t kNameWidth = 14;
  std::string start(name);
  start.resize(kNameWidth, ' ');
  return start + text + "\n";
}

std::string classes(const adapt::RegionMap& regions) {
  std::string text;
  const auto whole = percents(regions);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::string(adapt::name_of(static_cast<adapt::RegionClass>(i))) + " " +
            std::to_string(whole[i]) + " %";
  }
  return text;
}

Row row_of(std::size_t index, const Step& step, const Explanation& explanation) {
  const auto score = [&](double value) {
    return explanation.similarity ? short_score(value) : std::string("–");
  };
  return {std::to_string(index + 1) + (step.taken ? "*" : " "),
          std::string(name_of(step.kind)),
          std::string(step.codec->label),
          quality_of(step),
          chroma_of(step, explanation.picture.gray()),
          step.predicted ? short_score(*step.predicted) : "–",
          score(step.score),
          score(step.worst),
          std::to_string(step.bytes)};
}

std::string table(const std::vector<Row>& rows) {
  std::array<std::size_t, kColumns> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) {
      text += std::string(i == 0 ? 0 : 2, ' ') + std::string(widths[i] - width_of(row[i]), ' ') + row[i];
    }
    text += "\n";
  }
  return text;
}

std::string step_table(const Explanation& explanation) {
  std::vector<Row> rows{
      {"# ", "step", "format", "quality", "chroma", "predicted", "score", "worst", "bytes"}};
  const auto& steps = explanation.made->steps;
  for (std::size_t i = 0; i < steps.size(); ++i) rows.push_back(row_of(i, steps[i], explanation));
  return table(rows);
}

std::string place(const metric::Area& area) {
  return std::to_string(area.width) + "x" + std::to_string(area.height) + "+" + std::to_string(area.x) + "+" +
         std::to_string(area.y);
}

std::string json_score(double value) {
  return fixed(value, kScoreDecimals);
}

std::string json_step(const Step& step, bool scored) {
  return JsonObject()
      .add("step", json_string(name_of(step.kind)))
      .add("format", json_string(step.codec->name))
      .add("encoder_quality", has_quality(step) ? quality_of(step) : kJsonNull)
      .add("predicted", step.predicted ? json_score(*step.predicted) : kJsonNull)
      .add("score", scored ? json_score(step.score) : kJsonNull)
      .add("worst", scored ? json_score(step.worst) : kJsonNull)
      .add("bytes", std::to_string(step.bytes))
      .add("taken", step.taken ? "true" : "false")
      .text();
}

std::string json_classes(const adapt::RegionMap& regions) {
  JsonObject object;
  const auto shares = regions.shares();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    object.add(adapt::name_of(static_cast<adapt::RegionClass>(i)), fixed(shares[i], 4));
  }
  return object.text();
}

/// What was made, or nulls.
void add_result(JsonObject& object, const Explanation& explanation) {
  const auto* made = explanation.made ? &*explanation.made : nullptr;
  const auto& reason = !made                              ? explanation.refusal
                       : explanation.kept_because.empty() ? made->why
                                                          : explanation.kept_because;
  const auto* decision = !made ? "left alone" : explanation.kept_because.empty() ? "converted" : "kept";
  const auto* step = taken_step(explanation);
  object.add("decision", json_string(decision))
      .add("reason", json_string(reason))
      .add("format", made ? json_string(made->codec->name) : kJsonNull)
      .add("output_bytes", made ? std::to_string(made->bytes.size()) : kJsonNull)
      .add("encoder_quality", step && has_quality(*step) ? quality_of(*step) : kJsonNull);
  const auto* scores = explanation.similarity ? &*explanation.similarity : nullptr;
  const auto worst = [&] {
    const auto& [score, area] = scores->worst();
    return json_region(json_score(score), area.x, area.y, area.width, area.height);
  };
  object.add("score", scores ? json_score(scores->score) : kJsonNull)
      .add("worst_region", scores ? worst() : kJsonNull)
      .add("encodes", std::to_string(made ? made->figures.encodes : 0));
  std::string steps;
  for (std::size_t i = 0; made && i < made->steps.size(); ++i) {
    steps += (i == 0 ? "" : ",") + json_step(made->steps[i], scores != nullptr);
  }
  object.add("steps", "[" + steps + "]");
}

}  // namespace

std::string explain_text(std::string_view name, const Explanation& explanation) {
  std::string text = line("image", printable(name)) +
                     line("source", shape_of(explanation) + ", " + human_bytes(explanation.source_bytes)) +
                     line("classes", classes(explanation.regions)) +
                     line("decision", decision_of(explanation)) + line("why", reason_of(explanation));
  if (explanation.similarity) {
    const auto& [score, area] = explanation.similarity->worst();
    text += line("score", json_score(explanation.similarity->score) + "  (" + shortest(explanation.asked) +
                              " asked for)") +
            line("worst-region", json_score(score) + "  " + place(area) + "  (at least " +
                                     shortest(explanation.region_floor) + " asked for)");
  }
  if (!explanation.made || explanation.made->steps.empty()) return text;
  return text + "\n" + step_table(explanation);
}

std::string explain_json(std::string_view name, const Explanation& explanation) {
  JsonObject object;
  object.add("v", "1")
      .add("input", json_string(name))
      .add("input_format", json_string(explanation.source->name))
      .add("input_bytes", std::to_string(explanation.source_bytes))
      .add("width", std::to_string(explanation.picture.width()))
      .add("height", std::to_string(explanation.picture.height()))
      .add("classes", json_classes(explanation.regions))
      .add("asked", shortest(explanation.asked))
      .add("region_floor", shortest(explanation.region_floor));
  add_result(object, explanation);
  const auto& ms = explanation.ms;
  return object
      .add("ms", JsonObject()
                     .add("read", fixed(ms.read, 1))
                     .add("decode", fixed(ms.decode, 1))
                     .add("analyse", fixed(ms.analyse, 1))
                     .add("encode", fixed(ms.encode, 1))
                     .add("score", fixed(ms.score, 1))
                     .add("total", fixed(ms.total, 1))
                     .text())
      .text();
}

}  // namespace frugal::cli
