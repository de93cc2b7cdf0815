// Bytes as text that survives everywhere.
#pragma once

#include <string>

#include "util/bytes.hpp"

namespace frugal {

/// RFC 4648, section 4: the standard alphabet, padded, without line breaks.
std::string base64(ByteView bytes);

}  // namespace frugal
