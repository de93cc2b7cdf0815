#include "util/base64.hpp"

#include <algorithm>
#include <string_view>

namespace frugal {

std::string base64(ByteView bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kGroup = 3;  // bytes that make four digits
  std::string text;
  text.reserve((bytes.size() + kGroup - 1) / kGroup * 4);
  for (std::size_t at = 0; at < bytes.size(); at += kGroup) {
    const auto group = bytes.subspan(at, std::min(kGroup, bytes.size() - at));
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < kGroup; ++i) bits = bits << 8 | (i < group.size() ? group[i] : 0U);
    for (std::size_t digit = 0; digit < 4; ++digit) {
      text += digit <= group.size() ? kAlphabet[bits >> (18 - 6 * digit) & 63] : '=';
    }
  }
  return text;
}

}  // namespace frugal
