// A WebP's rows, decoded when they are asked for.
#pragma once

#include <memory>

#include "image/rows.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::webp {

/// The rows of a still, opaque and lossy picture of that size. libwebp decodes from the top: band after band
/// is cropped from what is decoded anew, at some times the cost of decoding all at once. Borrows `file`.
/// Errors: limit (memory).
Result<std::unique_ptr<RowReader>> rows_of(ByteView file, Size size);

}  // namespace frugal::codec::webp
