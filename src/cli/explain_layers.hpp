// The picture of an explanation with what frugal sees laid over it, as SVG.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "adapt/regions.hpp"
#include "cli/canvas.hpp"
#include "image/image.hpp"
#include "metric/ssimulacra2.hpp"

namespace frugal::cli {

/// "#rrggbb"
std::string css_colour(Rgb colour);

/// The colour that stands for a class of tiles.
Rgb class_colour(adapt::RegionClass kind);

/// What a class means for compression, in a few words.
std::string_view meaning_of(adapt::RegionClass kind);

/// The shares of all classes in whole percent, which add up to 100 (largest remainders).
std::array<int, adapt::kRegionClasses> percents(const adapt::RegionMap& regions);

/// Names the picture at `uri`, of `size`, for all of the layers. Shows nothing by itself.
std::string stored_picture(const std::string& uri, Size size);

/// The picture alone.
std::string picture_layer(Size size);

/// The classes of its tiles in their colours.
std::string class_layer(const adapt::RegionMap& regions, Size size);

/// How much detail each tile holds, for which bits are spent.
std::string detail_layer(const adapt::RegionMap& regions, Size size);

/// The scores of its tiles in their colours, with numbers where there is room, the worst region framed.
std::string score_layer(const metric::Similarity& similarity, Size size);

/// The scale of the score layer's colours.
std::string score_scale();

}  // namespace frugal::cli
