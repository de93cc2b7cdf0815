#include "codec/png/chunks.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "codec/png/inflate.hpp"

namespace frugal::codec::png {

namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kHead = 8;  // of a chunk: length and type
constexpr std::size_t kCrc = 4;

std::uint32_t big_endian(ByteView bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         bytes[3];
}

/// Cuts the bytes before the first NUL off `rest`, and the NUL; all where there is none.
std::string_view take_string(ByteView& rest) {
  const auto text = as_chars(rest);
  const auto length = std::min(text.find('\0'), text.size());
  rest = rest.subspan(std::min(length + 1, rest.size()));
  return text.substr(0, length);
}

/// What `zlib` inflates to; empty where it is damaged. Error: limit.
Result<Bytes> unpacked(ByteView zlib, const Bound& bound, const Limits& limits) {
  const auto allowed = static_cast<std::size_t>(most(bound, limits));
  auto bytes = inflated_stream(zlib, allowed);
  if (bytes) return std::move(*bytes);
  return std::unexpected(over_limit(bound, limits, std::nullopt));
}

/// Whether the profile is, and says that it is, as long as it may be. libpng, which reads it, sets aside what
/// it says, and drops one that is too long without a word.
Result<void> check_profile(ByteView chunk, const Limits& limits) {
  take_string(chunk);  // its name
  if (chunk.empty()) return {};
  const auto profile = unpacked(chunk.subspan(1), kMostProfile, limits);
  if (!profile) return std::unexpected(profile.error());
  return check_limit(profile->size() < 4 ? 0 : big_endian(*profile), kMostProfile, limits);
}

/// The text of an iTXt chunk (PNG 3rd edition, 11.3.3.4) when it is an XMP packet; else empty.
Result<Bytes> xmp_of(ByteView chunk, const Limits& limits) {
  if (take_string(chunk) != "XML:com.adobe.xmp" || chunk.size() < 2) return Bytes{};
  const bool compressed = chunk[0] != 0;
  chunk = chunk.subspan(2);
  take_string(chunk);  // language
  take_string(chunk);  // the keyword in that language
  if (compressed) return unpacked(chunk, kMostMetadata, limits);
  return Bytes(chunk.begin(), chunk.end());
}

/// One chunk on the way; `first`: of the file.
Result<void> take(std::string_view type, ByteView body, bool first, const Limits& limits, Chunks& chunks) {
  if (first && type == "IHDR" && body.size() >= 8) {
    return check_limits({big_endian(body), big_endian(body.subspan(4))}, limits);
  }
  if (type == "IDAT" || type == "fdAT") return {};
  if (auto modest = check_limit(body.size(), kMostMetadata, limits); !modest) return modest;
  if (type == "acTL" && body.size() >= 4) chunks.animated = big_endian(body) > 1;
  if (type == "cICP" && body.size() == 4) chunks.cicp = Cicp{body[0], body[1], body[2]};
  if (type == "iCCP") return check_profile(body, limits);
  if (type == "iTXt" && chunks.xmp.empty()) {
    auto xmp = xmp_of(body, limits);
    if (!xmp) return std::unexpected(std::move(xmp).error());
    chunks.xmp = std::move(*xmp);
  }
  return {};
}

}  // namespace

Result<Chunks> read_chunks(ByteView file, const Limits& limits) {
  Chunks chunks;
  for (std::size_t at = kSignatureBytes; at + kHead <= file.size();) {
    const std::size_t length = big_endian(file.subspan(at));
    const auto type = as_chars(file.subspan(at + 4, 4));
    const auto rest = file.subspan(at + kHead);
    if (length + kCrc > rest.size()) {
      if (type == "IDAT") break;  // libpng reads of it what there is; of others it sets aside the whole
      return fail(ErrorKind::damaged, "damaged PNG: the file ends too early");
    }
    if (auto taken = take(type, rest.first(length), at == kSignatureBytes, limits, chunks); !taken) {
      return std::unexpected(taken.error());
    }
    at += kHead + length + kCrc;
    if (type == "IEND") {
      chunks.trailing_data = at < file.size();
      break;
    }
  }
  return chunks;
}

}  // namespace frugal::codec::png
