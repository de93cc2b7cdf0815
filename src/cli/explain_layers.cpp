#include "cli/explain_layers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "cli/html.hpp"
#include "cli/numbers.hpp"
#include "cli/score_colour.hpp"
#include "cli/score_map.hpp"

namespace frugal::cli {
namespace {

using adapt::RegionClass;
using adapt::RegionMap;

struct ClassLook {
  Rgb colour;
  std::string_view meaning;
};

/// In the order of RegionClass.
constexpr std::array<ClassLook, adapt::kRegionClasses> kClasses{{
    {{142, 152, 166}, "one colour, or nearly: costs next to nothing"},
    {{64, 140, 224}, "smooth shading: bands and blocks show here first"},
    {{46, 160, 103}, "dense detail, which hides much"},
    {{232, 93, 48}, "lines, text and contours: ringing shows"},
    {{160, 98, 200}, "grain without structure: costs much, shows little"},
}};

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

std::string svg(Size size, std::string_view label, const std::string& content) {
  return element("svg",
                 attribute("viewBox", "0 0 " + number(size.width) + " " + number(size.height)) +
                     attribute("role", "img") + attribute("aria-label", label),
                 content);
}

std::string picture(std::string_view css_class = {}) {
  return empty_element(
      "use", attribute("href", "#picture") + (css_class.empty() ? "" : attribute("class", css_class)));
}

/// Tiles of one look, gathered into a single path of runs; in tiles, not pixels.
class TilePath {
 public:
  void add(std::uint32_t column, std::uint32_t row) {
    if (row == row_ && column == column_ + length_ && length_ > 0) {
      ++length_;
      return;
    }
    close();
    column_ = column;
    row_ = row;
    length_ = 1;
  }

  std::string path(const std::string& attributes) {
    close();
    return empty_element("path", attribute("d", path_) + attributes);
  }

 private:
  void close() {
    if (length_ == 0) return;
    path_ +=
        "M" + number(column_) + " " + number(row_) + "h" + number(length_) + "v1h-" + number(length_) + "z";
    length_ = 0;
  }

  std::string path_;
  std::uint32_t column_ = 0;
  std::uint32_t row_ = 0;
  std::uint32_t length_ = 0;
};

std::string in_tiles(const std::string& content) {
  return element(
      "g",
      attribute("class", "tiles") + attribute("transform", "scale(" + std::to_string(adapt::kTileSide) + ")"),
      content);
}

/// One path for all tiles to which `key_of(index)` gives the same key.
template <class KeyOf>
auto gather(std::uint32_t columns, std::uint32_t rows, KeyOf key_of) {
  std::map<int, TilePath> paths;
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t column = 0; column < columns; ++column) {
      paths[key_of(std::size_t{row} * columns + column)].add(column, row);
    }
  }
  return paths;
}

/// The last tile of a row or column of scores reaches to the picture's edge.
std::uint32_t tile_end(std::uint32_t index, std::uint32_t count, std::uint32_t side) {
  return index + 1 == count ? side : (index + 1) * adapt::kTileSide;
}

std::string score_tiles(const TileScores& tiles, Size size) {
  std::string content;
  for (std::uint32_t row = 0; row < tiles.rows; ++row) {
    const auto y = row * adapt::kTileSide;
    for (std::uint32_t column = 0; column < tiles.columns;) {
      const auto colour_at = [&](std::uint32_t at) {
        return score_colour(std::round(tiles.scores[std::size_t{row} * tiles.columns + at]));
      };
      auto last = column;
      while (last + 1 < tiles.columns && colour_at(last + 1) == colour_at(column)) ++last;
      const auto x = column * adapt::kTileSide;
      content += empty_element("rect",
                               attribute("x", number(x)) + attribute("y", number(y)) +
                                   attribute("width", number(tile_end(last, tiles.columns, size.width) - x)) +
                                   attribute("height", number(tile_end(row, tiles.rows, size.height) - y)) +
                                   attribute("fill", css_colour(colour_at(column))));
      column = last + 1;
    }
  }
  return part("g", "score-tiles", content);
}

std::string score_numbers(const TileScores& tiles, Size size) {
  constexpr std::uint32_t kMostColumns = 20;  // more would be too small to read
  if (tiles.columns > kMostColumns) return {};
  std::string content;
  for (std::uint32_t row = 0; row < tiles.rows; ++row) {
    for (std::uint32_t column = 0; column < tiles.columns; ++column) {
      const auto x = (column * adapt::kTileSide + tile_end(column, tiles.columns, size.width)) / 2;
      const auto y = (row * adapt::kTileSide + tile_end(row, tiles.rows, size.height)) / 2;
      content += element("text", attribute("x", number(x)) + attribute("y", number(y)),
                         fixed(tiles.scores[std::size_t{row} * tiles.columns + column], 0));
    }
  }
  return part("g", "numbers", content);
}

std::string frame(const metric::Area& area) {
  const auto box = attribute("x", number(area.x)) + attribute("y", number(area.y)) +
                   attribute("width", number(area.width)) + attribute("height", number(area.height));
  return empty_element("rect", attribute("class", "frame-edge") + box) +
         empty_element("rect", attribute("class", "frame") + box);
}

}  // namespace

std::string css_colour(Rgb colour) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "#";
  for (const auto value : {colour.red, colour.green, colour.blue}) {
    text += kDigits[value >> 4];
    text += kDigits[value & 15];
  }
  return text;
}

Rgb class_colour(RegionClass kind) {
  return kClasses[static_cast<std::size_t>(kind)].colour;
}

std::string_view meaning_of(RegionClass kind) {
  return kClasses[static_cast<std::size_t>(kind)].meaning;
}

std::array<int, adapt::kRegionClasses> percents(const RegionMap& regions) {
  const auto shares = regions.shares();
  std::array<int, adapt::kRegionClasses> whole{};
  std::array<std::size_t, adapt::kRegionClasses> by_rest{};
  std::iota(by_rest.begin(), by_rest.end(), std::size_t{0});
  for (std::size_t i = 0; i < whole.size(); ++i) whole[i] = static_cast<int>(shares[i] * 100);
  std::ranges::stable_sort(by_rest, std::greater{},
                           [&](std::size_t i) { return shares[i] * 100 - whole[i]; });
  int missing = 100 - std::accumulate(whole.begin(), whole.end(), 0);
  for (auto i = by_rest.begin(); missing > 0 && i != by_rest.end(); ++i, --missing) ++whole[*i];
  return whole;
}

std::string stored_picture(const std::string& uri, Size size) {
  const auto image = empty_element(
      "image", attribute("id", "picture") + attribute("href", uri) + attribute("width", number(size.width)) +
                   attribute("height", number(size.height)) + attribute("preserveAspectRatio", "none"));
  return element("svg", attribute("class", "store") + attribute("aria-hidden", "true"),
                 part("defs", "", image));
}

std::string picture_layer(Size size) {
  return svg(size, "The picture", picture());
}

std::string class_layer(const RegionMap& regions, Size size) {
  std::string paths;
  auto gathered = gather(regions.columns, regions.rows,
                         [&](std::size_t i) { return static_cast<int>(regions.tiles[i].kind); });
  for (auto& [kind, path] : gathered) {
    paths += path.path(attribute("fill", css_colour(kClasses[static_cast<std::size_t>(kind)].colour)));
  }
  return svg(size, "The picture with its tiles coloured by class", picture("grey") + in_tiles(paths));
}

std::string detail_layer(const RegionMap& regions, Size size) {
  constexpr double kLevels = 8;
  float most = 1;
  for (const auto& tile : regions.tiles) most = std::max(most, tile.features.gradient);
  std::string paths;
  auto gathered = gather(regions.columns, regions.rows, [&](std::size_t i) {
    return static_cast<int>(std::lround(regions.tiles[i].features.gradient / most * kLevels));
  });
  for (auto& [level, path] : gathered) {
    paths += path.path(attribute("class", "detail-tile") +
                       attribute("fill-opacity", fixed(0.85 * level / kLevels, 2)));
  }
  return svg(size, "The picture with its tiles coloured by detail", picture("grey") + in_tiles(paths));
}

std::string score_layer(const metric::Similarity& similarity, Size size) {
  const auto tiles = tile_scores(similarity.regions, size);
  return svg(size, "The picture with its tiles coloured by score",
             picture("grey") + score_tiles(tiles, size) + score_numbers(tiles, size) +
                 frame(similarity.worst().area));
}

std::string score_scale() {
  constexpr double kWidth = 300;
  constexpr double kFirst = 50;
  constexpr double kLast = 90;
  std::string stops;
  std::string names;
  for (const auto& [score, colour] : kScoreAnchors) {
    const double at = (score - kFirst) / (kLast - kFirst);
    stops += empty_element("stop",
                           attribute("offset", fixed(at, 2)) + attribute("stop-color", css_colour(colour)));
    const auto* anchor = at <= 0 ? "start" : at >= 1 ? "end" : "middle";
    const auto name = (at <= 0 ? "≤ " : at >= 1 ? "≥ " : "") + fixed(score, 0);
    names += element(
        "text",
        attribute("x", fixed(at * kWidth, 0)) + attribute("y", "26") + attribute("text-anchor", anchor),
        name);
  }
  const auto gradient = part("defs", "", element("linearGradient", attribute("id", "scores"), stops));
  const auto bar = empty_element("rect", attribute("width", fixed(kWidth, 0)) + attribute("height", "10") +
                                             attribute("rx", "2") + attribute("fill", "url(#scores)"));
  return element("svg",
                 attribute("class", "scale") + attribute("viewBox", "0 0 300 32") + attribute("role", "img") +
                     attribute("aria-label", "Colours of scores"),
                 gradient + bar + names);
}

}  // namespace frugal::cli
