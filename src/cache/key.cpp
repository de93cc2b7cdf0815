#include "cache/key.hpp"

#include <xxhash.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <tuple>

namespace frugal::cache {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

static_assert(std::tuple_size_v<Secret> >= XXH3_SECRET_SIZE_MIN);

/// XXH3-128 in its canonical (big-endian) byte order, so that a cache reads the same on every machine.
Hash hash_of(ByteView bytes, const Secret& secret) {
  const XXH128_hash_t hash =
      XXH3_128bits_withSecret(bytes.data(), bytes.size(), secret.data(), secret.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  Hash result;
  static_assert(sizeof result == sizeof canonical.digest);
  std::memcpy(result.data(), canonical.digest, sizeof canonical.digest);
  return result;
}

/// The eight bytes of `value`, least significant first.
std::array<char, 8> little_endian(std::uint64_t value) {
  std::array<char, 8> bytes{};
  for (char& byte : bytes) {
    byte = static_cast<char>(value & 0xff);
    value >>= 8;
  }
  return bytes;
}

void append_number(std::string& to, std::uint64_t value) {
  const auto bytes = little_endian(value);
  to.append(bytes.data(), bytes.size());
}

/// A length and the characters: no other list of strings makes the same input.
void append_sized(std::string& to, std::string_view text) {
  append_number(to, text.size());
  to.append(text);
}

/// `text` without anything that would break a line or hide from a reader.
std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f && c != '\\') {
      result += c;
    } else {
      result += {'\\', 'x', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
    }
  }
  return result;
}

/// The shortest digits that read back as the same number.
std::string shortest(double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

}  // namespace

std::string to_hex(const Hash& hash) {
  std::string text;
  text.reserve(2 * hash.size());
  for (const std::uint8_t byte : hash) {
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 15];
  }
  return text;
}

Content content_of(ByteView bytes, const Secret& secret) {
  return {hash_of(bytes, secret), bytes.size()};
}

std::string xxhash_version() {
  const unsigned version = XXH_versionNumber();  // 803 is 0.8.3
  return std::to_string(version / 10000) + '.' + std::to_string(version / 100 % 100) + '.' +
         std::to_string(version % 100);
}

KeyBuilder& KeyBuilder::add(std::string_view tag, std::string_view value) {
  field(tag, 's', value, printable(value));
  return *this;
}

KeyBuilder& KeyBuilder::add(std::string_view tag, std::int64_t value) {
  const auto bytes = little_endian(static_cast<std::uint64_t>(value));
  field(tag, 'i', {bytes.data(), bytes.size()}, std::to_string(value));
  return *this;
}

KeyBuilder& KeyBuilder::add(std::string_view tag, double value) {
  const double normal = value == 0 ? 0.0 : value;  // -0.0 equals 0.0, but its bits do not
  const auto bytes = little_endian(std::bit_cast<std::uint64_t>(normal));
  field(tag, 'd', {bytes.data(), bytes.size()}, shortest(normal));
  return *this;
}

KeyBuilder& KeyBuilder::add(std::string_view tag, const Content& value) {
  std::string bytes(as_chars(value.hash));
  append_number(bytes, value.size);
  field(tag, 'c', bytes, to_hex(value.hash) + '-' + std::to_string(value.size));
  return *this;
}

Hash KeyBuilder::finish(const Secret& secret) const {
  return hash_of(as_bytes(input_), secret);
}

void KeyBuilder::field(std::string_view tag, char type, std::string_view value, std::string_view readable) {
  append_sized(input_, tag);
  input_ += type;
  append_sized(input_, value);
  text_.append(printable(tag)).append(" = ").append(readable).append("\n");
}

}  // namespace frugal::cache
