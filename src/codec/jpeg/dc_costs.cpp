#include "codec/jpeg/dc_costs.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace frugal::codec::jpeg {
namespace {

/// Blocks in the order of coding: rectangles of them, one after another.
struct Order {
  Size rectangles;
  std::uint32_t across = 1;  ///< blocks of a rectangle
  std::uint32_t down = 1;
};

const Component& of(const Coefficients& coefficients, int component) {
  return coefficients.components[static_cast<std::size_t>(component)];
}

/// MCUs across and down (A.2.3, A.2.4).
Size mcus_of(const Coefficients& coefficients) {
  const auto most = most_of(coefficients);
  const auto across = static_cast<std::uint32_t>(most.horizontal);
  const auto down = static_cast<std::uint32_t>(most.vertical);
  const auto pieces = [](std::uint32_t samples, std::uint32_t blocks) {
    return (samples + kBlockSide * blocks - 1) / (kBlockSide * blocks);
  };
  return {pieces(coefficients.size.width, across), pieces(coefficients.size.height, down)};
}

Order order_of(const Coefficients& coefficients, int component, bool interleaved) {
  const auto& it = of(coefficients, component);
  if (!interleaved) return {{it.columns, it.rows}};
  return {mcus_of(coefficients), static_cast<std::uint32_t>(it.horizontal),
          static_cast<std::uint32_t>(it.vertical)};
}

/// Calls `visit(column, row)` for every block.
template <class Visit>
void for_all_blocks(const Order& order, const Visit& visit) {
  for (std::uint32_t y = 0; y < order.rectangles.height; ++y) {
    for (std::uint32_t x = 0; x < order.rectangles.width; ++x) {
      for (std::uint32_t row = y * order.down; row < (y + 1) * order.down; ++row) {
        for (std::uint32_t column = x * order.across; column < (x + 1) * order.across; ++column)
          visit(column, row);
      }
    }
  }
}

}  // namespace

std::uint64_t coded_blocks(const Coefficients& coefficients, int component, bool interleaved) {
  const Order order = order_of(coefficients, component, interleaved);
  return std::uint64_t{order.rectangles.width} * order.rectangles.height * order.across * order.down;
}

SymbolHistogram dc_symbols(const Coefficients& coefficients, int component, bool interleaved, int low) {
  const auto& it = of(coefficients, component);
  SymbolHistogram symbols{};
  int before = 0;
  for_all_blocks(
      order_of(coefficients, component, interleaved), [&](std::uint32_t column, std::uint32_t row) {
        const bool filler = column >= it.columns || row >= it.rows;  // coded as the same again
        const int value = filler ? before : it.at(column, row)[0] >> low;
        ++symbols[static_cast<std::size_t>(std::bit_width(static_cast<unsigned>(std::abs(value - before))))];
        before = value;
      });
  return symbols;
}

std::uint64_t dc_first_bytes(const Coefficients& coefficients, const Scan& scan) {
  std::array<SymbolHistogram, 2> symbols{};
  std::array<bool, 2> used{};
  for (int i = 0; i < scan.count; ++i) {
    const int component = scan.components[static_cast<std::size_t>(i)];
    const std::size_t table = component == 0 ? 0 : 1;
    symbols[table] += dc_symbols(coefficients, component, scan.count > 1, scan.low);
    used[table] = true;
  }
  std::uint64_t bytes = scan_header_bytes(scan.count);
  std::uint64_t bits = 0;
  for (std::size_t table = 0; table < symbols.size(); ++table) {
    if (!used[table]) continue;
    const auto cost = huffman_cost(symbols[table]);
    bytes += cost.table_bytes;
    bits += cost.bits;
  }
  return bytes + data_bytes(bits);
}

std::uint64_t dc_refine_bytes(const Coefficients& coefficients, const Scan& scan) {
  std::uint64_t bits = 0;
  for (int i = 0; i < scan.count; ++i)
    bits += coded_blocks(coefficients, scan.components[static_cast<std::size_t>(i)], scan.count > 1);
  return scan_header_bytes(scan.count) + data_bytes(bits);
}

}  // namespace frugal::codec::jpeg
