#include "codec/png/squeeze.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "codec/png/deflate.hpp"
#include "codec/png/filters.hpp"
#include "codec/png/optimal/optimal.hpp"
#include "util/parallel.hpp"

namespace frugal::codec::png {

namespace {

/// How hard an effort tries.
struct Plan {
  std::size_t strategies;  ///< of kOrder; 0: the usual one of the layout, without a first round
  int quick_level;         ///< of libdeflate, to tell the tries apart
  std::size_t kept;        ///< so many of them are deflated again
  int level;               ///< of libdeflate; 0: the optimal way, with
  Pains pains;
};
constexpr std::array<Plan, 9> kPlans{{{0, 0, 1, 1, {}},
                                      {0, 0, 1, 6, {}},
                                      {3, 2, 1, 9, {}},
                                      {6, 4, 1, 11, {}},
                                      {10, 9, 1, 0, {1000, 1}},
                                      {10, 9, 2, 0, {1000, 2}},
                                      {10, 10, 5, 0, {1000, 6}},
                                      {10, 10, 8, 0, {2000, 15}},
                                      {10, 10, 20, 0, {4000, 30}}}};

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

/// Fills in the size of each of them, roughly.
void rank(std::vector<Try>& tries, std::span<const Layout> layouts, int level, int threads) {
  parallel_for(tries.size(), threads, [&](std::size_t i) {
    const auto& layout = layouts[tries[i].layout];
    tries[i].size = Deflater(level).size_of(filtered(layout.rows(), tries[i].strategy)) + layout.side_bytes();
  });
  std::ranges::stable_sort(tries, {}, &Try::size);
}

/// Fills in the stream of each of them.
void deflate(std::vector<Try>& tries, std::span<const Layout> layouts, const Plan& plan, int threads) {
  parallel_for(tries.size(), threads, [&](std::size_t i) {
    const auto& layout = layouts[tries[i].layout];
    const auto bytes = filtered(layout.rows(), tries[i].strategy);
    tries[i].stream = plan.level == 0 ? optimal_zlib(bytes, plan.pains) : Deflater(plan.level)(bytes);
    tries[i].size = tries[i].stream.size() + layout.side_bytes();
  });
}

}  // namespace

Squeezed squeezed(std::span<const Layout> layouts, int effort, int threads) {
  const auto& plan = kPlans[static_cast<std::size_t>(std::clamp(effort, 1, 9) - 1)];
  auto tries = tries_of(layouts, plan);
  if (plan.quick_level > 0) {
    rank(tries, layouts, plan.quick_level, threads);
    tries.resize(std::min(tries.size(), plan.kept));
  }
  deflate(tries, layouts, plan, threads);
  auto& best = *std::ranges::min_element(tries, {}, &Try::size);
  return {best.layout, std::move(best.stream)};
}

}  // namespace frugal::codec::png
