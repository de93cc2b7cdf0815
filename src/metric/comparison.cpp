#include "metric/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "metric/reaction.hpp"
#include "util/parallel.hpp"

namespace frugal::metric {
namespace {

/// Calls `body(y)` for every row, some at a time on one thread.
template <class Body>
void for_rows(std::uint32_t height, int threads, const Body& body) {
  parallel_for((height + kBlockHeight - 1) / kBlockHeight, threads, [&](std::size_t i) {
    const auto first = static_cast<std::uint32_t>(i) * kBlockHeight;
    for (std::uint32_t y = first; y < std::min(first + kBlockHeight, height); ++y) body(y);
  });
}

}  // namespace

ReferenceSide::ReferenceSide(const Measures& measures, const Light& light, const Kernels& run, int threads)
    : space_(measures.size(), true) {
  space_.build(light, run, threads);
  keep_statistics(measures, run, threads);
}

void ReferenceSide::keep_statistics(const Measures& measures, const Kernels& run, int threads) {
  for (const Level& level : measures.levels()) {
    auto& channels = kept_.emplace_back();
    for (std::size_t c = 0; c < kChannels; ++c) {
      if (any(level.weights[c])) channels[c] = {Plane(level.layout.size()), Plane(level.layout.size())};
    }
  }
  const auto work = blocks_of(measures.levels());
  parallel_for(work.size(), threads, [&](std::size_t i) {
    const auto [level, block] = work[i];
    for (std::size_t c = 0; c < kChannels; ++c) {
      if (!any(level->weights[c])) continue;
      Kept& kept = kept_[level->number][c];
      const StatisticsOut out{kept.mean.row(block->y) + block->x, kept.variance.row(block->y) + block->x,
                              kept.mean.stride()};
      measure_reference(*block, space_.view(level->scale, c), run, out);
    }
  });
}

ReferenceSide::Channel ReferenceSide::channel(const Block& block, const Level& level,
                                              std::size_t channel) const {
  const Kept& kept = kept_[level.number][channel];
  return {space_.view(level.scale, channel),
          {kept.mean.row(block.y) + block.x, kept.variance.row(block.y) + block.x, kept.mean.stride()}};
}

CandidateSide::CandidateSide(const Measures& measures, const ReferenceSide& reference, Light light,
                             const Kernels& run, int threads)
    : light_(std::move(light)), space_(measures.size(), false), sums_(measures) {
  measure_all(measures, reference, run, threads);
}

/// The blocks of 1:1 first: while their luma is made, the smaller scales are filled.
void CandidateSide::measure_all(const Measures& measures, const ReferenceSide& reference, const Kernels& run,
                                int threads) {
  ScaleSpace* const fill = space_.lacks_luma() ? &space_ : nullptr;
  if (!fill) space_.build(*light_, run, threads);
  std::vector<Workspace> workspaces(static_cast<std::size_t>(std::max(threads, 1)));
  const std::span<const Level> levels(measures.levels());
  for (const auto& part : {levels.first(1), levels.subspan(1)}) {
    const auto work = blocks_of(part);
    parallel_for(work.size(), std::span(workspaces), [&](std::size_t i, Workspace& workspace) {
      measure(*work[i].block, *work[i].level, reference, run, fill, workspace);
    });
  }
}

void CandidateSide::measure(const Block& block, const Level& level, const ReferenceSide& reference,
                            const Kernels& run, ScaleSpace* fill, Workspace& workspace) {
  for (std::size_t c = 0; c < kChannels; ++c) {
    if (!any(level.weights[c])) continue;
    compare(block, level.layout, pair(block, level, c, reference, run, fill, workspace), level.weights[c],
            run, sums_.of(level, c));
  }
}

ChannelPair CandidateSide::pair(const Block& block, const Level& level, std::size_t channel,
                                const ReferenceSide& reference, const Kernels& run, ScaleSpace* fill,
                                Workspace& workspace) const {
  const auto [plane, statistics] = reference.channel(block, level, channel);
  const PlaneView kept = space_.view(level.scale, channel);
  if (kept.data) return {plane, statistics, kept};
  return {plane, statistics, luma_of(block, *light_, run, fill, workspace.luma, workspace.descent)};
}

void CandidateSide::update(const Measures& measures, const ReferenceSide& reference, const Kernels& run,
                           const Area& changed) {
  const Size size = measures.size();
  const Area whole_tiles = [&] {
    const std::uint32_t x = changed.x / kTileSide * kTileSide;
    const std::uint32_t y = changed.y / kTileSide * kTileSide;
    const auto end = [](std::uint32_t at, std::uint32_t limit) {
      return std::min<std::uint32_t>(static_cast<std::uint32_t>(round_up(at, kTileSide)), limit);
    };
    return Area{x, y, end(changed.x + changed.width, size.width) - x,
                end(changed.y + changed.height, size.height) - y};
  }();
  std::vector<Workspace> workspace(1);
  space_.rebuild(*light_, run, whole_tiles);
  for (const Level& level : measures.levels()) {
    const bool is_windows = level.number >= static_cast<std::size_t>(measures.scales());
    const std::uint32_t reach = is_windows ? 0 : kReach;
    const Size end = at_scale({changed.x + changed.width, changed.y + changed.height}, level.scale);
    const auto blocks =
        level.layout.blocks(touched(level.layout.columns, changed.x >> level.scale, end.width, reach),
                            touched(level.layout.rows, changed.y >> level.scale, end.height, reach));
    for (const Block& block : blocks) measure(block, level, reference, run, nullptr, workspace.front());
  }
}

Sensitivity CandidateSide::sensitivity(const Measures& measures, const ReferenceSide& reference,
                                       const Kernels& run, int threads) const {
  std::vector<std::array<Reactions, kChannels>> reactions;
  for (const Level& level : tile_levels(measures)) {
    auto& channels = reactions.emplace_back();
    for (std::size_t c = 0; c < kChannels; ++c)
      channels[c] = reactions_of(sums_.over(level, c), level.weights[c], pixels_of(level.layout.size()));
  }
  const Size size = measures.size();
  Sensitivity out{sensitivity_blocks(size.width), sensitivity_blocks(size.height), measures.scales(), {}};
  for (const Level& level : tile_levels(measures)) {
    for (std::size_t c = 0; c < kChannels; ++c) {
      if (any(level.weights[c])) out.planes[level.number][c].resize(std::size_t{out.columns} * out.rows);
    }
  }
  std::vector<Workspace> workspaces(static_cast<std::size_t>(std::max(threads, 1)));
  const auto work = blocks_of(tile_levels(measures));
  parallel_for(work.size(), std::span(workspaces), [&](std::size_t i, Workspace& workspace) {
    const auto [level, block] = work[i];
    for (std::size_t c = 0; c < kChannels; ++c) {
      if (!any(level->weights[c])) continue;
      sense(*block, level->scale, pair(*block, *level, c, reference, run, nullptr, workspace),
            level->weights[c], reactions[level->number][c], run, size, out.planes[level->number][c]);
    }
  });
  return out;
}

/// The luma of 1:1 where it is not kept, else nothing.
Plane CandidateSide::missing_luma(const Kernels& run, int threads) const {
  if (!space_.lacks_luma()) return {};
  Plane luma(light_->size());
  const std::uint32_t width = luma.size().width;
  for_rows(luma.size().height, threads, [&](std::uint32_t y) {
    std::vector<float> rgb(std::size_t{3} * width);
    float* const green = rgb.data() + width;
    light_->row(y, 0, width, rgb.data(), green, green + width);
    run.xyb(rgb.data(), green, green + width, width, nullptr, luma.row(y), nullptr);
  });
  return luma;
}

/// What is worked out for each level of tiles and channel that counts there.
std::vector<CandidateSide::Slopes> CandidateSide::slopes(const Measures& measures, const Plane& luma,
                                                         const ReferenceSide& reference, const Kernels& run,
                                                         int threads) const {
  const auto levels = tile_levels(measures);
  std::vector<Slopes> out(levels.size());
  std::vector<std::array<std::optional<Pulls>, kChannels>> pulls(levels.size());
  std::vector<std::array<Reactions, kChannels>> reactions(levels.size());
  for (const Level& level : levels) {
    const Size size = level.layout.size();
    for (std::size_t c = 0; c < kChannels; ++c) {
      if (!any(level.weights[c])) continue;
      pulls[level.number][c].emplace(size);
      out[level.number][c] = Plane(size);
      reactions[level.number][c] = reactions_of(sums_.over(level, c), level.weights[c], pixels_of(size));
    }
  }
  std::vector<Workspace> workspaces(static_cast<std::size_t>(std::max(threads, 1)));
  const auto work = blocks_of(levels);
  const auto for_pairs = [&](const auto& body) {
    parallel_for(work.size(), std::span(workspaces), [&](std::size_t i, Workspace& workspace) {
      const auto [level, block] = work[i];
      for (std::size_t c = 0; c < kChannels; ++c) {
        if (!any(level->weights[c])) continue;
        if (level->scale == 0 && c == kY && !luma.empty()) {
          const auto known = reference.channel(*block, *level, c);
          body(*level, *block, c, ChannelPair{known.plane, known.statistics, view_of(luma)});
        } else {
          body(*level, *block, c, pair(*block, *level, c, reference, run, nullptr, workspace));
        }
      }
    });
  };
  for_pairs([&](const Level& level, const Block& block, std::size_t c, const ChannelPair& both) {
    pull(block, both, level.weights[c], reactions[level.number][c], run, *pulls[level.number][c]);
  });
  for_pairs([&](const Level& level, const Block& block, std::size_t c, const ChannelPair& both) {
    gather(block, both, *pulls[level.number][c], run, out[level.number][c]);
  });
  return out;
}

/// From `slopes` of one level to linear light.
LightGradient CandidateSide::light_gradient(const Level& level, const Plane& luma, const Slopes& slopes,
                                            const LightGradient* coarser, const Kernels& run,
                                            int threads) const {
  const Size size = level.layout.size();
  LightGradient out{Plane(size), Plane(size), Plane(size)};
  for_rows(size.height, threads, [&](std::uint32_t y) {
    ChannelRows samples{};
    ChannelRows slope_rows{};
    for (std::size_t c = 0; c < kChannels; ++c) {
      const Plane& plane = space_.plane(level.scale, c);
      samples[c] = plane.empty() ? nullptr : plane.row(y);
      slope_rows[c] = slopes[c].empty() ? nullptr : slopes[c].row(y);
    }
    std::vector<float> none;
    if (!samples[kY] && level.scale == 0) samples[kY] = luma.row(y);
    if (!samples[kY]) {  // then nothing counts at this scale
      none.resize(size.width);
      samples[kY] = none.data();
    }
    descend(y, size, samples, slope_rows, coarser, run, out);
  });
  return out;
}

Gradient CandidateSide::gradient(const Measures& measures, const ReferenceSide& reference, const Kernels& run,
                                 int threads) const {
  const Plane luma = missing_luma(run, threads);
  const auto all = slopes(measures, luma, reference, run, threads);
  const auto levels = tile_levels(measures);
  std::optional<LightGradient> light;
  for (std::size_t i = levels.size(); i-- > 0;) {
    light = light_gradient(levels[i], luma, all[i], light ? &*light : nullptr, run, i < 2 ? threads : 1);
  }
  const Size size = measures.size();
  for_rows(size.height, threads, [&](std::uint32_t y) {
    light_->by_coded(y, 0, size.width, (*light)[0].row(y), (*light)[1].row(y), (*light)[2].row(y));
  });
  return {std::move(*light)};
}

}  // namespace frugal::metric
