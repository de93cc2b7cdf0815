// Pictures of coefficients, and a second count of what scans cost: straight from ITU-T T.81, symbol by
// symbol.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/huffman_cost.hpp"

namespace frugal::codec::jpeg::by_definition {

/// Natural order by zigzag order, found by walking.
inline std::array<std::size_t, kBlockSize> walk_zigzag() {
  std::array<std::size_t, kBlockSize> order{};
  int x = 0;
  int y = 0;
  for (auto& place : order) {
    place = static_cast<std::size_t>(y) * 8 + static_cast<std::size_t>(x);
    const bool up = (x + y) % 2 == 0;
    if (up ? x == 7 : y != 7 && x == 0) {
      ++y;
    } else if (up ? y == 0 : y == 7) {
      ++x;
    } else {
      x += up ? 1 : -1;
      y += up ? -1 : 1;
    }
  }
  return order;
}

inline const auto kWalk = walk_zigzag();

/// What a made picture is like.
struct Look {
  Size size{400, 300};
  int components = 1;
  int factor = 1;       ///< of the first component's sampling
  double strength = 4;  ///< the size of low frequencies
  double busy = 1;      ///< how many of all blocks have anything in them
};

class Random {
 public:
  explicit Random(std::uint32_t seed = 7) : engine_(seed) {}

  double uniform() { return static_cast<double>(engine_() - 1) / 2147483646.; }

  /// Magnitudes fall off with frequency, as a photograph's do.
  Block block(double strength) {
    Block block{};
    for (std::size_t place = 0; place < kBlockSize; ++place) {
      const double spread = strength * 2 / (1 + static_cast<double>(place * place) / 24);
      const double size = std::min(-spread * std::log(1 - uniform() * 0.9999), 1000.);
      block[kWalk[place]] = static_cast<std::int16_t>(uniform() < 0.5 ? -size : size);
    }
    return block;
  }

 private:
  std::minstd_rand engine_;
};

inline Coefficients make_coefficients(const Look& look) {
  Random random;
  Coefficients made{look.size, {}};
  for (int i = 0; i < look.components; ++i) {
    Component it;
    it.horizontal = it.vertical = i == 0 ? look.factor : 1;
    const auto side = static_cast<std::uint32_t>(i == 0 ? 8 : 8 * look.factor);
    it.columns = (look.size.width + side - 1) / side;
    it.rows = (look.size.height + side - 1) / side;
    for (std::uint32_t n = 0; n < it.columns * it.rows; ++n) {
      const double activity = std::exp(2.5 * std::sin(n * 0.05));  // some parts are busier than others
      const double strength = activity * (i == 0 ? look.strength : look.strength / 4);
      it.blocks.push_back(random.uniform() < look.busy ? random.block(strength) : Block{});
    }
    made.components.push_back(std::move(it));
  }
  return made;
}

/// What one Huffman table codes in a scan.
struct Coded {
  SymbolHistogram symbols{};
  std::uint64_t bits = 0;  ///< beside the symbols and what these announce
};

class AcCoder {
 public:
  explicit AcCoder(const Scan& scan) : scan_(scan) {}

  void code(const Block& block) {
    int run = 0;
    bool ends_early = true;
    for (int place = scan_.first; place <= scan_.last; ++place) {
      const auto magnitude =
          static_cast<unsigned>(std::abs(block[kWalk[static_cast<std::size_t>(place)]])) >> scan_.low;
      if (magnitude == 0) {
        ++run;
      } else if (scan_.high > 0 && magnitude > 1) {
        ++coded_.bits;
      } else {
        end_run();
        for (; run > 15; run -= 16) ++coded_.symbols[0xF0];
        ++coded_.symbols[static_cast<std::size_t>(run) * 16 +
                         static_cast<std::size_t>(std::bit_width(magnitude))];
        run = 0;
        ends_early = place < scan_.last;
      }
    }
    if (ends_early && ++ended_ == 0x7FFF) end_run();
  }

  Coded finish() {
    end_run();
    return coded_;
  }

 private:
  void end_run() {
    if (ended_ == 0) return;
    const auto following = static_cast<std::size_t>(std::bit_width(ended_)) - 1;
    ++coded_.symbols[following * 16];
    coded_.bits += following;
    ended_ = 0;
  }

  Scan scan_;
  Coded coded_;
  std::uint32_t ended_ = 0;
};

/// Calls `visit(component, block)` in the order of a scan; null for a block that fills up an MCU.
inline void for_all_blocks(const Coefficients& picture, const Scan& scan,
                           const std::function<void(int, const Block*)>& visit) {
  if (scan.count == 1) {
    const int i = scan.components[0];
    for (const auto& block : picture.components[static_cast<std::size_t>(i)].blocks) visit(i, &block);
    return;
  }
  const auto factor = static_cast<std::uint32_t>(picture.components[0].horizontal);
  for (std::uint32_t y = 0; y * 8 * factor < picture.size.height; ++y) {
    for (std::uint32_t x = 0; x * 8 * factor < picture.size.width; ++x) {
      for (int k = 0; k < scan.count; ++k) {
        const int i = scan.components[static_cast<std::size_t>(k)];
        const auto& it = picture.components[static_cast<std::size_t>(i)];
        const std::uint32_t across = i == 0 ? factor : 1;
        for (std::uint32_t n = 0; n < across * across; ++n) {
          const std::uint32_t column = x * across + n % across;
          const std::uint32_t row = y * across + n / across;
          visit(i, column < it.columns && row < it.rows ? &it.at(column, row) : nullptr);
        }
      }
    }
  }
}

/// A table each for luma (0) and chroma (1).
using Tables = std::map<int, Coded>;

inline Tables code_dc(const Coefficients& picture, const Scan& scan) {
  Tables tables;
  std::map<int, int> before;
  for_all_blocks(picture, scan, [&](int i, const Block* block) {
    auto& table = tables[std::min(i, 1)];
    if (scan.high > 0) return void(++table.bits);
    const int value = block ? (*block)[0] >> scan.low : before[i];
    const auto size = std::bit_width(static_cast<unsigned>(std::abs(value - before[i])));
    ++table.symbols[static_cast<std::size_t>(size)];
    before[i] = value;
  });
  return tables;
}

inline Tables code_ac(const Coefficients& picture, const Scan& scan) {
  AcCoder coder(scan);
  for_all_blocks(picture, scan, [&](int, const Block* block) { coder.code(*block); });
  return {{0, coder.finish()}};
}

inline std::uint64_t bytes_of(const Tables& tables, const Scan& scan) {
  std::uint64_t bytes = 0;
  std::uint64_t bits = 0;
  for (const auto& [number, table] : tables) {
    bits += table.bits;
    if (scan.first == 0 && scan.high > 0) continue;
    const auto code = huffman_cost(table.symbols);
    bits += code.bits;
    bytes += code.table_bytes;
  }
  return bytes + data_bytes(bits);
}

inline std::uint64_t scan_bytes(const Coefficients& picture, const Scan& scan) {
  return scan_header_bytes(scan.count) +
         bytes_of(scan.first == 0 ? code_dc(picture, scan) : code_ac(picture, scan), scan);
}

inline std::uint64_t sequential_scan_bytes(const Coefficients& picture) {
  const Scan scan{{0, 1, 2}, static_cast<int>(picture.components.size()), 0, 0};
  Tables tables;
  for_all_blocks(picture, scan, [&](int i, const Block* block) {
    AcCoder coder({{i}, 1, 1, 63});
    coder.code(block ? *block : Block{});
    tables[std::min(i, 1)].symbols += coder.finish().symbols;
  });
  return scan_bytes(picture, scan) + bytes_of(tables, {});
}

/// Of all scans; an empty script is one sequential scan.
inline std::uint64_t script_bytes(const Coefficients& picture, const Script& script) {
  if (script.empty()) return sequential_scan_bytes(picture);
  std::uint64_t bytes = 0;
  for (const auto& scan : script) bytes += scan_bytes(picture, scan);
  return bytes;
}

}  // namespace frugal::codec::jpeg::by_definition
