#include "image/tiff_structure.hpp"

#include <algorithm>
#include <array>

namespace frugal {

namespace {

/// Bytes of one value of a type; 0 for types that nobody reads.
std::uint64_t width_of(std::uint64_t type) {
  constexpr std::array<std::uint8_t, 19> kWidths{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
  return type < kWidths.size() ? kWidths[type] : 0;
}

}  // namespace

std::optional<TiffStructure> TiffStructure::of(ByteView bytes) {
  if (bytes.size() < 8) return std::nullopt;
  TiffStructure structure(bytes);
  const auto version = structure.number(2, 2);
  if (version != 42 && version != 43) return std::nullopt;
  structure.big_ = version == 43;
  return structure;
}

std::uint64_t TiffStructure::first() const {
  return (big_ ? number(8, 8) : number(4, 4)).value_or(0);
}

TiffDirectory TiffStructure::directory(std::uint64_t at, std::uint64_t most) const {
  const std::uint64_t field = big_ ? 8 : 4;  // a count or an offset
  const std::uint64_t entry_bytes = 4 + 2 * field;
  TiffDirectory directory;
  const auto count = number(at, big_ ? 8 : 2);
  if (!count) return directory;
  at += big_ ? 8 : 2;
  for (std::uint64_t left = std::min(*count, most); left > 0; --left, at += entry_bytes) {
    const auto type = number(at + 2, 2);
    const auto values = number(at + 4, field);
    const auto value = number(at + 4 + field, field);
    if (!type || !values || !value) return directory;
    TiffEntry entry{at, *number(at, 2), 0, *value, 0};
    if (__builtin_mul_overflow(*values, width_of(*type), &entry.bytes)) entry.bytes = ~std::uint64_t{0};
    if (entry.bytes > field) {
      entry.beside = std::min<std::uint64_t>(entry.bytes, bytes_.size() - std::min(bytes_.size(), *value));
    }
    directory.entries.push_back(entry);
  }
  if (*count <= most) directory.next = number(at, field).value_or(0);
  return directory;
}

std::optional<std::uint64_t> TiffStructure::number(std::uint64_t at, std::uint64_t width) const {
  if (at > bytes_.size() || width > bytes_.size() - at) return std::nullopt;
  std::uint64_t value = 0;
  for (std::uint64_t i = 0; i < width; ++i) {
    value = value << 8 | bytes_[at + (big_endian_ ? i : width - 1 - i)];
  }
  return value;
}

}  // namespace frugal
