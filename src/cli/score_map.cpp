#include "cli/score_map.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "cli/numbers.hpp"
#include "cli/score_colour.hpp"
#include "cli/score_legend.hpp"
#include "cli/tint.hpp"
#include "metric/layout.hpp"

namespace frugal::cli {
namespace {

constexpr std::uint32_t kTile = metric::kTileSide;  // the step of the windows that are scored

constexpr Rgb kInk{255, 255, 255};
constexpr Rgb kEdge{0, 0, 0};

metric::Area tile_area(const TileScores& tiles, Size size, std::uint32_t column, std::uint32_t row) {
  const auto x = column * kTile;
  const auto y = row * kTile;
  return {x, y, column + 1 == tiles.columns ? size.width - x : kTile,
          row + 1 == tiles.rows ? size.height - y : kTile};
}

/// The scale of numbers that fit well into every tile; 0: none does.
std::int64_t number_scale(Size size, Zoom zoom) {
  constexpr std::int64_t kLargest = 4;
  const std::int64_t width = zoom.side(std::min(size.width, kTile));
  const std::int64_t height = zoom.side(std::min(size.height, kTile));
  return std::min({width / (2 * text_width("00", 1)), height / (2 * text_height(1)), kLargest});
}

void draw_number(Canvas& canvas, const Box& box, double score, std::int64_t scale) {
  const auto text = fixed(score, 0);
  canvas.outlined_text(box.x + (box.width - text_width(text, scale)) / 2,
                       box.y + (box.height - text_height(scale)) / 2, text, scale, kInk, kEdge);
}

void draw_tiles(Canvas& canvas, const Image& picture, Zoom zoom, const TileScores& tiles) {
  const auto scale = number_scale(picture.size(), zoom);
  for (std::uint32_t row = 0; row < tiles.rows; ++row) {
    for (std::uint32_t column = 0; column < tiles.columns; ++column) {
      const double score = tiles.scores[std::size_t{row} * tiles.columns + column];
      const auto box = to_map(tile_area(tiles, picture.size(), column, row), zoom);
      tint(canvas, picture, zoom, box, score_colour(score));
      if (scale > 0) draw_number(canvas, box, score, scale);
    }
  }
}

void draw_worst(Canvas& canvas, const Box& box) {
  canvas.frame(box, 4, kEdge);
  canvas.frame({box.x + 1, box.y + 1, box.width - 2, box.height - 2}, 2, kInk);
}

}  // namespace

TileScores tile_scores(const std::vector<metric::RegionScore>& regions, Size size) {
  TileScores tiles{std::max(1U, size.width / kTile), std::max(1U, size.height / kTile), {}};
  const std::size_t count = std::size_t{tiles.columns} * tiles.rows;
  std::vector<double> sums(count);
  std::vector<int> covers(count);
  for (const auto& [score, area] : regions) {
    const auto right = std::min(tiles.columns, (area.x + area.width - 1) / kTile + 1);
    const auto bottom = std::min(tiles.rows, (area.y + area.height - 1) / kTile + 1);
    for (auto row = area.y / kTile; row < bottom; ++row) {
      for (auto column = area.x / kTile; column < right; ++column) {
        sums[std::size_t{row} * tiles.columns + column] += score;
        ++covers[std::size_t{row} * tiles.columns + column];
      }
    }
  }
  for (std::size_t i = 0; i < count; ++i) tiles.scores.push_back(sums[i] / std::max(1, covers[i]));
  return tiles;
}

Result<Image> score_map(const Image& picture, const metric::Similarity& similarity) {
  const Zoom zoom = zoom_for(picture.size());
  const auto width = zoom.side(picture.width());
  const auto height = zoom.side(picture.height());
  const Size legend = legend_size(width);
  auto canvas = Canvas::make({std::max(width, legend.width), height + legend.height}, kMapBackground);
  if (!canvas) return std::unexpected(canvas.error());
  draw_tiles(*canvas, picture, zoom, tile_scores(similarity.regions, picture.size()));
  draw_worst(*canvas, to_map(similarity.worst().area, zoom));
  draw_legend(*canvas, height, width, similarity);
  return canvas->take();
}

}  // namespace frugal::cli
