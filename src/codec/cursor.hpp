// Numbers off the front of a byte range.
#pragma once

#include <cstddef>
#include <cstdint>

#include "util/bytes.hpp"

namespace frugal::codec {

/// Big-endian numbers off the front of a byte range; zeros, and `ok` false, past its end.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : rest_(bytes) {}

  std::uint64_t number(std::size_t bytes) {
    if (rest_.size() < bytes) {
      ok_ = false;
      rest_ = {};
      return 0;
    }
    std::uint64_t value = 0;
    for (const std::uint8_t byte : rest_.first(bytes)) value = value << 8 | byte;
    rest_ = rest_.subspan(bytes);
    return value;
  }
  std::uint32_t u8() { return static_cast<std::uint32_t>(number(1)); }
  std::uint32_t u16() { return static_cast<std::uint32_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  /// An item number, of the width that the box's version says.
  std::uint32_t id(bool wide) { return wide ? u32() : u16(); }

  /// The next `bytes` bytes, or as many as there are.
  ByteView take(std::uint64_t bytes) {
    if (bytes > rest_.size()) ok_ = false;
    const auto taken = rest_.first(static_cast<std::size_t>(bytes < rest_.size() ? bytes : rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

  bool ok() const { return ok_; }
  ByteView rest() const { return rest_; }

 private:
  ByteView rest_;
  bool ok_ = true;
};

}  // namespace frugal::codec
