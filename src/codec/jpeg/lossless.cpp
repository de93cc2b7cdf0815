#include "codec/jpeg/lossless.hpp"

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/jpeg/script.hpp"
#include "codec/jpeg/stream.hpp"
#include "image/orient.hpp"

namespace frugal::codec::jpeg {

namespace {

// ---- turning ----

Table turned(const Table& table, const Turn& turn) {
  if (!turn.swap) return table;
  Table result;
  for (std::size_t i = 0; i < kBlockSize; ++i) {
    result[i] = table[i % kBlockSide * kBlockSide + i / kBlockSide];
  }
  return result;
}

Block turned(const Block& block, const Turn& turn) {
  Block result;
  for (std::size_t v = 0; v < kBlockSide; ++v) {
    for (std::size_t u = 0; u < kBlockSide; ++u) {
      const bool negative = (turn.flip_x && u % 2 == 1) != (turn.flip_y && v % 2 == 1);
      const std::int16_t value = block[v * kBlockSide + u];
      result[turn.swap ? u * kBlockSide + v : v * kBlockSide + u] =
          negative ? static_cast<std::int16_t>(-value) : value;
    }
  }
  return result;
}

Component turned(const Component& component, const Turn& turn) {
  Component result;
  result.horizontal = turn.swap ? component.vertical : component.horizontal;
  result.vertical = turn.swap ? component.horizontal : component.vertical;
  result.columns = turn.swap ? component.rows : component.columns;
  result.rows = turn.swap ? component.columns : component.rows;
  result.table = turned(component.table, turn);
  result.blocks.reserve(component.blocks.size());
  for (std::uint32_t y = 0; y < result.rows; ++y) {
    for (std::uint32_t x = 0; x < result.columns; ++x) {
      const auto column = turn.swap ? y : x;
      const auto row = turn.swap ? x : y;
      result.blocks.push_back(turned(component.at(turn.flip_x ? component.columns - 1 - column : column,
                                                  turn.flip_y ? component.rows - 1 - row : row),
                                     turn));
    }
  }
  return result;
}

/// Pixels of a side beyond its last whole MCU; a single component has no MCUs of more than a block.
std::uint32_t odd_pixels(const Coefficients& coefficients, std::uint32_t side, int Component::*factor) {
  int most = 1;
  if (coefficients.components.size() > 1) {
    for (const auto& component : coefficients.components) most = std::max(most, component.*factor);
  }
  return side % (kBlockSide * static_cast<std::uint32_t>(most));
}

std::unexpected<Error> would_cut(std::uint32_t pixels, const char* which) {
  return fail(ErrorKind::left_alone, "turning it upright without loss would cut " + std::to_string(pixels) +
                                         " " + which + (pixels == 1 ? "" : "s") + " of pixels off");
}

Result<void> check_turn(const Coefficients& coefficients, const Turn& turn) {
  const auto columns = odd_pixels(coefficients, coefficients.size.width, &Component::horizontal);
  if (turn.flip_x && columns > 0) return would_cut(columns, "column");
  const auto rows = odd_pixels(coefficients, coefficients.size.height, &Component::vertical);
  if (turn.flip_y && rows > 0) return would_cut(rows, "row");
  return {};
}

// ---- scans ----

/// As libjpeg's jpeg_simple_progression has it.
Script standard_progression(std::size_t components) {
  if (components == 1) {
    return {{{0}, 1, 0, 0, 0, 1},  {{0}, 1, 1, 5, 0, 2}, {{0}, 1, 6, 63, 0, 2},
            {{0}, 1, 1, 63, 2, 1}, {{0}, 1, 0, 0, 1, 0}, {{0}, 1, 1, 63, 1, 0}};
  }
  return {{{0, 1, 2}, 3, 0, 0, 0, 1}, {{0}, 1, 1, 5, 0, 2},  {{2}, 1, 1, 63, 0, 1},
          {{1}, 1, 1, 63, 0, 1},      {{0}, 1, 6, 63, 0, 2}, {{0}, 1, 1, 63, 2, 1},
          {{0, 1, 2}, 3, 0, 0, 1, 0}, {{2}, 1, 1, 63, 1, 0}, {{1}, 1, 1, 63, 1, 0},
          {{0}, 1, 1, 63, 1, 0}};
}

Result<Bytes> smallest(const Coefficients& coefficients, const Metadata& metadata, int effort, int threads) {
  std::vector<Script> scripts{{}, standard_progression(coefficients.components.size())};
  if (auto best = best_script(coefficients, effort, threads); !best.empty())
    scripts.push_back(std::move(best));
  std::optional<Bytes> best;
  for (const auto& script : scripts) {
    auto file = write_coefficients(coefficients, script, metadata);
    if (!file) return file;
    if (!best || file->size() < best->size()) best = std::move(*file);
  }
  return std::move(*best);
}

Error as_left_alone(Error error) {
  if (error.kind != ErrorKind::unsupported) return error;
  return {ErrorKind::left_alone, error.message + " cannot be packed more tightly without loss"};
}

}  // namespace

Result<void> turn(Coefficients& coefficients, Orientation orientation) try {
  const auto how = turn_of(orientation);
  if (auto whole = check_turn(coefficients, how); !whole) return whole;
  if (orientation == Orientation::upright) return {};
  for (auto& component : coefficients.components) component = turned(component, how);
  coefficients.size = upright_size(coefficients.size, orientation);
  return {};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

Result<Bytes> recompress(ByteView file, const Metadata& metadata, Orientation orientation, int effort,
                         int threads) try {
  auto coefficients = read_coefficients(file);
  if (!coefficients) return std::unexpected(as_left_alone(coefficients.error()));
  if (auto turned = turn(*coefficients, orientation); !turned) return std::unexpected(turned.error());
  return smallest(*coefficients, metadata, effort, threads);
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

}  // namespace frugal::codec::jpeg
