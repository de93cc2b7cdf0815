// A picture in PNG's pixel types: which of them hold it exactly.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "codec/png/filters.hpp"
#include "codec/png/reduce.hpp"
#include "image/image.hpp"
#include "util/bytes.hpp"

namespace frugal::codec::png {

/// PNG's pixel types (PNG specification, 11.2.2), by the number in the file.
enum class ColorType : std::uint8_t { gray = 0, rgb = 2, palette = 3, gray_alpha = 4, rgb_alpha = 6 };

/// A picture, packed as a PNG file has it before rows are filtered.
struct Layout {
  Size size;
  ColorType type = ColorType::rgb;
  int bits = 8;  ///< of a sample: 1, 2, 4, 8 or 16
  std::vector<Color> palette;
  std::optional<std::array<std::uint16_t, 3>> key;  ///< the colour (grey: thrice) that is fully transparent
  std::size_t row_bytes = 0;
  std::size_t step = 1;                    ///< as in Rows
  Bytes packed;                            ///< size.height rows, unless they are
  const std::uint8_t* borrowed = nullptr;  ///< the picture's own

  Rows rows() const { return {borrowed ? borrowed : packed.data(), size.height, row_bytes, step}; }
  ByteView bytes() const { return {rows().bytes, row_bytes * size.height}; }

  /// So many of the palette's first colours need an alpha value in tRNS.
  std::size_t alpha_entries() const;

  /// Of the chunks that the pixels cannot do without: PLTE and tRNS.
  std::size_t side_bytes() const;
};

/// The ways of storing an 8- or 16-bit picture exactly that may turn out smallest; at least one.
/// `keep_model`: grey stays grey and RGB stays RGB, as a profile wants it. Borrows `image`. Throws
/// std::bad_alloc.
std::vector<Layout> layouts_of(const Image& image, bool keep_model);

/// One of them, with little memory.
Layout layout_of(const Image& image, bool keep_model);

}  // namespace frugal::codec::png
