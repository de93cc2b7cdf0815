#include "codec/jpeg/scan_plans.hpp"

#include <algorithm>
#include <utility>

#include "codec/jpeg/dc_costs.hpp"

namespace frugal::codec::jpeg {
namespace {

/// A component's passes cut up in the cheapest way, by Al.
struct Passes {
  std::array<Cuts, kLevels> first;
  std::array<Cuts, kLevels> refine;

  explicit Passes(const AcCosts& costs) {
    for (std::size_t low = 0; low < kLevels; ++low) {
      first[low] = cheapest_cuts(costs.levels[low].first);
      refine[low] = cheapest_cuts(costs.levels[low].refine);
    }
  }

  /// Of a first pass with Al `top` and all refinements after it.
  std::uint64_t bytes(Band band, std::size_t top) const {
    std::uint64_t sum = first[top].bytes(band.from, band.to);
    for (std::size_t low = 0; low < top; ++low) sum += refine[low].bytes(band.from, band.to);
    return sum;
  }

  std::size_t best_top(Band band) const {
    std::size_t best = 0;
    for (std::size_t top = 1; top < kLevels; ++top) {
      if (bytes(band, top) < bytes(band, best)) best = top;
    }
    return best;
  }
};

void append(Script& scans, int component, const std::vector<Band>& bands, int high, int low) {
  for (const auto& band : bands)
    scans.push_back({{component}, 1, zone_begin(band.from), zone_end(band.to), high, low});
}

/// DC scans over `components` together, as many as there are.
Scan dc_scan(std::initializer_list<int> components, int high, int low) {
  Scan scan{{}, static_cast<int>(components.size()), 0, 0, high, low};
  std::copy(components.begin(), components.end(), scan.components.begin());
  return scan;
}

std::vector<Script> dc_first_scans(std::size_t components, int low) {
  if (components == 1) return {{dc_scan({0}, 0, low)}};
  return {{dc_scan({0, 1, 2}, 0, low)},
          {dc_scan({0}, 0, low), dc_scan({1, 2}, 0, low)},
          {dc_scan({0}, 0, low), dc_scan({1}, 0, low), dc_scan({2}, 0, low)}};
}

}  // namespace

Plan ac_plan(int component, const AcCosts& costs) {
  const Passes passes(costs);
  ByBand<std::uint64_t> whole;
  for (std::size_t from = 0; from < kZones; ++from) {
    for (std::size_t to = from; to < kZones; ++to)
      whole(from, to) = passes.bytes({from, to}, passes.best_top({from, to}));
  }
  const Cuts cuts = cheapest_cuts(whole);
  Plan plan{cuts.bytes(0, kZones - 1), {}};
  for (const auto& band : cuts.pieces({})) {
    const std::size_t top = passes.best_top(band);
    append(plan.scans, component, passes.first[top].pieces(band), 0, static_cast<int>(top));
    for (std::size_t low = top; low-- > 0;)
      append(plan.scans, component, passes.refine[low].pieces(band), static_cast<int>(low) + 1,
             static_cast<int>(low));
  }
  return plan;
}

Plan dc_plan(const Coefficients& coefficients) {
  const std::size_t components = coefficients.components.size();
  Plan best{UINT64_MAX, {}};
  for (const int low : {0, 1}) {
    for (auto& scans : dc_first_scans(components, low)) {
      Plan plan{0, std::move(scans)};
      for (const auto& scan : plan.scans) plan.bytes += dc_first_bytes(coefficients, scan);
      if (low > 0) {
        plan.scans.push_back(components == 1 ? dc_scan({0}, 1, 0) : dc_scan({0, 1, 2}, 1, 0));
        plan.bytes += dc_refine_bytes(coefficients, plan.scans.back());
      }
      if (plan.bytes < best.bytes) best = std::move(plan);
    }
  }
  return best;
}

std::uint64_t sequential_bytes(const Coefficients& coefficients, const std::vector<AcCosts>& costs) {
  const std::size_t components = costs.size();
  std::uint64_t bytes =
      dc_first_bytes(coefficients, components == 1 ? dc_scan({0}, 0, 0) : dc_scan({0, 1, 2}, 0, 0));
  const auto add_table = [&](std::size_t begin, std::size_t end) {
    SymbolHistogram symbols{};
    std::uint64_t counted = 0;
    std::uint64_t blocks = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const auto& it = costs[i];
      const std::uint64_t fillers =
          coded_blocks(coefficients, static_cast<int>(i), components > 1) - it.blocks;
      symbols += it.levels[0].symbols;
      symbols[0] += static_cast<std::uint32_t>(it.levels[0].ended + fillers * it.counted / it.blocks);
      counted += it.counted;
      blocks += it.blocks;
    }
    const auto code = huffman_cost(symbols);
    bytes += code.table_bytes + data_bytes(code.bits * blocks / counted);
  };
  add_table(0, 1);
  if (components > 1) add_table(1, components);
  return bytes;
}

}  // namespace frugal::codec::jpeg
