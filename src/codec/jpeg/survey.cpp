#include "codec/jpeg/survey.hpp"

#include <algorithm>
#include <cstring>

namespace frugal::codec::jpeg {

namespace {

constexpr std::uint8_t kPrefix = 0xff;
constexpr std::uint8_t kStartOfImage = 0xd8;
constexpr std::uint8_t kEndOfImage = 0xd9;
constexpr std::uint8_t kStartOfScan = 0xda;
constexpr std::uint8_t kProfile = 0xe2;

constexpr std::string_view kProfilePrefix{"ICC_PROFILE\0", 12};
constexpr std::size_t kProfileHeader = kProfilePrefix.size() + 2;  // and which part of how many it is

/// Markers that no length follows, and that may stand within a scan (T.81, B.1.1.3): restarts.
bool is_restart(std::uint8_t code) {
  return code >= 0xd0 && code <= 0xd7;
}

/// The code of the first marker in `rest`, which is cut off with what stands before it; 0 when there is none.
/// Stuffed bytes and restarts are no markers here: what they stand in is a scan.
std::uint8_t take_marker(ByteView& rest) {
  while (!rest.empty()) {
    const auto* prefix = static_cast<const std::uint8_t*>(std::memchr(rest.data(), kPrefix, rest.size()));
    if (prefix == nullptr) break;
    rest = rest.subspan(static_cast<std::size_t>(prefix - rest.data()) + 1);
    if (rest.empty()) break;
    const std::uint8_t code = rest.front();
    if (code == 0 || code == kPrefix || is_restart(code)) continue;
    rest = rest.subspan(1);
    return code;
  }
  rest = {};
  return 0;
}

/// The content of the segment at the start of `rest`, which is cut off.
ByteView take_segment(ByteView& rest) {
  constexpr std::size_t kLength = 2;
  if (rest.size() < kLength) return {};
  const std::size_t length = rest[0] * std::size_t{256} + rest[1];
  if (length < kLength) return {};
  const ByteView whole = rest.first(std::min(length, rest.size()));
  rest = rest.subspan(whole.size());
  return whole.subspan(kLength);
}

}  // namespace

Result<void> survey(ByteView file, const Limits& limits) {
  std::uint64_t scans = 0;
  std::uint64_t profile = 0;
  for (std::uint8_t code = take_marker(file); code != 0 && code != kEndOfImage; code = take_marker(file)) {
    if (code == kStartOfImage) continue;
    const ByteView segment = take_segment(file);
    if (code == kStartOfScan) ++scans;
    if (code == kProfile && as_chars(segment).starts_with(kProfilePrefix)) {
      profile += segment.size() - std::min(segment.size(), kProfileHeader);
    }
  }
  if (auto few = check_limit(scans, kMostScans, limits); !few) return few;
  return check_limit(profile, kMostProfile, limits);
}

}  // namespace frugal::codec::jpeg
