#include "util/text.hpp"

#include <array>
#include <cstdio>

namespace frugal {

namespace {

/// Length in bytes of the well-formed UTF-8 sequence at the start of `text` (RFC 3629); 0 where there is
/// none.
std::size_t sequence_length(std::string_view text) {
  const auto at = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return at(i) >= low && at(i) <= high;
  };
  const unsigned lead = at(0);
  if (lead < 0x80) return text.empty() ? 0 : 1;
  if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool second = lead == 0xe0 ? follows(1, 0xa0) : lead == 0xed ? follows(1, 0x80, 0x9f) : follows(1);
    return second && follows(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const bool second = lead == 0xf0 ? follows(1, 0x90) : lead == 0xf4 ? follows(1, 0x80, 0x8f) : follows(1);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/// `prefix` and `value` as at least `digits` hexadecimal digits.
std::string hexadecimal(std::string_view prefix, int digits, unsigned value) {
  std::array<char, 12> text{};
  std::snprintf(text.data(), text.size(), "%0*x", digits, value);
  return std::string(prefix) + text.data();
}

/// Appends `text` piece by piece: `special(c)` gives the escape of an ASCII character or nothing,
/// `broken(byte)` that of a byte that is not UTF-8.
template <class Special, class Broken>
std::string escaped(std::string_view text, Special special, Broken broken) {
  std::string result;
  while (!text.empty()) {
    const auto length = sequence_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      result += broken(byte);
    } else if (length == 1) {
      const std::string escape = special(byte);
      if (escape.empty()) {
        result += text[0];
      } else {
        result += escape;
      }
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string simple_escape(unsigned char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\\':
      return "\\\\";
    default:
      return {};
  }
}

}  // namespace

std::string json_string(std::string_view text) {
  const auto special = [](unsigned char c) -> std::string {
    if (c == '"') return "\\\"";
    if (auto simple = simple_escape(c); !simple.empty()) return simple;
    return c < 0x20 || c == 0x7f ? hexadecimal("\\u", 4, c) : std::string();
  };
  return '"' + escaped(text, special, [](unsigned byte) { return hexadecimal("\\u", 4, 0xdc00 + byte); }) +
         '"';
}

std::string printable(std::string_view name) {
  const auto special = [](unsigned char c) -> std::string {
    if (auto simple = simple_escape(c); !simple.empty()) return simple;
    return c < 0x20 || c == 0x7f ? hexadecimal("\\x", 2, c) : std::string();
  };
  return escaped(name, special, [](unsigned byte) { return hexadecimal("\\x", 2, byte); });
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array kUnits{" kB", " MB", " GB", " TB", " PB"};
  if (bytes < 1000) return std::to_string(bytes) + " bytes";
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
  return text.data() + std::string(kUnits[unit]);
}

}  // namespace frugal
