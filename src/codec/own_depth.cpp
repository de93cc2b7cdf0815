#include "codec/own_depth.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "codec/isobmff.hpp"

namespace frugal::codec {

namespace {

constexpr std::array<std::uint8_t, 16> kId = {0x5b, 0x0d, 0x7f, 0x1c, 0xe4, 0x2a, 0x4c, 0x93,
                                              0x8e, 0x61, 0xb7, 0xf0, 0x39, 0xd5, 0xa8, 0x46};
constexpr std::uint8_t kBoxBytes = 8 + kId.size() + 1;

}  // namespace

void append_own_depth(Bytes& file, int depth) {
  const std::array<std::uint8_t, 8> header = {0, 0, 0, kBoxBytes, 'u', 'u', 'i', 'd'};
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), kId.begin(), kId.end());
  file.push_back(static_cast<std::uint8_t>(depth));
}

std::optional<int> own_depth(ByteView file) {
  while (const auto box = isobmff::take_box(file)) {
    if (box->type != "uuid" || box->body.size() != kId.size() + 1) continue;
    if (!std::ranges::equal(box->body.first(kId.size()), kId)) continue;
    const int depth = box->body.back();
    return depth >= 8 && depth <= 16 ? std::optional(depth) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace frugal::codec
