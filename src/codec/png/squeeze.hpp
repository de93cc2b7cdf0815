// The search for the smallest stream of a picture's pixels.
#pragma once

#include <cstddef>
#include <span>

#include "codec/png/layout.hpp"
#include "util/bytes.hpp"

namespace frugal::codec::png {

/// What goes into the IDAT chunk, and what it means.
struct Squeezed {
  std::size_t layout = 0;  ///< number of the layout chosen
  Bytes stream;            ///< zlib (RFC 1950)
};

/// Tries layouts with ways of filtering: quickly first, then the best of them thoroughly. Of equals the
/// first. `effort`: 1 to 9, one try to about fifty. `threads`: at most so many; never changes the result.
/// Throws std::bad_alloc.
Squeezed squeezed(std::span<const Layout> layouts, int effort, int threads);

}  // namespace frugal::codec::png
