// Files put together byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "util/bytes.hpp"

namespace frugal::pictures {

enum class Order : std::uint8_t { big, little };

/// A file on its way.
class Writer {
 public:
  explicit Writer(Order order = Order::big) : order_(order) {}

  Writer& number(std::uint64_t value, int width);
  Writer& u8(std::uint64_t value) { return number(value, 1); }
  Writer& u16(std::uint64_t value) { return number(value, 2); }
  Writer& u32(std::uint64_t value) { return number(value, 4); }
  Writer& text(std::string_view text) { return add(as_bytes(text)); }
  Writer& add(ByteView more);
  Writer& fill(std::size_t count, std::uint8_t byte) {
    bytes.insert(bytes.end(), count, byte);
    return *this;
  }

  Bytes bytes;

 private:
  Order order_;
};

}  // namespace frugal::pictures
