// The two types in which encoded data travels.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace frugal {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of `view` read as characters (no copy, no encoding implied).
inline std::string_view as_chars(ByteView view) {
  return {reinterpret_cast<const char*>(view.data()), view.size()};
}

/// The characters of `text` read as bytes (no copy).
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace frugal
