#include "cli/explain_montage.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "cli/canvas.hpp"
#include "cli/explain_layers.hpp"
#include "cli/score_map.hpp"
#include "cli/tint.hpp"

namespace frugal::cli {
namespace {

constexpr Rgb kInk{255, 255, 255};
constexpr std::int64_t kGap = 8;

/// In units of a legend's dot.
constexpr std::int64_t kMargin = 6;
constexpr std::int64_t kLine = 10;
constexpr std::int64_t kBetween = 12;

/// A class and its share, at a place below the map.
struct Entry {
  Box swatch;
  std::string words;
  Rgb colour;
};

struct Legend {
  std::int64_t dot = 2;  ///< side of a text's dot, pixels
  std::int64_t height = 0;
  std::vector<Entry> entries;
};

std::string upper(std::string_view word) {
  std::string text(word);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

/// The classes that there are, from row `top` on, in as many lines as a map of that width needs.
Legend legend_of(const adapt::RegionMap& regions, std::int64_t top, std::int64_t width) {
  constexpr std::int64_t kWide = 1200;
  Legend legend;
  legend.dot = width < kWide ? 2 : 4;
  const auto dot = legend.dot;
  const auto whole = percents(regions);
  std::int64_t x = kMargin * dot;
  std::int64_t y = top + kMargin * dot;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (whole[i] == 0) continue;
    const auto kind = static_cast<adapt::RegionClass>(i);
    const auto words = upper(adapt::name_of(kind)) + " " + std::to_string(whole[i]) + "%";
    const auto side = text_height(dot);
    const auto taken = side + 4 * dot + text_width(words, dot);
    if (x > kMargin * dot && x + taken > width) {
      x = kMargin * dot;
      y += kLine * dot;
    }
    legend.entries.push_back({{x, y, side, side}, words, class_colour(kind)});
    x += taken + kBetween * dot;
  }
  legend.height = y + (kLine + kMargin) * dot - top;
  return legend;
}

void draw_legend(Canvas& canvas, const Legend& legend) {
  for (const auto& [swatch, words, colour] : legend.entries) {
    canvas.fill(swatch, colour);
    canvas.text(swatch.x + swatch.width + 4 * legend.dot, swatch.y, words, legend.dot, kInk);
  }
}

void draw_classes(Canvas& canvas, const Image& picture, const adapt::RegionMap& regions, Zoom zoom) {
  for (std::uint32_t row = 0; row < regions.rows; ++row) {
    for (std::uint32_t column = 0; column < regions.columns; ++column) {
      const auto x = column * adapt::kTileSide;
      const auto y = row * adapt::kTileSide;
      const metric::Area area{x, y, std::min(adapt::kTileSide, picture.width() - x),
                              std::min(adapt::kTileSide, picture.height() - y)};
      tint(canvas, picture, zoom, to_map(area, zoom), class_colour(regions.at(column, row).kind));
    }
  }
}

void paste(Canvas& canvas, const Image& map, std::int64_t left) {
  for (std::uint32_t y = 0; y < map.height(); ++y) {
    const auto* pixel = map.row(y);
    for (std::uint32_t x = 0; x < map.width(); ++x, pixel += 3) {
      canvas.put(left + x, y, {pixel[0], pixel[1], pixel[2]});
    }
  }
}

}  // namespace

Result<Image> explain_montage(const batch::Explanation& explanation) {
  const auto& picture = explanation.picture;
  const Zoom zoom = zoom_for(picture.size());
  const auto width = zoom.side(picture.width());
  const auto height = zoom.side(picture.height());
  auto scores = explanation.similarity ? score_map(explanation.result, *explanation.similarity) : Image{};
  if (!scores) return scores;
  const auto panel = std::max({width, scores->width(), 240U});
  const auto legend = legend_of(explanation.regions, height, panel);
  const bool two = scores->width() > 0;
  const Size size{two ? 2 * panel + static_cast<std::uint32_t>(kGap) : panel,
                  std::max(height + static_cast<std::uint32_t>(legend.height), scores->height())};
  auto canvas = Canvas::make(size, kMapBackground);
  if (!canvas) return std::unexpected(canvas.error());
  draw_classes(*canvas, picture, explanation.regions, zoom);
  draw_legend(*canvas, legend);
  if (two) paste(*canvas, *scores, panel + kGap);
  return canvas->take();
}

}  // namespace frugal::cli
