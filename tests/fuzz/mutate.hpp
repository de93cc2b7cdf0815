// Changes that damage and hostile writers make to files, with an eye for how the files are built.
#pragma once

#include <random>

#include "util/bytes.hpp"

namespace frugal::fuzz {

using Random = std::mt19937_64;

/// `file` with some changes, mostly in its headers: chunks, boxes, segments and directory entries are known.
/// Parts of `other` may come in. PNG's checksums and the lengths of what encloses a change mostly follow.
Bytes mutated(ByteView file, ByteView other, Random& random);

}  // namespace frugal::fuzz
