#include "cli/explain_page.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/explain_chart.hpp"
#include "cli/explain_layers.hpp"
#include "cli/explain_style.hpp"
#include "cli/explain_words.hpp"
#include "cli/html.hpp"
#include "cli/numbers.hpp"
#include "cli/preview.hpp"
#include "cli/version.hpp"
#include "util/text.hpp"

namespace frugal::cli {
namespace {

using adapt::Step;
using batch::Explanation;

/// The longest side of the picture in the page, in pixels.
constexpr std::uint32_t kPictureSide = 1200;

/// Data URIs of what the page shows.
struct Pictures {
  std::string whole;
  std::string source_part;  ///< the worst region; empty where there are no scores
  std::string result_part;
  std::string difference;
};

Result<std::string> uri_of(Result<Image> image, const Metadata& metadata, bool photo) {
  if (!image) return std::unexpected(image.error());
  return data_uri(std::move(*image), metadata, photo);
}

Result<void> add_parts(Pictures& pictures, const Explanation& explanation) {
  const auto& area = explanation.similarity->worst().area;
  auto source = cropped(explanation.picture, area);
  if (!source) return std::unexpected(source.error());
  auto result = cropped(explanation.result, area);
  if (!result) return std::unexpected(result.error());
  auto difference = uri_of(difference_of(*source, *result), {}, false);
  if (!difference) return std::unexpected(difference.error());
  auto source_uri = data_uri(std::move(*source), explanation.metadata, false);
  if (!source_uri) return std::unexpected(source_uri.error());
  auto result_uri = data_uri(std::move(*result), explanation.result_metadata, false);
  if (!result_uri) return std::unexpected(result_uri.error());
  pictures.source_part = std::move(*source_uri);
  pictures.result_part = std::move(*result_uri);
  pictures.difference = std::move(*difference);
  return {};
}

Result<Pictures> pictures_of(const Explanation& explanation) {
  auto whole = uri_of(reduced(explanation.picture, kPictureSide), explanation.metadata,
                      !explanation.regions.is_graphic());
  if (!whole) return std::unexpected(whole.error());
  Pictures pictures{std::move(*whole), {}, {}, {}};
  if (explanation.similarity) {
    if (auto added = add_parts(pictures, explanation); !added) return std::unexpected(added.error());
  }
  return pictures;
}

std::string section(std::string_view heading, const std::string& content) {
  return element("section", "", element("h2", "", escaped(heading)) + content) + "\n";
}

// ---- the head ----

std::string figure_of(const std::string& value, std::string_view name) {
  return element("div", "", element("dt", "", escaped(name)) + element("dd", "", escaped(value)));
}

std::string figures(const Explanation& explanation) {
  if (!explanation.made) return {};
  const auto& made = *explanation.made;
  std::string content = figure_of(human_bytes(explanation.source_bytes), "before") +
                        figure_of(human_bytes(made.bytes.size()),
                                  "after: " + change(explanation.source_bytes, made.bytes.size()));
  if (explanation.similarity) {
    content +=
        figure_of(short_score(explanation.similarity->score), "score, asked " + shortest(explanation.asked)) +
        figure_of(short_score(explanation.similarity->worst().score),
                  "worst region, floor " + shortest(explanation.region_floor));
  }
  return part("dl", "figures", content);
}

std::string header(const std::string& name, const Explanation& explanation) {
  const std::string verdict =
      explanation.kept_because.empty() ? decision_of(explanation) + "." : "Kept as it is.";
  std::string lead =
      escaped(explanation.made ? verdict + " " + reason_of(explanation) : reason_of(explanation));
  return element("header", "",
                 element("h1", "", escaped(name)) + part("p", "quiet", escaped(shape_of(explanation))) +
                     part("p", "lead", lead) + figures(explanation)) +
         "\n";
}

// ---- what frugal sees ----

std::string class_legend(const adapt::RegionMap& regions) {
  const auto whole = percents(regions);
  std::string bar;
  std::string rows;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto kind = static_cast<adapt::RegionClass>(i);
    const auto colour = attribute("style", "background:" + css_colour(class_colour(kind)));
    const auto share = std::to_string(whole[i]) + "%";
    if (whole[i] > 0) {
      bar += element(
          "span", attribute("style", "background:" + css_colour(class_colour(kind)) + ";width:" + share), "");
    }
    rows += element(
        "li", "",
        element("span", attribute("class", "swatch") + colour, "") +
            part("span", "share", std::to_string(whole[i]) + " %") +
            element("span", "",
                    element("b", "", std::string(adapt::name_of(kind))) + " · " + escaped(meaning_of(kind))));
  }
  return part("div", "bar", bar) + part("ul", "legend", rows);
}

std::string detail_caption(const Explanation& explanation) {
  std::string text =
      "The stronger the colour, the more a tile differs from pixel to pixel, and the more bytes it costs.";
  if (explanation.made && explanation.made->codec->quality.max > 0) {
    text += " One quality for the whole picture: " + std::string(explanation.made->codec->label) +
            " is given no map of qualities.";
  }
  return element("figcaption", "", escaped(text));
}

std::string score_caption() {
  return element("figcaption", "",
                 escaped("How much each part of the result looks like the source, on the scale of --quality. "
                         "The frame is around the worst region.")) +
         score_scale();
}

/// A button and the figure that it shows.
struct Layer {
  std::string_view name;
  std::string_view label;
  std::string content;
};

std::string layers(const Explanation& explanation) {
  const auto size = explanation.picture.size();
  std::vector<Layer> all{
      {"classes", "Classes", class_layer(explanation.regions, size) + class_legend(explanation.regions)},
      {"detail", "Detail", detail_layer(explanation.regions, size) + detail_caption(explanation)}};
  if (explanation.similarity) {
    all.push_back({"scores", "Scores", score_layer(*explanation.similarity, size) + score_caption()});
  }
  all.push_back({"picture", "Picture", picture_layer(size)});
  std::string buttons;
  std::string figures;
  for (const auto& [name, label, content] : all) {
    const auto id = "show-" + std::string(name);
    buttons += empty_element("input", attribute("type", "radio") + attribute("name", "layer") +
                                          attribute("id", id) + (buttons.empty() ? " checked=\"\"" : "")) +
               element("label", attribute("for", id), escaped(label));
    figures += part("figure", "layer " + std::string(name), content);
  }
  return part("div", "layers", buttons + figures);
}

// ---- the worst region ----

std::string crop(const std::string& uri, const std::string& caption) {
  return element("figure", "",
                 empty_element("img", attribute("src", uri) + attribute("alt", caption)) +
                     element("figcaption", "", escaped(caption)));
}

std::string worst_region(const Explanation& explanation, const Pictures& pictures) {
  if (!explanation.similarity) return {};
  const auto& [score, area] = explanation.similarity->worst();
  const std::string place = std::to_string(area.width) + "×" + std::to_string(area.height) + " pixels at " +
                            std::to_string(area.x) + ", " + std::to_string(area.y);
  return section("Where it shows most",
                 part("div", "crops",
                      crop(pictures.source_part, "source, " + place) +
                          crop(pictures.result_part, "result, score " + short_score(score)) +
                          crop(pictures.difference,
                               "difference, " + std::to_string(kDifferenceGain) + " times as strong")));
}

// ---- the search ----

std::string key_entry(const std::string& mark, std::string_view meaning) {
  return element("li", "", element("svg", attribute("viewBox", "0 0 16 16"), mark) + escaped(meaning));
}

std::string chart_key() {
  const auto dot = [](std::string_view look) {
    return empty_element("circle", attribute("cx", "8") + attribute("cy", "8") + attribute("r", "5") +
                                       attribute("class", look));
  };
  const auto path = [](std::string_view look, std::string_view d) {
    return empty_element("path", attribute("d", d) + attribute("class", look));
  };
  return part("ul", "key",
              key_entry(dot("full taken"), "the result") + key_entry(dot("full"), "whole picture") +
                  key_entry(dot("probe"), "draft of it, or probe of some tiles") +
                  key_entry(path("predicted", "M1 8h14"), "predicted") +
                  key_entry(path("worst", "M4 4l8 8m0-8l-8 8"), "worst region"));
}

std::string heading_row() {
  std::string cells = part("th", "left", "#") + part("th", "left", "step");
  for (const auto* name : {"format", "quality", "chroma", "predicted", "score", "worst", "bytes"})
    cells += element("th", "", name);
  return element("thead", "", element("tr", "", cells));
}

std::string step_row(std::size_t index, const Step& step, bool gray, bool scored) {
  const auto score = [scored](double value) { return scored ? short_score(value) : std::string("–"); };
  std::string cells =
      part("td", "left", std::to_string(index + 1)) + part("td", "left", std::string(name_of(step.kind)));
  for (const auto& text : {std::string(step.codec->label), quality_of(step), chroma_of(step, gray),
                           step.predicted ? short_score(*step.predicted) : std::string("–"),
                           score(step.score), score(step.worst), human_bytes(step.bytes)}) {
    cells += element("td", "", escaped(text));
  }
  return part("tr", step.taken ? "taken-row" : "", cells);
}

std::string step_table(const Explanation& explanation) {
  std::string rows;
  const auto& steps = explanation.made->steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    rows += step_row(i, steps[i], explanation.picture.gray(), explanation.similarity.has_value());
  }
  return part("div", "wide", element("table", "", heading_row() + element("tbody", "", rows)));
}

std::string search(const Explanation& explanation) {
  if (!explanation.made || explanation.made->steps.empty()) return {};
  const auto drawing = explanation.similarity
                           ? explain_chart(explanation.made->steps, *explanation.made->codec,
                                           {explanation.asked, explanation.region_floor})
                           : std::string{};
  const auto chart = drawing.empty() ? std::string{} : element("div", "", drawing + chart_key());
  return section("How it got there",
                 part("div", chart.empty() ? "steps" : "steps charted", chart + step_table(explanation)));
}

// ---- the facts ----

std::string fact(std::string_view name, const std::string& value) {
  return element("tr", "", part("td", "left", escaped(name)) + part("td", "left", escaped(value)));
}

/// "1 encode", "2 encodes"
std::string counted(std::int64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string facts(const Explanation& explanation) {
  std::string rows =
      fact("source", shape_of(explanation) + ", " + std::to_string(explanation.source_bytes) + " bytes") +
      fact("decision", decision_of(explanation));
  if (explanation.made) {
    const auto& steps = explanation.made->steps;
    const auto probes = std::ranges::count(steps, Step::Kind::probe, &Step::kind);
    const auto drafts = std::ranges::count(steps, Step::Kind::draft, &Step::kind);
    rows += fact("result", std::string(explanation.made->codec->label) + ", " +
                               std::to_string(explanation.made->bytes.size()) + " bytes");
    rows +=
        fact("work", counted(explanation.made->figures.encodes, "encode") + " of the whole picture, " +
                         counted(drafts, "draft") + " of it, " + counted(probes, "probe") + " of some tiles");
  }
  return section("In figures", part("div", "wide", part("table", "facts", element("tbody", "", rows))));
}

std::string footer() {
  return element(
      "footer", "",
      "Scores are SSIMULACRA2: at 90 a picture can hardly be told from its source side by side, at 50 "
      "faults are seen without looking for them. Made by frugal " +
          escaped(version_number()) + ".");
}

}  // namespace

Result<std::string> explain_page(std::string_view name, const Explanation& explanation) {
  const auto pictures = pictures_of(explanation);
  if (!pictures) return std::unexpected(pictures.error());
  const auto shown =
      name == "-" ? std::string("standard input") : printable(name.substr(name.rfind('/') + 1));
  std::string page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  page += element("title", "", escaped(shown) + " · frugal explain") + "\n";
  page += element("style", "", std::string(kExplainStyle)) + "\n</head>\n<body>\n";
  page += stored_picture(pictures->whole, explanation.picture.size()) + "\n";
  page += header(shown, explanation);
  page += section("What frugal sees", layers(explanation));
  page += worst_region(explanation, *pictures);
  page += search(explanation);
  page += facts(explanation);
  return page + footer() + "\n</body>\n</html>\n";
}

}  // namespace frugal::cli
