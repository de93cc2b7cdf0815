#include "codec/jpeg/ac_costs.hpp"

#include <algorithm>
#include <bit>

namespace frugal::codec::jpeg {
namespace {

constexpr std::array<std::uint8_t, kBlockSize> zones_of_places() {
  std::array<std::uint8_t, kBlockSize> zones{};
  std::uint8_t zone = 0;
  for (std::size_t place = 1; place < kBlockSize; ++place) {
    if (static_cast<int>(place) > zone_end(zone)) ++zone;
    zones[place] = zone;
  }
  return zones;
}
constexpr auto kZoneOf = zones_of_places();

}  // namespace

void LevelCounter::count(const SlicedSizes& block, std::uint32_t number, std::size_t low) {
  const std::uint64_t nonzero = block.nonzero(low);
  const std::uint64_t known = block.nonzero(low + 1);  // by the scans before, where this one refines
  std::array<int, kZones> zeros_at;
  std::size_t entered = 0;
  int nonzeros = 0;
  for (auto rest = nonzero; rest != 0; rest &= rest - 1, ++nonzeros) {
    const int place = std::countr_zero(rest);
    const std::size_t zone = kZoneOf[static_cast<std::size_t>(place)];
    for (; entered <= zone; ++entered) zeros_at[entered] = zone_begin(entered) - nonzeros;
    if (known >> place & 1) {
      first_.code(zone, place - nonzeros, zeros_at, block.at(place) - low);
      ++corrections_[zone];
    } else {
      first_.code(zone, place - nonzeros, zeros_at, 1);
      refine_.code(zone, place - nonzeros, zeros_at, 1);
    }
  }
  first_.end_block(number, nonzero);
  refine_.end_block(number, nonzero & ~known);
}

LevelCosts LevelCounter::count(std::span<const SlicedSizes> blocks, std::size_t low, std::uint64_t all) {
  LevelCosts costs;
  const auto is_empty = [low](const SlicedSizes& block) { return block.nonzero(low) == 0; };
  if (low > 0 && std::all_of(blocks.begin(), blocks.end(), is_empty)) {
    costs.first.fill(kNever);
    return costs;
  }
  first_.clear();
  refine_.clear();
  corrections_ = {};
  std::uint32_t number = 0;
  for (const auto& block : blocks) {
    count(block, number++, low);
    costs.ended += (block.nonzero(low) >> 63) ^ 1;
  }
  first_.finish(number);
  refine_.finish(number);
  const auto bytes = [&](SymbolHistogram symbols, const EndRuns& runs, std::uint64_t bits) {
    bits += runs.add_to(symbols);
    const auto code = huffman_cost(symbols);
    return scan_header_bytes(1) + code.table_bytes + data_bytes((code.bits + bits) * all / number);
  };
  first_.for_all_bands(
      [&](std::size_t from, std::size_t to, const SymbolHistogram& symbols, const EndRuns& runs) {
        if (from == 0 && to == kZones - 1) costs.symbols = symbols;
        costs.first(from, to) = bytes(symbols, runs, 0);
      });
  refine_.for_all_bands(
      [&](std::size_t from, std::size_t to, const SymbolHistogram& symbols, const EndRuns& runs) {
        std::uint64_t corrections = 0;
        for (std::size_t zone = from; zone <= to; ++zone) corrections += corrections_[zone];
        costs.refine(from, to) = bytes(symbols, runs, corrections);
      });
  return costs;
}

}  // namespace frugal::codec::jpeg
