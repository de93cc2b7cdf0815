#include "codec/png/optimal/blocks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "codec/png/optimal/huffman.hpp"

namespace frugal::codec::png {

namespace {

using Lengths = std::vector<std::uint8_t>;

constexpr std::size_t kLengthCodes = 19;
constexpr std::array<std::uint8_t, kLengthCodes> kLengthOrder{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                              11, 4,  12, 3, 13, 2, 14, 1, 15};

/// Both codes of a block.
struct Codes {
  Lengths literals;
  Lengths distances;
};

Codes codes_for(const Histogram& histogram) {
  auto literals = histogram.literals;
  literals[kEndOfBlock] = 1;
  Codes codes{code_lengths(literals, 15), code_lengths(histogram.distances, 15)};
  // A decoder wants a code for distances though there be none.
  if (std::ranges::all_of(codes.distances, [](auto bits) { return bits == 0; })) codes.distances[0] = 1;
  return codes;
}

Codes fixed_codes() {
  Codes codes{Lengths(288, 8), Lengths(kDistances, 5)};
  std::fill(codes.literals.begin() + 144, codes.literals.begin() + 256, std::uint8_t{9});
  std::fill(codes.literals.begin() + 256, codes.literals.begin() + 280, std::uint8_t{7});
  return codes;
}

/// The lengths of codes, as a symbol and the bits that follow it.
struct Run {
  std::uint8_t symbol = 0;
  std::uint8_t more = 0;
};
constexpr std::array<int, kLengthCodes> kRunBits = [] {
  std::array<int, kLengthCodes> bits{};
  bits[16] = 2;
  bits[17] = 3;
  bits[18] = 7;
  return bits;
}();

/// Lengths by runs; `allowed`: bit 0 for repeats (16), 1 for short runs of zeros (17), 2 for long ones (18).
std::vector<Run> runs_of(const Lengths& lengths, unsigned allowed) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < lengths.size();) {
    const auto length = lengths[i];
    std::size_t same = 1;
    while (i + same < lengths.size() && lengths[i + same] == length) ++same;
    i += same;
    const auto take = [&](unsigned symbol, std::size_t least, std::size_t most) {
      while (same >= least) {
        const auto count = std::min(same, most);
        runs.push_back({static_cast<std::uint8_t>(symbol), static_cast<std::uint8_t>(count - least)});
        same -= count;
      }
    };
    if (length == 0 && (allowed & 4)) take(18, 11, 138);
    if (length == 0 && (allowed & 2)) take(17, 3, 10);
    if (length != 0 && same > 3 && (allowed & 1)) {
      runs.push_back({length, 0});
      --same;
      take(16, 3, 6);
    }
    for (; same > 0; --same) runs.push_back({length, 0});
  }
  return runs;
}

/// The codes of a block as the block itself tells them.
struct Preamble {
  std::size_t literals = 0;  ///< codes told
  std::size_t distances = 0;
  std::vector<Run> runs;
  Lengths lengths;       ///< of the runs' symbols
  std::size_t told = 4;  ///< of these
  std::size_t bits = 0;
};

Preamble preamble_of(const Codes& codes, unsigned allowed) {
  Preamble preamble;
  const auto used = [](const Lengths& lengths, std::size_t least) {
    std::size_t count = lengths.size();
    while (count > least && lengths[count - 1] == 0) --count;
    return count;
  };
  preamble.literals = used(codes.literals, 257);
  preamble.distances = used(codes.distances, 1);
  Lengths all(codes.literals.begin(),
              codes.literals.begin() + static_cast<std::ptrdiff_t>(preamble.literals));
  all.insert(all.end(), codes.distances.begin(),
             codes.distances.begin() + static_cast<std::ptrdiff_t>(preamble.distances));
  preamble.runs = runs_of(all, allowed);
  std::array<std::uint32_t, kLengthCodes> counts{};
  for (const auto& run : preamble.runs) ++counts[run.symbol];
  preamble.lengths = code_lengths(counts, 7);
  for (std::size_t i = 0; i < kLengthCodes; ++i) {
    if (preamble.lengths[kLengthOrder[i]] > 0) preamble.told = std::max(preamble.told, i + 1);
  }
  preamble.bits = 14 + 3 * preamble.told;
  for (std::size_t i = 0; i < kLengthCodes; ++i)
    preamble.bits += counts[i] * static_cast<std::size_t>(preamble.lengths[i] + kRunBits[i]);
  return preamble;
}

Preamble shortest_preamble(const Codes& codes) {
  auto best = preamble_of(codes, 7);
  for (unsigned allowed = 0; allowed < 7; ++allowed) {
    auto other = preamble_of(codes, allowed);
    if (other.bits < best.bits) best = std::move(other);
  }
  return best;
}

int length_bits(std::size_t symbol) {  // that follow a symbol from 257 on
  return symbol < 265 || symbol == 285 ? 0 : static_cast<int>((symbol - 261) / 4);
}

int distance_bits(std::size_t symbol) {
  return symbol < 4 ? 0 : static_cast<int>(symbol / 2 - 1);
}

/// The symbols of a block and what follows them, with its end.
std::size_t symbol_bits(const Histogram& histogram, const Codes& codes) {
  std::size_t bits = codes.literals[kEndOfBlock];
  for (std::size_t i = 0; i < kLiterals; ++i)
    bits +=
        histogram.literals[i] * static_cast<std::size_t>(codes.literals[i] + (i < 257 ? 0 : length_bits(i)));
  for (std::size_t i = 0; i < kDistances; ++i)
    bits += histogram.distances[i] * static_cast<std::size_t>(codes.distances[i] + distance_bits(i));
  return bits;
}

void write_preamble(const Preamble& preamble, BitWriter& out) {
  out(static_cast<std::uint32_t>(preamble.literals - 257), 5);
  out(static_cast<std::uint32_t>(preamble.distances - 1), 5);
  out(static_cast<std::uint32_t>(preamble.told - 4), 4);
  for (std::size_t i = 0; i < preamble.told; ++i) out(preamble.lengths[kLengthOrder[i]], 3);
  const auto codes = codes_of(preamble.lengths);
  for (const auto& run : preamble.runs) {
    out(codes[run.symbol], preamble.lengths[run.symbol]);
    out(run.more, kRunBits[run.symbol]);
  }
}

void write_steps(std::span<const Step> steps, ByteView bytes, const Codes& codes, BitWriter& out) {
  const auto literals = codes_of(codes.literals);
  const auto distances = codes_of(codes.distances);
  std::size_t at = 0;
  for (const auto& step : steps) {
    if (step.distance == 0) {
      out(literals[bytes[at]], codes.literals[bytes[at]]);
    } else {
      const auto& length = kLengthSlots[step.length];
      out(literals[length.symbol], codes.literals[length.symbol]);
      out(static_cast<std::uint32_t>(step.length - length.base), length.extra);
      const auto distance = distance_slot(step.distance);
      out(distances[distance.symbol], codes.distances[distance.symbol]);
      out(static_cast<std::uint32_t>(step.distance - distance.base), distance.extra);
    }
    at += step.length;
  }
  out(literals[kEndOfBlock], codes.literals[kEndOfBlock]);
}

void write_stored(ByteView bytes, bool last, BitWriter& out) {
  constexpr std::size_t kMost = 65535;
  while (!bytes.empty()) {
    const auto count = static_cast<std::uint32_t>(std::min(bytes.size(), kMost));
    out(last && count == bytes.size() ? 1 : 0, 3);
    out.to_whole_byte();
    out(count, 16);
    out(~count & 0xFFFF, 16);
    out.append(bytes.first(count));
    bytes = bytes.subspan(count);
  }
}

/// n·log2(n)
double weighted_log(std::uint32_t n) {
  static const auto table = [] {
    std::array<double, 4096> logs{};
    for (std::size_t i = 1; i < logs.size(); ++i) {
      const auto x = static_cast<double>(i);
      logs[i] = x * std::log2(x);
    }
    return logs;
  }();
  if (n < table.size()) return table[n];
  return static_cast<double>(n) * std::log2(static_cast<double>(n));
}

/// The bits of a block by its entropy and by the number of its codes; what follows symbols left out.
double rough_bits(const Histogram& histogram) {
  constexpr double kBlock = 60;
  constexpr double kCode = 3.2;
  double bits = kBlock;
  const auto add = [&](std::span<const std::uint32_t> counts) {
    std::uint32_t sum = 0;
    for (const auto count : counts) {
      if (count == 0) continue;
      sum += count;
      bits += kCode - weighted_log(count);
    }
    bits += weighted_log(sum);
  };
  add(histogram.literals);
  add(histogram.distances);
  return bits;
}

/// A run of steps that may become a block.
struct Piece {
  std::size_t end = 0;
  Histogram histogram;
  double bits = 0;
  double saved = 0;  ///< by merging it with the next one
};

double saved_by(const Piece& a, const Piece& b) {
  auto both = a.histogram;
  both += b.histogram;
  return a.bits + b.bits - rough_bits(both);
}

std::vector<Piece> pieces_of(std::span<const Step> steps, ByteView bytes) {
  constexpr std::size_t kLeast = 256;
  constexpr std::size_t kMost = 1024;
  const auto size = std::max(kLeast, steps.size() / kMost + 1);
  std::vector<Piece> pieces;
  std::size_t at = 0;
  for (std::size_t begin = 0; begin < steps.size(); begin += size) {
    const auto own = steps.subspan(begin, std::min(size, steps.size() - begin));
    Piece piece{begin + own.size(), histogram_of(own, bytes.subspan(at)), 0, 0};
    piece.bits = rough_bits(piece.histogram);
    pieces.push_back(piece);
    for (const auto& step : own) at += step.length;
  }
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) pieces[i].saved = saved_by(pieces[i], pieces[i + 1]);
  return pieces;
}

}  // namespace

Histogram histogram_of(std::span<const Step> steps, ByteView bytes) {
  Histogram histogram;
  std::size_t at = 0;
  for (const auto& step : steps) {
    histogram.add(step, bytes[at]);
    at += step.length;
  }
  return histogram;
}

std::size_t block_bits(const Histogram& histogram) {
  const auto own = codes_for(histogram);
  const auto with_own = shortest_preamble(own).bits + symbol_bits(histogram, own);
  return 3 + std::min(with_own, symbol_bits(histogram, fixed_codes()));
}

void write_block(std::span<const Step> steps, ByteView bytes, bool last, BitWriter& out) {
  const auto histogram = histogram_of(steps, bytes);
  const auto own = codes_for(histogram);
  const auto fixed = fixed_codes();
  const auto preamble = shortest_preamble(own);
  const auto with_own = preamble.bits + symbol_bits(histogram, own);
  const auto with_fixed = symbol_bits(histogram, fixed);
  const auto stored = 8 * bytes.size() + 40 * (bytes.size() / 65535 + 1);
  if (stored < std::min(with_own, with_fixed)) return write_stored(bytes, last, out);
  out(last ? 1 : 0, 1);
  if (with_fixed < with_own) {
    out(1, 2);
    write_steps(steps, bytes, fixed, out);
  } else {
    out(2, 2);
    write_preamble(preamble, out);
    write_steps(steps, bytes, own, out);
  }
}

std::vector<std::size_t> block_ends(std::span<const Step> steps, ByteView bytes) {
  auto pieces = pieces_of(steps, bytes);
  while (pieces.size() > 1) {
    const auto best = std::max_element(pieces.begin(), pieces.end() - 1,
                                       [](const Piece& a, const Piece& b) { return a.saved < b.saved; });
    if (best->saved <= 0) break;
    const auto next = best + 1;
    best->end = next->end;
    best->histogram += next->histogram;
    best->bits = rough_bits(best->histogram);
    pieces.erase(next);
    if (best + 1 != pieces.end()) best->saved = saved_by(*best, *(best + 1));
    if (best != pieces.begin()) (best - 1)->saved = saved_by(*(best - 1), *best);
  }
  std::vector<std::size_t> ends;
  for (const auto& piece : pieces) ends.push_back(piece.end);
  return ends;
}

}  // namespace frugal::codec::png
