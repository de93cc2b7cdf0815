// What a JPEG file holds, by its marker segments alone.
#pragma once

#include "codec/codec.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::jpeg {

/// Counts, over the first picture in the file, what libjpeg would work on or keep in memory without a limit:
/// scans, each of which goes over the whole picture, and the ICC profile. Error: limit.
Result<void> survey(ByteView file, const Limits& limits);

}  // namespace frugal::codec::jpeg
