// Orders of a palette: the same colours under other numbers deflate to more or less.
#pragma once

#include <cstddef>
#include <vector>

#include "codec/png/reduce.hpp"

namespace frugal::codec::png {

/// Numbers of a palette's colours, as they shall follow each other.
using Order = std::vector<std::size_t>;

/// Orders worth trying, each another one, those first that gain most: with the most frequent colour first (0
/// is also the type of unfiltered rows, and what filters leave of plain areas); with that one first and
/// neighbours in the picture near one another in the palette, where filters are to leave little (Zeng, Li and
/// Lei's greedy chain, "An efficient color re-indexing scheme for palette-based compression", ICIP 2000, with
/// linear weights); as given. Throws std::bad_alloc.
std::vector<Order> orders_of(const Indexed& picture);

}  // namespace frugal::codec::png
