// The depth that a picture had before it was coded in a deeper one.
//
// It stands at the file's end, in a box of the type that anybody may define (ISO/IEC 14496-12, 4.2: 'uuid',
// an identifier of 16 bytes) and that readers who do not know it pass over: this one's content is one byte,
// the depth in bits. So what came with 8 bits comes back with 8, and can go into any other format.
#pragma once

#include <optional>

#include "util/bytes.hpp"

namespace frugal::codec::avif {

/// Adds the box to a whole file.
void append_own_depth(Bytes& file, int depth);

/// What the box says, 8 to 16; none where there is no such box.
std::optional<int> own_depth(ByteView file);

}  // namespace frugal::codec::avif
