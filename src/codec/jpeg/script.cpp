#include "codec/jpeg/script.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "codec/jpeg/scan_plans.hpp"
#include "util/parallel.hpp"

namespace frugal::codec::jpeg {
namespace {

/// How many blocks of a component are counted.
std::size_t wanted_blocks(const Component& component, int effort) {
  const std::size_t all = component.blocks.size();
  if (effort >= 7) return all;
  return effort >= 5 ? std::max<std::size_t>(all / 8, 2048) : std::max<std::size_t>(all / 32, 512);
}

/// Every so many rows of blocks, one below another.
std::vector<SlicedSizes> sample(const Component& component, std::size_t wanted, int threads) {
  const std::size_t step = std::clamp<std::size_t>(component.blocks.size() / wanted, 1, component.rows);
  const std::size_t rows = component.rows / step;
  const std::size_t columns = component.columns;
  std::vector<SlicedSizes> sizes(rows * columns);
  parallel_for(rows, threads, [&](std::size_t row) {
    const Block* const blocks = &component.blocks[(row * step + step / 2) * columns];
    std::transform(blocks, blocks + columns, sizes.begin() + static_cast<std::ptrdiff_t>(row * columns),
                   sliced_sizes);
  });
  return sizes;
}

std::vector<AcCosts> count_ac(const Coefficients& coefficients, int effort, int threads) {
  const std::size_t components = coefficients.components.size();
  std::vector<AcCosts> costs(components);
  std::vector<std::vector<SlicedSizes>> samples;
  for (std::size_t i = 0; i < components; ++i) {
    const auto& component = coefficients.components[i];
    samples.push_back(sample(component, wanted_blocks(component, effort), threads));
    costs[i].counted = samples[i].size();
    costs[i].blocks = component.blocks.size();
  }
  const std::size_t tasks = components * kLevels;
  std::vector<LevelCounter> counters(std::min(static_cast<std::size_t>(std::max(threads, 1)), tasks));
  parallel_for(tasks, std::span(counters), [&](std::size_t task, LevelCounter& counter) {
    const std::size_t i = task % components;
    const std::size_t low = task / components;
    costs[i].levels[low] = counter.count(samples[i], low, costs[i].blocks);
  });
  return costs;
}

/// Best on average over photographs and graphics among some like it.
Script usual_script(std::size_t components) {
  if (components == 1)
    return {{{0}, 1, 0, 0}, {{0}, 1, 1, 8, 0, 1}, {{0}, 1, 9, 63, 0, 1}, {{0}, 1, 1, 63, 1, 0}};
  return {{{0}, 1, 0, 0},  {{1, 2}, 2, 0, 0},     {{0}, 1, 1, 8, 0, 1}, {{1}, 1, 1, 63},
          {{2}, 1, 1, 63}, {{0}, 1, 9, 63, 0, 1}, {{0}, 1, 1, 63, 1, 0}};
}

/// When a scan comes: DC, low frequencies of luma, chroma, the rest; then refinements, high bits first.
int turn(const Scan& scan) {
  constexpr int kLow = 12;
  constexpr int kRefinements = 20;
  if (scan.high > 0) return kRefinements - scan.high;
  if (scan.last == 0) return 0;
  if (scan.components[0] > 0) return 2;
  return scan.last <= kLow ? 1 : 3;
}

Plan progressive_plan(const Coefficients& coefficients, const std::vector<AcCosts>& costs) {
  Plan plan = dc_plan(coefficients);
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const Plan part = ac_plan(static_cast<int>(i), costs[i]);
    plan.bytes += part.bytes;
    plan.scans.insert(plan.scans.end(), part.scans.begin(), part.scans.end());
  }
  std::stable_sort(plan.scans.begin(), plan.scans.end(),
                   [](const Scan& a, const Scan& b) { return turn(a) < turn(b); });
  return plan;
}

}  // namespace

Script best_script(const Coefficients& coefficients, int effort, int threads) {
  // So small that further scans do not make good what their headers and tables take.
  constexpr std::size_t kNeverProgressive = 16;
  constexpr std::size_t kRarelyProgressive = 256;
  const std::size_t blocks = coefficients.components[0].blocks.size();
  if (blocks <= (effort > 2 ? kNeverProgressive : kRarelyProgressive)) return {};
  if (effort <= 2) return usual_script(coefficients.components.size());
  const auto costs = count_ac(coefficients, effort, threads);
  const Plan plan = progressive_plan(coefficients, costs);
  return plan.bytes < sequential_bytes(coefficients, costs) ? plan.scans : Script{};
}

}  // namespace frugal::codec::jpeg
