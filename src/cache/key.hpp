// Cache keys: XXH3-128 over tagged, length-prefixed fields.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "util/bytes.hpp"

namespace frugal::cache {

using Hash = std::array<std::uint8_t, 16>;

/// 32 lower-case hexadecimal digits.
std::string to_hex(const Hash& hash);

/// The random secret made with each cache. XXH3 is fast but not made to resist an attacker; with a secret
/// that nobody outside knows, a collision cannot be prepared.
using Secret = std::array<std::uint8_t, 192>;

/// What identifies a file's content: hash and length together.
struct Content {
  Hash hash{};
  std::uint64_t size = 0;  ///< bytes
  friend auto operator<=>(const Content&, const Content&) = default;
};

/// Content of `bytes` under `secret` (XXH3-128).
Content content_of(ByteView bytes, const Secret& secret);

/// The version of the xxHash library in use, as in "0.8.1".
std::string xxhash_version();

/// Gathers the fields that decide a result. Every field is written as tag, type, length and value, so that no
/// two different lists of fields make the same input.
class KeyBuilder {
 public:
  KeyBuilder& add(std::string_view tag, std::string_view value);
  KeyBuilder& add(std::string_view tag, std::int64_t value);
  KeyBuilder& add(std::string_view tag, double value);  ///< by its exact bits; -0.0 counts as 0.0
  KeyBuilder& add(std::string_view tag, const Content& value);

  Hash finish(const Secret& secret) const;

  /// The input in readable form, for --debug-key: one `tag = value` line a field, in the order of adding.
  std::string text() const;

 private:
  void field(std::string_view tag, char type, std::string_view value);

  std::string input_;
};

}  // namespace frugal::cache
