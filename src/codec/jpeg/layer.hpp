// What there is of a picture's components before they are quantised.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/planes.hpp"
#include "codec/jpeg/transform.hpp"
#include "image/image.hpp"
#include "util/parallel.hpp"

namespace frugal::codec::jpeg {

/// One component: its transformed blocks, kept or worked out whenever they are asked for.
struct Layer {
  int horizontal = 1;  ///< sampling factors
  int vertical = 1;
  Spectrum spectrum;  ///< without blocks where `make` makes them
  /// Writes rows [first, end) of blocks.
  std::function<void(std::size_t first, std::size_t end, RealBlock* out)> make;
  std::shared_ptr<Component> stored;  ///< what `make` makes them of, where that is a file's
  std::vector<std::uint8_t> clipped;  ///< of luma, by block: see is_clipped

  /// Rows [first, end) of blocks, kept or made in `room`. Throws std::bad_alloc.
  const RealBlock* rows(std::size_t first, std::size_t end, std::vector<RealBlock>& room) const;
};

/// Calls `body(first, blocks, count)` for some blocks at a time, the first of which is number `first`.
template <class Body>
void for_blocks(const Layer& layer, int threads, const Body& body) {
  constexpr std::size_t kRows = 4;  // where chroma is halved, more than a row is made at little more cost
  std::vector<std::vector<RealBlock>> rooms(static_cast<std::size_t>(std::max(threads, 1)));
  const std::size_t rows = layer.spectrum.rows;
  parallel_for((rows + kRows - 1) / kRows, std::span(rooms), [&](std::size_t i, auto& room) {
    const std::size_t end = std::min((i + 1) * kRows, rows);
    const std::size_t columns = layer.spectrum.columns;
    body(i * kRows * columns, layer.rows(i * kRows, end, room), (end - i * kRows) * columns);
  });
}

struct Source {
  Size size;
  std::vector<Layer> layers;  ///< one (grey) or three

  /// Full where no component is stored reduced in any way, else half.
  Sampling sampling() const;
};

/// The source of an opaque 8-bit picture, which is borrowed: nothing is kept. Throws std::bad_alloc.
Source source_of(const Image& image, Sampling sampling, int threads);

/// The source of what a file stores: nothing is lost once more but what is newly rounded away. `sampling`:
/// half reduces chroma that is stored in full, or halved in one direction; else all stays as it is stored.
/// Throws std::bad_alloc.
Source source_of(Coefficients stored, Sampling sampling, int threads);

/// Keeps all blocks, for who asks for them many times. Throws std::bad_alloc.
void keep(Source& source, int threads);

/// How many times a component is to be enlarged.
Factors factors_of(const Coefficients& coefficients, std::size_t component);

/// A component's samples, as many as are stored. Throws std::bad_alloc.
SamplePlane stored_plane(const Coefficients& coefficients, std::size_t component, int threads);

}  // namespace frugal::codec::jpeg
