#include "batch/kind.hpp"

#include <algorithm>
#include <string>

namespace frugal::batch {

namespace {

/// Raised with every change to what codec::sniff and codec::unread_format say.
constexpr unsigned kVersion = 1;

// The low byte of a number: what is neither of the two tables' …
constexpr unsigned kNoImage = 0;
constexpr unsigned kAppleDouble = 1;
constexpr unsigned kFirstCodec = 0x10;   // … the codecs, in their order …
constexpr unsigned kFirstUnread = 0x80;  // … and the formats that are not read

std::uint16_t numbered(unsigned low) {
  return static_cast<std::uint16_t>(kVersion << 8 | low);
}

bool is_apple_double(ByteView head) {
  using namespace std::string_view_literals;
  return as_chars(head).starts_with("\x00\x05\x16\x07"sv);
}

}  // namespace

Kind kind_of(ByteView head) {
  Kind kind;
  kind.codec = codec::sniff(head.first(std::min(head.size(), codec::kSniffBytes)));
  if (!kind.codec) kind.unread = codec::unread_format(head);
  kind.apple_double = is_apple_double(head);
  return kind;
}

std::uint16_t number_of(const Kind& kind) {
  if (kind.codec) return numbered(kFirstCodec + static_cast<unsigned>(kind.codec - codec::all().data()));
  if (kind.apple_double) return numbered(kAppleDouble);
  const auto unread = codec::unread_formats();
  const auto found = std::ranges::find(unread, kind.unread);
  if (found == unread.end()) return numbered(kNoImage);
  return numbered(kFirstUnread + static_cast<unsigned>(found - unread.begin()));
}

std::optional<Kind> kind_numbered(std::uint16_t number) {
  if (number >> 8 != kVersion) return std::nullopt;
  const unsigned low = number & 0xff;
  Kind kind;
  kind.apple_double = low == kAppleDouble;
  if (low < kFirstCodec) return kind;
  if (low < kFirstUnread) {
    if (low - kFirstCodec >= codec::all().size()) return std::nullopt;
    kind.codec = &codec::all()[low - kFirstCodec];
    return kind;
  }
  if (low - kFirstUnread >= codec::unread_formats().size()) return std::nullopt;
  kind.unread = codec::unread_formats()[low - kFirstUnread];
  return kind;
}

Result<const codec::Codec*> codec_of(const Kind& kind) {
  if (kind.codec) return kind.codec;
  if (kind.unread.empty()) return fail(ErrorKind::not_image, "not an image that frugal knows");
  return fail(ErrorKind::unsupported, std::string(kind.unread) + " is not read");
}

}  // namespace frugal::batch
