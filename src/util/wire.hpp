// Plain values as bytes, for a process of the same program on the other side.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "util/bytes.hpp"

namespace frugal {

template <class T>
concept PlainNumber = std::is_arithmetic_v<T> || std::is_enum_v<T>;

/// Puts values one after the other.
class WireWriter {
 public:
  template <PlainNumber T>
  WireWriter& put(T value) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), first, first + sizeof(value));
    return *this;
  }
  WireWriter& put(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  template <PlainNumber T>
  WireWriter& put(const std::optional<T>& value) {
    put(std::uint8_t{value.has_value()});
    return put(value.value_or(T{}));
  }

  ByteView bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

/// Takes them out again, in the same order. Whoever sent them may have been taken over by a hostile file:
/// what is not there is read as zero, and `ok` tells. Flags are 0 or 1 whatever was sent; enumerations are
/// for the caller to check.
class WireReader {
 public:
  explicit WireReader(ByteView bytes) : rest_(bytes) {}

  template <PlainNumber T>
  T take() {
    if constexpr (std::is_same_v<T, bool>) {
      return take<std::uint8_t>() != 0;
    } else {
      T value{};
      const auto part = next(sizeof(value));
      if (!part.empty()) std::memcpy(&value, part.data(), sizeof(value));
      return value;
    }
  }
  std::string text() {
    const auto part = next(take<std::uint32_t>());
    return std::string(as_chars(part));
  }
  template <PlainNumber T>
  std::optional<T> optional() {
    const bool there = take<bool>();
    const T value = take<T>();
    return there ? std::optional(value) : std::nullopt;
  }

  /// True when all that was asked for was there, and nothing is left.
  bool ok() const { return !short_ && rest_.empty(); }
  /// True when all that was asked for up to here was there.
  bool good() const { return !short_; }

 private:
  ByteView next(std::size_t count) {
    if (count > rest_.size()) {
      short_ = true;
      rest_ = {};
      return {};
    }
    const auto part = rest_.first(count);
    rest_ = rest_.subspan(count);
    return part;
  }

  ByteView rest_;
  bool short_ = false;
};

}  // namespace frugal
