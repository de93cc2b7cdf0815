// A JPEG's picture as it is stored: quantised DCT coefficients, component by component.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "image/image.hpp"

namespace frugal::codec::jpeg {

inline constexpr std::uint32_t kBlockSide = 8;
inline constexpr std::size_t kBlockSize = 64;

/// Places in natural order by zigzag order (T.81, figure 5).
inline constexpr auto kZigzag = [] {
  std::array<std::uint8_t, kBlockSize> zigzag{};
  std::size_t i = 0;
  for (std::uint32_t diagonal = 0; diagonal < 2 * kBlockSide - 1; ++diagonal) {
    for (std::uint32_t step = 0; step <= diagonal; ++step) {
      const std::uint32_t row = diagonal % 2 == 0 ? diagonal - step : step;
      const std::uint32_t column = diagonal - row;
      if (row < kBlockSide && column < kBlockSide)
        zigzag[i++] = static_cast<std::uint8_t>(row * kBlockSide + column);
    }
  }
  return zigzag;
}();

/// Quantised coefficients of 8×8 samples in natural order: vertical frequency by vertical frequency, DC
/// first.
using Block = std::array<std::int16_t, kBlockSize>;

/// Quantization steps in natural order, 1 to 255.
using Table = std::array<std::uint16_t, kBlockSize>;

struct Component {
  int horizontal = 1;  ///< sampling factors, as in the frame header (ITU-T T.81, B.2.2)
  int vertical = 1;
  std::uint32_t columns = 0;  ///< blocks that hold samples of the picture, not those that fill up an MCU
  std::uint32_t rows = 0;
  Table table{};
  std::vector<Block> blocks;  ///< row by row

  const Block& at(std::uint32_t column, std::uint32_t row) const {
    return blocks[std::size_t{row} * columns + column];
  }
  std::span<const Block> row(std::size_t number) const {
    return std::span(blocks).subspan(number * columns, columns);
  }
};

/// Grey (one component) or Y, Cb, Cr (three).
struct Coefficients {
  Size size;  ///< of the picture, in pixels
  std::vector<Component> components;
};

/// Sampling factors.
struct Factors {
  int horizontal = 1;
  int vertical = 1;
};

/// The largest of all components.
inline Factors most_of(const Coefficients& coefficients) {
  Factors most;
  for (const auto& component : coefficients.components) {
    most.horizontal = std::max(most.horizontal, component.horizontal);
    most.vertical = std::max(most.vertical, component.vertical);
  }
  return most;
}

/// One scan of a file: which components, which coefficients of them (in zigzag order), which bits
/// (T.81, G.1.1).
struct Scan {
  std::array<int, 3> components{};  ///< the first `count` of them
  int count = 1;
  int first = 0;  ///< Ss
  int last = 63;  ///< Se
  int high = 0;   ///< Ah
  int low = 0;    ///< Al
};

/// The scans of a file in order; a sequential file is one scan over everything.
using Script = std::vector<Scan>;

}  // namespace frugal::codec::jpeg
