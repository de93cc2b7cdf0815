#include "codec/png/optimal/optimal.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "codec/png/optimal/blocks.hpp"
#include "codec/png/optimal/matches.hpp"
#include "codec/png/optimal/parse.hpp"

namespace frugal::codec::png {

namespace {

/// Bytes are dealt with so many at a time, or fewer where there are many copies to choose from.
constexpr std::size_t kMostBytes = std::size_t{1} << 21;
constexpr std::size_t kMostMatches = std::size_t{1} << 22;

Matches matches_of(MatchFinder& finder, std::size_t left) {
  Matches matches;
  while (matches.ends.size() < std::min(left, kMostBytes) && matches.steps.size() < kMostMatches) {
    matches.amid.push_back(finder.next(matches.steps));
    matches.ends.push_back(static_cast<std::uint32_t>(matches.steps.size()));
  }
  return matches;
}

std::size_t bytes_of(std::span<const Step> steps) {
  std::size_t sum = 0;
  for (const auto& step : steps) sum += step.length;
  return sum;
}

/// Bytes with their matches, and the way through them so far.
class Stretch {
 public:
  Stretch(ByteView bytes, const Matches& matches) : bytes_(bytes), matches_(matches) {}

  void find(const Pains& pains) {
    steps_ = parser_(bytes_, matches_, 0, bytes_.size(), rough_costs(bytes_));
    steps_ = parser_(bytes_, matches_, 0, bytes_.size(), costs_of(histogram_of(steps_, bytes_)));
    ends_ = block_ends(steps_, bytes_);
    improve(std::min(pains.passes, 2));
    ends_ = block_ends(steps_, bytes_);
    improve(pains.passes);
  }

  void write(bool last, BitWriter& out) const {
    std::size_t begin = 0;
    std::size_t at = 0;
    for (const auto end : ends_) {
      const auto steps = std::span(steps_).subspan(begin, end - begin);
      const auto size = bytes_of(steps);
      write_block(steps, bytes_.subspan(at, size), last && end == ends_.back(), out);
      begin = end;
      at += size;
    }
  }

 private:
  /// Each block by itself: its steps are chosen anew as long as that makes it smaller.
  void improve(int passes) {
    std::vector<Step> improved;
    std::vector<std::size_t> ends;
    std::size_t begin = 0;
    std::size_t at = 0;
    for (const auto end : ends_) {
      const auto given = std::span(steps_).subspan(begin, end - begin);
      const auto size = bytes_of(given);
      const auto best = best_steps(given, at, at + size, passes);
      improved.insert(improved.end(), best.begin(), best.end());
      ends.push_back(improved.size());
      begin = end;
      at += size;
    }
    steps_ = std::move(improved);
    ends_ = std::move(ends);
  }

  std::vector<Step> best_steps(std::span<const Step> given, std::size_t begin, std::size_t end, int passes) {
    const auto bytes = bytes_.subspan(begin, end - begin);
    auto histogram = histogram_of(given, bytes);
    std::vector<Step> best(given.begin(), given.end());
    auto least = block_bits(histogram);
    for (int pass = 0; pass < passes; ++pass) {
      auto steps = parser_(bytes_, matches_, begin, end, costs_of(histogram));
      histogram = histogram_of(steps, bytes);
      const auto bits = block_bits(histogram);
      const bool settled = bits + bits / 8192 >= least;
      if (bits < least) {
        least = bits;
        best = std::move(steps);
      }
      if (settled) break;
    }
    return best;
  }

  ByteView bytes_;
  const Matches& matches_;
  Parser parser_;
  std::vector<Step> steps_;
  std::vector<std::size_t> ends_;  ///< of blocks, in steps
};

}  // namespace

Bytes optimal_zlib(ByteView bytes, const Pains& pains) {
  BitWriter out;
  out(0x78, 8);  // deflate, a window of 32 KiB; the most thorough way (RFC 1950, 2.2)
  out(0xDA, 8);
  MatchFinder finder(bytes, pains.depth);
  for (std::size_t at = 0; at < bytes.size();) {
    const auto matches = matches_of(finder, bytes.size() - at);
    const auto size = matches.ends.size();
    Stretch stretch(bytes.subspan(at, size), matches);
    stretch.find(pains);
    at += size;
    stretch.write(at == bytes.size(), out);
  }
  if (bytes.empty()) write_block({}, {}, true, out);
  out.to_whole_byte();
  const auto sum = libdeflate_adler32(1, bytes.data(), bytes.size());
  for (int shift = 24; shift >= 0; shift -= 8) out(sum >> shift & 255, 8);
  return std::move(out.bytes());
}

}  // namespace frugal::codec::png
