// Names and numbers as people and scripts read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace frugal {

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become lone surrogates U+DC80 to U+DCFF,
/// one a byte, as Python's "surrogateescape" has it: a reader turns them back into the same bytes.
std::string json_string(std::string_view text);

/// A file name for a one-line message: control characters, backslashes and bytes that are not UTF-8 as \n,
/// \xNN….
std::string printable(std::string_view name);

/// "1.2 MB", "345 kB", "12 bytes": powers of 1000, three digits.
std::string human_bytes(std::uint64_t bytes);

}  // namespace frugal
