#include "cache/key.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <tuple>

namespace frugal::cache {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// The types of a field.
constexpr char kString = 's';
constexpr char kInteger = 'i';
constexpr char kReal = 'd';
constexpr char kContent = 'c';

constexpr std::size_t kContentBytes = std::tuple_size_v<Hash> + 8;
constexpr std::size_t kUsualInput = 1024;  // bytes; a key is made for every file of a tree

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

std::uint64_t number_at(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

/// What append_sized wrote at the start of `rest`, taken off it.
std::string_view take_sized(std::string_view& rest) {
  const auto size = static_cast<std::size_t>(number_at(rest));
  const auto text = rest.substr(8, size);
  rest.remove_prefix(8 + size);
  return text;
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

/// A field's value for people.
std::string readable(char type, std::string_view value) {
  switch (type) {
    case kInteger:
      return std::to_string(static_cast<std::int64_t>(number_at(value)));
    case kReal:
      return shortest(std::bit_cast<double>(number_at(value)));
    case kContent: {
      Hash hash;
      std::ranges::copy(as_bytes(value).first(hash.size()), hash.begin());
      return to_hex(hash) + '-' + std::to_string(number_at(value.substr(hash.size())));
    }
    default:
      return printable(value);
  }
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
  field(tag, kString, value);
  return *this;
}

KeyBuilder& KeyBuilder::add(std::string_view tag, std::int64_t value) {
  const auto bytes = little_endian(static_cast<std::uint64_t>(value));
  field(tag, kInteger, {bytes.data(), bytes.size()});
  return *this;
}

KeyBuilder& KeyBuilder::add(std::string_view tag, double value) {
  const double normal = value == 0 ? 0.0 : value;  // -0.0 equals 0.0, but its bits do not
  const auto bytes = little_endian(std::bit_cast<std::uint64_t>(normal));
  field(tag, kReal, {bytes.data(), bytes.size()});
  return *this;
}

KeyBuilder& KeyBuilder::add(std::string_view tag, const Content& value) {
  std::array<char, kContentBytes> bytes;
  const auto size = little_endian(value.size);
  std::ranges::copy(size, std::ranges::copy(value.hash, bytes.begin()).out);
  field(tag, kContent, {bytes.data(), bytes.size()});
  return *this;
}

Hash KeyBuilder::finish(const Secret& secret) const {
  return hash_of(as_bytes(input_), secret);
}

std::string KeyBuilder::text() const {
  std::string text;
  for (std::string_view rest = input_; !rest.empty();) {
    text.append(printable(take_sized(rest))).append(" = ");
    const char type = rest.front();
    rest.remove_prefix(1);
    text.append(readable(type, take_sized(rest))).append("\n");
  }
  return text;
}

void KeyBuilder::field(std::string_view tag, char type, std::string_view value) {
  if (input_.empty()) input_.reserve(kUsualInput);
  append_sized(input_, tag);
  input_ += type;
  append_sized(input_, value);
}

}  // namespace frugal::cache
