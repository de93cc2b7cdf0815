// What the scans of one component's AC coefficients would cost in a file, counted without writing any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "codec/jpeg/bands.hpp"
#include "codec/jpeg/huffman_cost.hpp"
#include "codec/jpeg/pass_counter.hpp"
#include "codec/jpeg/sliced_sizes.hpp"

namespace frugal::codec::jpeg {

/// Point transforms that a scan may have: Al below this (T.81, G.1.2.1).
inline constexpr std::size_t kLevels = 4;

/// More than any scan; sums of some still fit.
inline constexpr std::uint64_t kNever = std::uint64_t{1} << 56;

/// Scans with one Al, in bytes with header and table.
struct LevelCosts {
  ByBand<std::uint64_t> first;   ///< with Ah 0
  ByBand<std::uint64_t> refine;  ///< with Ah one above Al
  SymbolHistogram symbols{};     ///< of a first scan over everything, without the ends of blocks
  std::uint64_t ended = 0;       ///< blocks whose last coefficient is 0 in such a scan
};

/// Counts scans with one Al as libjpeg's encoder writes them. It ends a refinement's run of ended blocks also
/// where 937 correction bits have gathered: left out here, since that is a code in more than a hundred bytes
/// at the most. Large (hundreds of kilobytes): a thread's workspace, used again and again.
class LevelCounter {
 public:
  /// `blocks`, at least one, stand for `all` blocks of the component. `low` is Al. Where it is above 0 and
  /// leaves nothing, first scans cost kNever.
  LevelCosts count(std::span<const SlicedSizes> blocks, std::size_t low, std::uint64_t all);

 private:
  void count(const SlicedSizes& block, std::uint32_t number, std::size_t low);

  PassCounter first_;
  PassCounter refine_;
  std::array<std::uint64_t, kZones> corrections_{};  ///< coefficients that were not 0 before, by zone
};

}  // namespace frugal::codec::jpeg
