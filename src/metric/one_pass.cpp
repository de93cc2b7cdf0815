#include "metric/one_pass.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "metric/blocks.hpp"
#include "metric/descent.hpp"
#include "util/parallel.hpp"

namespace frugal::metric {
namespace {

constexpr std::uint32_t kStrip = kTileSide;

/// The row of its scale behind the last that the block needs.
std::uint32_t end_of(const Block& block) {
  return static_cast<std::uint32_t>(*std::ranges::max_element(block.rows)) + 1;
}

}  // namespace

/// What is made while one block is compared; too large for the stack of a thread.
struct OnePass::Workspace {
  std::optional<LumaPatch> reference_luma;
  std::optional<LumaPatch> luma;
  std::optional<Descent> descent;
  std::array<float, std::size_t{kBlockWidth} * kBlockHeight> mean;
  std::array<float, std::size_t{kBlockWidth} * kBlockHeight> variance;
};

OnePass::OnePass(const Measures& measures, const Kernels& run)
    : measures_(measures),
      run_(run),
      reference_(ScaleSpace::sliding(measures.size(), strip(measures))),
      candidate_(ScaleSpace::sliding(measures.size(), strip(measures))),
      next_(measures.levels().size()),
      sums_(measures) {}

std::uint32_t OnePass::strip(const Measures& measures) {
  return measures.scales() < kMaxScales ? measures.size().height : kStrip;
}

/// The blocks below 1:1 that can be measured once `end` rows are there.
std::vector<Work> OnePass::due(std::uint32_t end) {
  std::vector<Work> work;
  for (const Level& level : measures_.levels()) {
    const auto there = at_scale({0, end}, level.scale).height;
    auto& next = next_[level.number];
    while (next < level.blocks.size() && end_of(level.blocks[next]) <= there) {
      work.push_back({&level, &level.blocks[next++]});
    }
  }
  return work;
}

void OnePass::measure(const Work& work, const Light& reference, const Light& candidate, bool fill,
                      Workspace& workspace) {
  const auto& [level, block] = work;
  const auto plane_of = [&](ScaleSpace& space, std::size_t channel, const Light& light,
                            std::optional<LumaPatch>& patch) {
    const PlaneView kept = space.view(level->scale, channel);
    return kept.data ? kept : luma_of(*block, light, run_, fill ? &space : nullptr, patch, workspace.descent);
  };
  for (std::size_t c = 0; c < kChannels; ++c) {
    if (!any(level->weights[c])) continue;
    const PlaneView plane = plane_of(reference_, c, reference, workspace.reference_luma);
    const StatisticsOut out{workspace.mean.data(), workspace.variance.data(), kBlockWidth};
    measure_reference(*block, plane, run_, out);
    const ChannelPair pair{
        plane, {out.mean, out.variance, out.stride}, plane_of(candidate_, c, candidate, workspace.luma)};
    compare(*block, level->layout, pair, level->weights[c], run_, sums_.of(*level, c));
  }
}

/// The blocks of 1:1 first: while their luma is made, the smaller scales are filled.
void OnePass::take(const Light& reference, const Light& candidate, std::uint32_t end, int threads) {
  std::vector<Workspace> workspaces(static_cast<std::size_t>(std::max(threads, 1)));
  const auto all = [&](std::span<const Work> work, bool fill) {
    parallel_for(work.size(), std::span(workspaces), [&](std::size_t i, Workspace& workspace) {
      measure(work[i], reference, candidate, fill, workspace);
    });
  };
  for (auto* space : {&reference_, &candidate_}) space->slide(end);
  if (reference_.lacks_luma()) {
    std::vector<Work> work;
    const Level& level = measures_.levels().front();
    auto& next = next_.front();
    while (next < level.blocks.size() && level.blocks[next].y < end) {
      work.push_back({&level, &level.blocks[next++]});
    }
    all(work, true);
  } else {
    reference_.build(reference, run_, threads);
    candidate_.build(candidate, run_, threads);
  }
  all(due(end), false);
}

}  // namespace frugal::metric
