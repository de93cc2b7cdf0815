#include "cli/score_map.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "cli/numbers.hpp"
#include "cli/score_colour.hpp"
#include "cli/score_legend.hpp"
#include "metric/layout.hpp"

namespace frugal::cli {
namespace {

constexpr std::uint32_t kTile = metric::kTileSide;  // the step of the windows that are scored

constexpr Rgb kBackground{24, 24, 28};
constexpr Rgb kInk{255, 255, 255};
constexpr Rgb kEdge{0, 0, 0};

/// How picture pixels become map pixels; one of the two is 1.
struct Zoom {
  std::uint32_t times = 1;  ///< map pixels a picture pixel
  std::uint32_t over = 1;   ///< picture pixels a map pixel

  std::uint32_t to_map(std::uint32_t position) const { return position * times / over; }
  std::uint32_t side(std::uint32_t pixels) const { return std::max(1U, (pixels * times + over - 1) / over); }
};

Zoom zoom_for(Size size) {
  constexpr std::uint32_t kSmall = 512;
  constexpr std::uint32_t kLarge = 2048;
  const auto longest = std::max(size.width, size.height);
  if (longest < kSmall) return {.times = (kSmall + longest - 1) / longest};
  return {.over = (longest + kLarge - 1) / kLarge};
}

/// The brightness of a block of the picture around (x, y), 0 to 1: of coded values, which is good enough to
/// see where one is. What is transparent is mid-grey.
template <class Sample>
double brightness(const Image& image, Zoom zoom, std::uint32_t x, std::uint32_t y) {
  const auto channels = static_cast<std::size_t>(image.channels());
  const std::uint32_t left = x * zoom.over / zoom.times;
  const std::uint32_t top = y * zoom.over / zoom.times;
  const auto right = std::min(left + zoom.over, image.width());
  const auto bottom = std::min(top + zoom.over, image.height());
  const double max = image.max_value();
  double sum = 0;
  for (auto row = top; row < bottom; ++row) {
    for (auto column = left; column < right; ++column) {
      const Sample* pixel = image.samples<Sample>(row).data() + column * channels;
      const double luma =
          image.gray() ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];  // ITU-R BT.601
      const double opaque = image.alpha() ? pixel[channels - 1] / max : 1;
      sum += luma / max * opaque + 0.5 * (1 - opaque);
    }
  }
  return sum / (static_cast<double>(right - left) * (bottom - top));
}

Box to_map(const metric::Area& area, Zoom zoom) {
  const auto left = zoom.to_map(area.x);
  const auto top = zoom.to_map(area.y);
  return {left, top, zoom.side(area.x + area.width) - left, zoom.side(area.y + area.height) - top};
}

metric::Area tile_area(const TileScores& tiles, Size size, std::uint32_t column, std::uint32_t row) {
  const auto x = column * kTile;
  const auto y = row * kTile;
  return {x, y, column + 1 == tiles.columns ? size.width - x : kTile,
          row + 1 == tiles.rows ? size.height - y : kTile};
}

/// The picture's part of a tile in the tile's colour, its brightness still to be seen.
void tint(Canvas& canvas, const Image& picture, Zoom zoom, const Box& box, Rgb colour) {
  with_samples(picture, [&](auto zero) {
    for (auto y = box.y; y < box.y + box.height; ++y) {
      for (auto x = box.x; x < box.x + box.width; ++x) {
        const double light = brightness<decltype(zero)>(picture, zoom, static_cast<std::uint32_t>(x),
                                                        static_cast<std::uint32_t>(y));
        canvas.put(x, y, lit(light, colour));
      }
    }
  });
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
  auto canvas = Canvas::make({std::max(width, legend.width), height + legend.height}, kBackground);
  if (!canvas) return std::unexpected(canvas.error());
  draw_tiles(*canvas, picture, zoom, tile_scores(similarity.regions, picture.size()));
  draw_worst(*canvas, to_map(similarity.worst().area, zoom));
  draw_legend(*canvas, height, width, similarity);
  return canvas->take();
}

}  // namespace frugal::cli
