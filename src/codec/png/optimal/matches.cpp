#include "codec/png/optimal/matches.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace frugal::codec::png {

namespace {

constexpr int kHashBits = 16;
constexpr std::size_t kWindow = 32768;  // a place reaches back to less than that

std::uint32_t hash(const std::uint8_t* bytes) {
  const auto three = std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16;
  return three * 0x9E3779B1U >> (32 - kHashBits);
}

/// How many bytes are equal, from `known` to `most`.
std::size_t equal_bytes(const std::uint8_t* a, const std::uint8_t* b, std::size_t known, std::size_t most) {
  std::size_t n = known;
  while (n + 8 <= most) {
    std::uint64_t x = 0;
    std::uint64_t y = 0;
    std::memcpy(&x, a + n, 8);
    std::memcpy(&y, b + n, 8);
    if (x != y) break;
    n += 8;
  }
  while (n < most && a[n] == b[n]) ++n;
  return n;
}

}  // namespace

MatchFinder::MatchFinder(ByteView bytes, int depth)
    : bytes_(bytes), depth_(depth), heads_(std::size_t{1} << kHashBits, -1), nodes_(2 * kWindow, -1) {}

bool MatchFinder::next(std::vector<Step>& found) {
  const std::size_t longest = std::min(kMaxMatch, bytes_.size() - at_);
  if (longest < kMinMatch) {
    ++at_;
    return false;
  }
  const auto before = found.size();
  search(longest, found);
  bool amid = false;
  if (found.size() > before && found.back().length == kMaxMatch) {
    follow(found.back().distance);
    amid = at_ >= stretch_.begin + kMaxMatch && at_ + 2 * kMaxMatch <= stretch_.end;
    if (amid) found.erase(found.begin() + static_cast<std::ptrdiff_t>(before), found.end() - 1);
  }
  ++at_;
  return amid;
}

void MatchFinder::follow(std::size_t distance) {
  if (stretch_.distance != distance || stretch_.end < at_) stretch_ = {distance, at_, at_};
  const std::size_t enough = std::min(bytes_.size(), at_ + 2 * kMaxMatch + 1);
  if (stretch_.end >= enough) return;
  const auto* from = bytes_.data() + stretch_.end;
  stretch_.end += equal_bytes(from, from - distance, 0, enough - stretch_.end);
}

// A binary tree for each hash, ordered by the bytes that follow, the latest place at its root: so every place
// on the way down is older than those above it, and the one that agrees in the most bytes lies on the way (as
// in LZMA's and libdeflate's finders).
void MatchFinder::search(std::size_t longest, std::vector<Step>& found) {
  const auto* here = bytes_.data() + at_;
  auto& head = heads_[hash(here)];
  auto place = head;
  head = static_cast<std::int32_t>(at_);
  auto* less = &nodes_[2 * (at_ % kWindow)];
  auto* greater = less + 1;
  std::size_t agreed_less = 0;
  std::size_t agreed_greater = 0;
  std::size_t best = kMinMatch - 1;
  for (int depth = depth_; depth > 0 && place >= 0; --depth) {
    const auto distance = at_ - static_cast<std::size_t>(place);
    if (distance >= kWindow) break;
    const auto* there = here - distance;
    auto* node = &nodes_[2 * (static_cast<std::size_t>(place) % kWindow)];
    const auto length = equal_bytes(here, there, std::min(agreed_less, agreed_greater), longest);
    if (length > best) {
      best = length;
      found.push_back({static_cast<std::uint16_t>(length), static_cast<std::uint16_t>(distance)});
    }
    if (length == longest) {
      *less = node[0];
      *greater = node[1];
      return;
    }
    if (there[length] < here[length]) {
      *less = place;
      less = node + 1;
      agreed_less = length;
      place = *less;
    } else {
      *greater = place;
      greater = node;
      agreed_greater = length;
      place = *greater;
    }
  }
  *less = -1;
  *greater = -1;
}

}  // namespace frugal::codec::png
