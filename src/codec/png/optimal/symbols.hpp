// The alphabets of deflate (RFC 1951, 3.2.5).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace frugal::codec::png {

inline constexpr std::size_t kMinMatch = 3;
inline constexpr std::size_t kMaxMatch = 258;
inline constexpr std::size_t kEndOfBlock = 256;
inline constexpr std::size_t kLiterals = 286;  ///< literals, the end of a block, and lengths
inline constexpr std::size_t kDistances = 30;

/// What is coded in one go: a byte as it is, or a copy of what stands `distance` bytes before.
struct Step {
  std::uint16_t length = 1;    ///< in bytes
  std::uint16_t distance = 0;  ///< 0: a byte as it is
};

/// A symbol with bits after it.
struct Slot {
  std::uint16_t symbol = 0;
  std::uint8_t extra = 0;  ///< so many bits
  std::uint16_t base = 0;  ///< the value whose bits are all 0
};

/// Of copies of 3 to 258 bytes, by length.
inline constexpr auto kLengthSlots = [] {
  std::array<Slot, kMaxMatch + 1> slots{};
  std::size_t length = kMinMatch;
  for (std::uint16_t i = 0; i < 28; ++i) {
    const auto extra = static_cast<std::uint8_t>(i < 8 ? 0 : i / 4 - 1);
    const auto base = static_cast<std::uint16_t>(length);
    for (std::size_t n = 0; n < std::size_t{1} << extra && length <= kMaxMatch; ++n)
      slots[length++] = {static_cast<std::uint16_t>(257 + i), extra, base};
  }
  slots[kMaxMatch] = {285, 0, kMaxMatch};
  return slots;
}();

/// Of distances from 1 on.
constexpr Slot distance_slot(std::size_t distance) {
  const auto d = static_cast<std::uint32_t>(distance - 1);
  if (d < 4) return {static_cast<std::uint16_t>(d), 0, static_cast<std::uint16_t>(distance)};
  const int top = std::bit_width(d) - 1;
  const auto second = (d >> (top - 1)) & 1;
  return {static_cast<std::uint16_t>(2 * top + static_cast<int>(second)), static_cast<std::uint8_t>(top - 1),
          static_cast<std::uint16_t>(((2 + second) << (top - 1)) + 1)};
}

/// How often each symbol occurs.
struct Histogram {
  std::array<std::uint32_t, kLiterals> literals{};
  std::array<std::uint32_t, kDistances> distances{};

  void add(const Step& step, std::uint8_t byte) {
    if (step.distance == 0) {
      ++literals[byte];
    } else {
      ++literals[kLengthSlots[step.length].symbol];
      ++distances[distance_slot(step.distance).symbol];
    }
  }
  Histogram& operator+=(const Histogram& other) {
    for (std::size_t i = 0; i < kLiterals; ++i) literals[i] += other.literals[i];
    for (std::size_t i = 0; i < kDistances; ++i) distances[i] += other.distances[i];
    return *this;
  }
};

}  // namespace frugal::codec::png
