#include "codec/png/squeeze.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "codec/png/deflate.hpp"
#include "codec/png/filters.hpp"
#include "util/parallel.hpp"

namespace frugal::codec::png {

namespace {

/// How hard an effort tries.
struct Plan {
  std::size_t strategies;  ///< of kOrder; 0: the usual one of the layout, without a first round
  int quick_level;         ///< of deflate, to tell the tries apart
  std::size_t kept;        ///< so many of them are deflated again
  int level;
};
constexpr std::array<Plan, 9> kPlans{{{0, 0, 1, 1},
                                      {0, 0, 1, 4},
                                      {0, 0, 1, 7},
                                      {3, 3, 1, 9},
                                      {6, 4, 1, 10},
                                      {7, 5, 1, 11},
                                      {9, 6, 2, 12},
                                      {10, 7, 3, 12},
                                      {10, 9, 6, 12}}};

/// The strategies, those first that are the best most often.
constexpr std::array<Strategy, kStrategies> kOrder{
    Strategy::none, Strategy::min_sum, Strategy::bigrams, Strategy::entropy, Strategy::pair_entropy,
    Strategy::sub,  Strategy::up,      Strategy::paeth,   Strategy::average, Strategy::trial};

struct Try {
  std::size_t layout = 0;
  Strategy strategy = Strategy::none;
  std::size_t size = 0;  ///< with the chunks that the layout asks for
  Bytes stream;
};

Strategy usual_strategy(const Layout& layout) {
  const bool flat = layout.type == ColorType::palette || layout.bits < 8;
  return flat ? Strategy::none : Strategy::min_sum;
}

std::vector<Try> tries_of(std::span<const Layout> layouts, const Plan& plan) {
  std::vector<Try> tries;
  for (std::size_t i = 0; i < layouts.size(); ++i) {
    if (plan.strategies == 0) tries.push_back({i, usual_strategy(layouts[i]), 0, {}});
    for (std::size_t s = 0; s < plan.strategies; ++s) tries.push_back({i, kOrder[s], 0, {}});
  }
  return tries;
}

/// Deflates each of them.
void deflate(std::vector<Try>& tries, std::span<const Layout> layouts, int level, bool keep, int threads) {
  parallel_for(tries.size(), threads, [&](std::size_t i) {
    auto& one = tries[i];
    const auto& layout = layouts[one.layout];
    Deflater deflater(level);
    const auto bytes = filtered(layout.rows(), one.strategy);
    if (keep) {
      one.stream = deflater(bytes);
      one.size = one.stream.size();
    } else {
      one.size = deflater.size_of(bytes);
    }
    one.size += layout.side_bytes();
  });
}

}  // namespace

Squeezed squeezed(std::span<const Layout> layouts, int effort, int threads) {
  const auto& plan = kPlans[static_cast<std::size_t>(std::clamp(effort, 1, 9) - 1)];
  auto tries = tries_of(layouts, plan);
  if (plan.quick_level > 0) {
    deflate(tries, layouts, plan.quick_level, false, threads);
    std::ranges::stable_sort(tries, {}, &Try::size);
    tries.resize(std::min(tries.size(), plan.kept));
  }
  deflate(tries, layouts, plan.level, true, threads);
  auto& best = *std::ranges::min_element(tries, {}, &Try::size);
  return {best.layout, std::move(best.stream)};
}

}  // namespace frugal::codec::png
