// Counts the symbols of one pass over a component's AC coefficients for scans of all bands at once.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "codec/jpeg/bands.hpp"
#include "codec/jpeg/huffman_cost.hpp"

namespace frugal::codec::jpeg {

/// A band's runs of blocks in which nothing is left to code (T.81, G.1.2.2).
class EndRuns {
 public:
  /// A coefficient of `block` is coded; `next` is the first block in which nothing may be left to code.
  void end(std::uint32_t block, std::uint32_t next) {
    add(block - begin_);
    begin_ = next;
  }
  void finish(std::uint32_t blocks) { add(blocks - begin_); }

  /// Adds the symbols for runs. Returns the bits that follow them.
  std::uint64_t add_to(SymbolHistogram& symbols) const;

 private:
  static constexpr std::size_t kMostBits = 15;
  static constexpr std::uint32_t kLongest = (1U << kMostBits) - 1;

  void add(std::uint32_t blocks) {
    if (blocks > kLongest) [[unlikely]] {
      runs_[kMostBits] += blocks / kLongest;
      blocks %= kLongest;
    }
    ++runs_[static_cast<std::size_t>(std::bit_width(2 * blocks + 1)) - 1];  // + 1 spares a test for 0
  }

  std::uint32_t begin_ = 0;                          ///< the block where the pending run begins
  std::array<std::uint32_t, kMostBits + 1> runs_{};  ///< by the bits of their length; [0]: no run
};

/// A pass is either the first with its Al or a refinement (G.1.2.3); what they count differs only in which
/// coefficients are coded.
///
/// A symbol depends on the band only where the coefficient is its band's first: so symbols are counted by the
/// zones of a coefficient and of the one coded before it, and those of firsts by the zone where the band
/// begins.
class PassCounter {
 public:
  void clear();

  /// Codes a coefficient, in zigzag order. `zeros`: coefficients before it in its block that stay 0 in this
  /// pass, from any origin; `zeros_at`: those before each zone up to its own.
  void code(std::size_t zone, int zeros, const std::array<int, kZones>& zeros_at, std::size_t size) {
    if (next_zone_ > 0) add(follow_(next_zone_ - 1, zone), zeros - zeros_, size);
    for (std::size_t from = next_zone_; from <= zone; ++from)
      add(lead_(from, zone), zeros - zeros_at[from], size);
    zeros_ = zeros;
    next_zone_ = zone + 1;
    zones_ |= 1U << zone;
  }

  /// `coded`: the places of all that were coded in `block`, which are counted from 0.
  void end_block(std::uint32_t block, std::uint64_t coded);

  void finish(std::uint32_t blocks);

  /// Calls `use(from, to, symbols, end_runs)` for the scan of every band.
  template <class Use>
  void for_all_bands(const Use& use) const;

 private:
  static void add(SymbolHistogram& symbols, int run, std::size_t size) {
    auto zeros = static_cast<std::size_t>(run);
    if (zeros >= 16) [[unlikely]] {
      symbols[0xF0] += static_cast<std::uint32_t>(zeros / 16);
      zeros %= 16;
    }
    ++symbols[zeros * 16 + size];
  }

  ByBand<SymbolHistogram> follow_;  ///< by the zones of the coefficient before and of the coefficient
  ByBand<SymbolHistogram> lead_;    ///< of a band's first, by the band's first zone and the coefficient's
  ByBand<EndRuns> end_runs_;
  int zeros_ = 0;              ///< before the last coefficient
  std::size_t next_zone_ = 0;  ///< one above the last coefficient's zone; 0 before the block's first
  std::uint32_t zones_ = 0;    ///< bits: of coefficients in this block
};

template <class Use>
void PassCounter::for_all_bands(const Use& use) const {
  std::array<SymbolHistogram, kZones> followers{};  // by zone: what comes after another one of the band
  for (std::size_t from = kZones; from-- > 0;) {
    SymbolHistogram symbols{};
    for (std::size_t to = from; to < kZones; ++to) {
      followers[to] += follow_(from, to);
      symbols += followers[to];
      symbols += lead_(from, to);
      use(from, to, symbols, end_runs_(from, to));
    }
  }
}

}  // namespace frugal::codec::jpeg
