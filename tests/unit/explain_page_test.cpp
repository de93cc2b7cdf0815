#include "cli/explain_page.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/explain_chart.hpp"
#include "cli/explain_layers.hpp"
#include "cli/explain_montage.hpp"
#include "cli/explain_report.hpp"
#include "cli/html.hpp"
#include "cli/preview.hpp"
#include "pictures/pictures.hpp"
#include "util/base64.hpp"

using namespace frugal;
using adapt::RegionClass;
using adapt::Step;

namespace {

constexpr Size kSize{300, 200};

adapt::RegionMap regions(Size size) {
  adapt::RegionMap map;
  map.columns = (size.width + adapt::kTileSide - 1) / adapt::kTileSide;
  map.rows = (size.height + adapt::kTileSide - 1) / adapt::kTileSide;
  map.tiles.resize(std::size_t{map.columns} * map.rows);
  for (std::size_t i = 0; i < map.tiles.size(); ++i) {
    map.tiles[i].kind = static_cast<RegionClass>(i % 3);
    map.tiles[i].features.gradient = static_cast<float>(i);
  }
  return map;
}

Step step(Step::Kind kind, double quality, double score, std::uint64_t bytes) {
  Step result;
  result.kind = kind;
  result.codec = &codec::of(codec::Format::webp);
  result.params.quality = quality;
  result.params.chroma = codec::Chroma::half;
  result.score = score;
  result.worst = score - 2;
  result.bytes = bytes;
  return result;
}

metric::Similarity similarity(std::size_t worst) {
  metric::Similarity result{80.25, {}};
  for (const auto& area : metric::regions_of(kSize)) result.regions.push_back({85, area});
  result.regions.at(worst).score = 77.5;
  return result;
}

batch::Explanation explanation() {
  batch::Explanation result;
  result.source = &codec::of(codec::Format::png);
  result.source_bytes = 100'000;
  result.picture = pictures::make({.size = kSize});
  result.regions = regions(kSize);
  batch::Made made;
  made.codec = &codec::of(codec::Format::webp);
  made.bytes.resize(25'000);
  made.why = "the whole picture <decides>";
  made.steps = {step(Step::Kind::probe, 61, 70, 900), step(Step::Kind::probe, 83, 90, 1900),
                step(Step::Kind::full, 72, 80.25, 25'000)};
  made.steps.back().predicted = 79.5;
  made.steps.back().taken = true;
  made.figures.encodes = 1;
  result.made = std::move(made);
  result.result = pictures::make({.size = kSize, .seed = 2});
  result.similarity = similarity(3);
  return result;
}

std::string page_of(const batch::Explanation& what, std::string_view name = "a.png") {
  const auto page = cli::explain_page(name, what);
  REQUIRE(page.has_value());
  return *page;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// The first tag that is closed without being open, or left open; empty where all is well.
std::string unbalanced(std::string_view html) {
  std::vector<std::string_view> open;
  for (auto at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    const auto end = html.find('>', at);
    if (end == std::string_view::npos) return "<";
    const auto tag = html.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with('!') || tag.ends_with('/')) continue;
    const auto name = tag.substr(tag.starts_with('/') ? 1 : 0, tag.find(' '));
    if (name == "meta") continue;
    if (!tag.starts_with('/')) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return std::string(tag);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? std::string{} : std::string(open.back());
}

}  // namespace

TEST_CASE("base64 pads to whole groups") {
  const auto coded = [](std::string_view text) { return base64(as_bytes(text)); };
  CHECK(coded("").empty());
  CHECK(coded("f") == "Zg==");
  CHECK(coded("fo") == "Zm8=");
  CHECK(coded("foo") == "Zm9v");
  CHECK(coded("foobar") == "Zm9vYmFy");
  CHECK(base64(Bytes{0xfb, 0xff}) == "+/8=");
}

TEST_CASE("text is escaped for HTML") {
  CHECK(cli::escaped("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
  CHECK(cli::attribute("alt", "\"x\"") == " alt=\"&quot;x&quot;\"");
}

TEST_CASE("the page's tags are balanced, whatever was found") {
  CHECK(unbalanced(page_of(explanation())).empty());
  auto refused = explanation();
  refused.made.reset();
  refused.similarity.reset();
  refused.refusal = "it would lose <something>";
  const auto page = page_of(refused);
  CHECK(unbalanced(page).empty());
  CHECK(has(page, "Left alone: it would lose &lt;something&gt;."));
  auto unscored = explanation();
  unscored.similarity.reset();
  CHECK(unbalanced(page_of(unscored)).empty());
  CHECK(unbalanced("<p><b></p>") == "/p");
}

TEST_CASE("names are escaped, and those that are no UTF-8 are readable") {
  const auto page = page_of(explanation(), "some/where/a<script>\xff\n.png");
  CHECK(has(page, "<h1>a&lt;script&gt;\\xff\\n.png</h1>"));
  CHECK_FALSE(has(page, "<script"));
  CHECK_FALSE(has(page, "where/"));
  CHECK(has(page, "The whole picture &lt;decides&gt;."));
}

TEST_CASE("the page needs nothing beside itself") {
  const auto page = page_of(explanation());
  CHECK_FALSE(has(page, "http"));
  CHECK_FALSE(has(page, "@import"));
  CHECK_FALSE(has(page, "<link"));
  CHECK(count(page, "src=") == count(page, "src=\"data:image/"));
  CHECK(count(page, "src=") == 3);
  CHECK(count(page, " href=") == count(page, " href=\"#picture\"") + count(page, " href=\"data:image/"));
  CHECK(count(page, "url(") == count(page, "url(#scores)"));
}

TEST_CASE("the same explanation gives the same page") {
  CHECK(page_of(explanation()) == page_of(explanation()));
}

TEST_CASE("the steps stand in their order, and the one that was taken is marked") {
  const auto page = page_of(explanation());
  const auto table = std::string_view(page).substr(page.find("<table>"));
  const auto first = table.find(
      "<td class=\"left\">1</td><td class=\"left\">probe</td><td>WebP</td><td>61</td><td>4:2:0</td>");
  const auto second =
      table.find("<td class=\"left\">2</td><td class=\"left\">probe</td><td>WebP</td><td>83</td>");
  const auto third = table.find(
      "<tr class=\"taken-row\"><td class=\"left\">3</td><td "
      "class=\"left\">encode</td><td>WebP</td><td>72</td><td>4:2:0</td>"
      "<td>79.50</td><td>80.25</td><td>78.25</td>");
  REQUIRE(third != std::string_view::npos);
  CHECK(first < second);
  CHECK(second < third);
  CHECK(count(page, "taken-row\"") == 1);
}

TEST_CASE("the worst region is framed where it is") {
  const auto scores = similarity(3);
  const auto area = scores.worst().area;
  const auto layer = cli::score_layer(scores, kSize);
  CHECK(has(layer, "class=\"frame\" x=\"" + std::to_string(area.x) + "\" y=\"" + std::to_string(area.y) +
                       "\" width=\"" + std::to_string(area.width) + "\" height=\"" +
                       std::to_string(area.height) + "\""));
  CHECK(count(layer, "class=\"frame\"") == 1);
  CHECK(has(page_of(explanation()), std::to_string(area.width) + "×" + std::to_string(area.height) +
                                        " pixels at " + std::to_string(area.x) + ", " +
                                        std::to_string(area.y)));
}

TEST_CASE("the shares of the classes add up to 100 percent") {
  for (const std::uint32_t width : {1U, 65U, 130U, 200U, 449U, 1000U}) {
    const auto whole = cli::percents(regions({width, 200}));
    CHECK(std::accumulate(whole.begin(), whole.end(), 0) == 100);
  }
  const auto page = page_of(explanation());
  for (const auto kind : {RegionClass::flat, RegionClass::gradient, RegionClass::texture}) {
    CHECK(has(page, cli::css_colour(cli::class_colour(kind))));
  }
}

TEST_CASE("tiles of a class are one path, in tiles") {
  adapt::RegionMap map;
  map.columns = 3;
  map.rows = 2;
  map.tiles.resize(6);
  map.tiles[4].kind = RegionClass::edge;
  const auto layer = cli::class_layer(map, {192, 128});
  CHECK(has(layer, "d=\"M0 0h3v1h-3zM0 1h1v1h-1zM2 1h1v1h-1z\" fill=\"" +
                       cli::css_colour(cli::class_colour(RegionClass::flat)) + "\""));
  CHECK(has(layer,
            "d=\"M1 1h1v1h-1z\" fill=\"" + cli::css_colour(cli::class_colour(RegionClass::edge)) + "\""));
  CHECK(count(layer, "<path") == 2);
}

TEST_CASE("the chart has a point a lossy step, and none where all are lossless") {
  const auto steps = explanation().made->steps;
  const auto& webp = codec::of(codec::Format::webp);
  const auto chart = cli::explain_chart(steps, webp, {80, 75});
  CHECK(count(chart, "class=\"probe\"") == 2);
  CHECK(count(chart, "class=\"full taken\"") == 1);
  CHECK(count(chart, "class=\"predicted\"") == 1);
  CHECK(has(chart, ">asked: 80<"));
  CHECK(has(chart, ">no region below 75<"));
  const std::vector<Step> lossless{step(Step::Kind::lossless, 0, 100, 10)};
  CHECK(cli::explain_chart(lossless, webp, {80, 75}).empty());
  CHECK(cli::explain_chart({}, webp, {80, 75}).empty());
}

TEST_CASE("of a search over several formats the chart shows one, with the numbers of the whole list") {
  auto steps = explanation().made->steps;
  const auto& jpeg = codec::of(codec::Format::jpeg);
  steps.front().codec = &jpeg;
  const auto chart = cli::explain_chart(steps, codec::of(codec::Format::webp), {80, 75});
  CHECK(count(chart, "class=\"probe\"") == 1);
  CHECK(has(chart, ">3<"));
  CHECK_FALSE(has(chart, ">1<"));
  CHECK(count(cli::explain_chart(steps, jpeg, {80, 75}), "class=\"probe\"") == 1);
  CHECK(cli::explain_chart(steps, codec::of(codec::Format::avif), {80, 75}).empty());
}

TEST_CASE("a chart of one step alone, or of steps that are all the same, can be drawn") {
  const std::vector<Step> one{step(Step::Kind::full, 50, 80, 10)};
  const auto chart = cli::explain_chart(one, codec::of(codec::Format::webp), {80, 80});
  CHECK_FALSE(has(chart, "nan"));
  CHECK_FALSE(has(chart, "inf"));
  CHECK(count(chart, "class=\"full\"") == 1);
}

TEST_CASE("a picture that saves too little is kept, and page and JSON say why") {
  auto kept = explanation();
  CHECK_FALSE(has(page_of(kept), "Kept as it is."));
  kept.kept_because = "it would not get smaller";
  CHECK(has(page_of(kept), "Kept as it is."));
  CHECK(has(page_of(kept), "The file is left as it is: it would not get smaller."));
  const auto json = cli::explain_json("a.jpg", kept);
  CHECK(has(json, R"("decision":"kept")"));
  CHECK(has(json, R"("reason":"it would not get smaller")"));
}

TEST_CASE("a preview is no larger than asked for, and each of its pixels is the mean of some") {
  const auto small = cli::reduced(pictures::make({.size = {300, 200}, .depth = 12}), 150);
  REQUIRE(small.has_value());
  CHECK(small->size() == Size{150, 100});
  CHECK(small->depth() == 8);
  auto two = Image::make({2, 1}, 2, 8);
  REQUIRE(two.has_value());
  const std::uint8_t pixels[] = {200, 255, 10, 0};  // what is transparent has no colour to give
  std::ranges::copy(pixels, two->row(0));
  const auto one = cli::reduced(*two, 1);
  REQUIRE(one.has_value());
  CHECK(int{one->row(0)[0]} == 200);
  CHECK(int{one->row(0)[1]} == 128);
}

TEST_CASE("a crop has the pixels that it is cut from, and equal ones do not differ") {
  const auto picture = pictures::make({.size = {100, 80}});
  const auto part = cli::cropped(picture, {30, 20, 10, 5});
  REQUIRE(part.has_value());
  CHECK(part->size() == Size{10, 5});
  CHECK(std::equal(part->row(4), part->row(4) + 30, picture.row(24) + 90));
  const auto difference = cli::difference_of(*part, *part);
  REQUIRE(difference.has_value());
  CHECK(std::all_of(difference->row(0), difference->row(0) + 50, [](auto value) { return value == 0; }));
}

TEST_CASE("photographs travel as JPEG, and what is transparent or drawn as PNG") {
  const auto uri = [](int channels, bool photo) {
    return cli::data_uri(pictures::make({.size = {40, 30}, .channels = channels}), {}, photo).value();
  };
  CHECK(uri(3, true).starts_with("data:image/jpeg;base64,"));
  CHECK(uri(3, false).starts_with("data:image/png;base64,"));
  CHECK(uri(4, true).starts_with("data:image/png;base64,"));
}

TEST_CASE("the montage has the classes at left and the scores at right") {
  auto what = explanation();
  const auto both = cli::explain_montage(what);
  REQUIRE(both.has_value());
  what.similarity.reset();
  const auto one = cli::explain_montage(what);
  REQUIRE(one.has_value());
  CHECK(both->width() == 2 * one->width() + 8);
  CHECK(std::equal(one->row(50), one->row(50) + std::size_t{one->width()} * 3, both->row(50)));
}

TEST_CASE("the text has a line a figure and a row a step, and JSON its keys in order") {
  const auto text = cli::explain_text("a.png", explanation());
  CHECK(has(text, "decision      WebP, quality 72, 4:2:0: 25.0 kB, 75.0 % smaller\n"));
  CHECK(has(text, "score         80.2500  (80 asked for)\n"));
  CHECK(has(text, "\n3*  encode"));
  const auto json = cli::explain_json("\xff.png", explanation());
  CHECK(json.starts_with(
      R"({"v":1,"input":"\udcff.png","input_format":"png","input_bytes":100000,"width":300,)"));
  CHECK(has(json, R"("decision":"converted","reason":"the whole picture <decides>","format":"webp",)"));
  CHECK(has(json,
            R"({"step":"encode","format":"webp","encoder_quality":72,"predicted":79.5000,"score":80.2500,)"));
}
