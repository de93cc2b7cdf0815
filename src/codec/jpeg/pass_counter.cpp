#include "codec/jpeg/pass_counter.hpp"

namespace frugal::codec::jpeg {

std::uint64_t EndRuns::add_to(SymbolHistogram& symbols) const {
  std::uint64_t bits = 0;
  for (std::size_t following = 0; following < kMostBits; ++following) {
    symbols[following << 4] += runs_[following + 1];
    bits += following * runs_[following + 1];
  }
  return bits;
}

void PassCounter::clear() {
  follow_.fill({});
  lead_.fill({});
  end_runs_.fill({});
  next_zone_ = 0;
  zones_ = 0;
}

void PassCounter::end_block(std::uint32_t block, std::uint64_t coded) {
  std::array<std::uint32_t, kZones> next;
  for (std::size_t to = 0; to < kZones; ++to)
    next[to] = block + static_cast<std::uint32_t>(coded >> zone_end(to) & 1);
  for (std::size_t from = 0; zones_ != 0; ++from) {
    for (auto to = static_cast<std::size_t>(std::countr_zero(zones_)); to < kZones; ++to)
      end_runs_(from, to).end(block, next[to]);
    zones_ &= ~(1U << from);
  }
  next_zone_ = 0;
}

void PassCounter::finish(std::uint32_t blocks) {
  for (std::size_t from = 0; from < kZones; ++from) {
    for (std::size_t to = from; to < kZones; ++to) end_runs_(from, to).finish(blocks);
  }
}

}  // namespace frugal::codec::jpeg
