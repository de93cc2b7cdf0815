#include "codec/png/inflate.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace frugal::codec::png {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kFrame = 12;  // of a chunk: length, type and CRC

/// Filtered rows above this are left to libpng, which needs but one at a time.
constexpr std::size_t kMostBytes = 1U << 30;

/// A stored block of deflate (RFC 1951, 3.2.4): a header and at most so many bytes.
constexpr std::size_t kBlock = 65535;
constexpr std::size_t kBlockHeader = 5;
constexpr std::size_t kZlibHeader = 2;
constexpr std::size_t kAdler = 4;

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         bytes[3];
}

void put_big_endian(std::uint32_t value, std::uint8_t* out) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

bool is(const std::uint8_t* type, const char* name) {
  return std::memcmp(type, name, 4) == 0;
}

/// The IDAT chunks: where they stand, one after the other, and how many bytes they hold together.
struct PixelData {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size = 0;
};

/// Empty when the chunks are not as they should be.
std::optional<PixelData> find_pixel_data(ByteView file) {
  PixelData data;
  for (std::size_t at = kSignatureBytes; at + kFrame <= file.size();) {
    const std::uint8_t* chunk = file.data() + at;
    const std::size_t length = big_endian(chunk);
    if (length > file.size() - at - kFrame) return std::nullopt;
    if (libdeflate_crc32(0, chunk + 4, length + 4) != big_endian(chunk + 8 + length)) return std::nullopt;
    const std::size_t next = at + kFrame + length;
    if (is(chunk + 4, "IDAT")) {
      if (data.end == 0) data.begin = at;
      if (data.end != 0 && data.end != at) return std::nullopt;  // something stands between them
      data.end = next;
      data.size += length;
    }
    if (is(chunk + 4, "IEND")) return data.end != 0 ? std::optional(data) : std::nullopt;
    at = next;
  }
  return std::nullopt;
}

/// Bytes of all filtered rows (PNG 3rd edition, 7.2 and 11.2.1); 0 for what is not read here.
std::size_t filtered_bytes(ByteView file) {
  constexpr std::size_t kHeaderEnd = kSignatureBytes + kFrame + 13;
  if (file.size() < kHeaderEnd || !is(file.data() + kSignatureBytes + 4, "IHDR")) return 0;
  const std::uint8_t* header = file.data() + kSignatureBytes + 8;
  constexpr std::array<std::uint64_t, 7> kSamples{1, 0, 3, 1, 2, 0, 4};  // by colour type
  const std::uint64_t bits = header[8];
  const bool interlaced = header[12] != 0;
  if (header[9] >= kSamples.size() || bits > 16 || interlaced) return 0;
  const std::uint64_t row = 1 + (big_endian(header) * kSamples[header[9]] * bits + 7) / 8;
  const std::uint64_t height = big_endian(header + 4);
  return height != 0 && row <= kMostBytes / height ? static_cast<std::size_t>(row * height) : 0;
}

/// What the IDAT chunks hold as one piece, in `memory` where they are several. Empty when there is no memory.
ByteView joined(ByteView file, const PixelData& data, Memory<std::uint8_t>& memory) {
  if (data.end - data.begin == kFrame + data.size) return file.subspan(data.begin + 8, data.size);
  memory = allocate<std::uint8_t>(data.size);
  if (!memory) return {};
  std::uint8_t* out = memory.get();
  for (std::size_t at = data.begin; at < data.end;) {
    const std::size_t length = big_endian(file.data() + at);
    out = std::ranges::copy(file.subspan(at + 8, length), out).out;
    at += kFrame + length;
  }
  return {memory.get(), data.size};
}

/// False where `size` bytes could reach back further than the window in the zlib header (RFC 1950, 2.2)
/// allows. libdeflate does not look at it; zlib takes such reaching for damage.
bool window_suffices(ByteView zlib, std::size_t size) {
  constexpr std::size_t kLargest = 32768;
  return !zlib.empty() && std::size_t{256} << (zlib[0] >> 4) >= std::min(size, kLargest);
}

using Decompressor = std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>;

Decompressor make_decompressor() {
  return {libdeflate_alloc_decompressor(), libdeflate_free_decompressor};
}

bool inflate(ByteView file, const PixelData& data, std::uint8_t* out, std::size_t size) {
  Memory<std::uint8_t> memory;
  const ByteView zlib = joined(file, data, memory);
  if (!window_suffices(zlib, size)) return false;
  const auto decompressor = make_decompressor();
  return decompressor && libdeflate_zlib_decompress(decompressor.get(), zlib.data(), zlib.size(), out, size,
                                                    nullptr) == LIBDEFLATE_SUCCESS;
}

/// Moves `size` bytes at `from` down to `out` as stored blocks; returns the end of what was written.
std::uint8_t* store(const std::uint8_t* from, std::size_t size, std::uint8_t* out) {
  while (size > 0) {
    const std::size_t count = std::min(size, kBlock);
    out[0] = count == size ? 1 : 0;  // the last one
    out[1] = static_cast<std::uint8_t>(count);
    out[2] = static_cast<std::uint8_t>(count >> 8);
    out[3] = static_cast<std::uint8_t>(~out[1]);
    out[4] = static_cast<std::uint8_t>(~out[2]);
    std::memmove(out + kBlockHeader, from, count);
    out += kBlockHeader + count;
    from += count;
    size -= count;
  }
  return out;
}

}  // namespace

std::optional<StoredPng> inflated(ByteView file) {
  const std::size_t raw = filtered_bytes(file);
  const auto data = raw > 0 ? find_pixel_data(file) : std::nullopt;
  if (!data) return std::nullopt;
  const std::size_t stored = kZlibHeader + raw + (raw + kBlock - 1) / kBlock * kBlockHeader + kAdler;
  const ByteView tail = file.subspan(data->end);
  const std::size_t size = data->begin + kFrame + stored + tail.size();
  StoredPng png{allocate<std::uint8_t>(size), size};
  if (!png.bytes) return std::nullopt;

  std::uint8_t* const rows = png.bytes.get() + size - tail.size() - raw;  // to be moved down, block by block
  if (!inflate(file, *data, rows, raw)) return std::nullopt;
  const std::uint32_t adler = libdeflate_adler32(1, rows, raw);
  std::memcpy(png.bytes.get(), file.data(), data->begin);
  std::uint8_t* out = png.bytes.get() + data->begin;
  put_big_endian(static_cast<std::uint32_t>(stored), out);
  std::copy_n("IDAT", 4, out + 4);
  out[8] = 0x78;  // RFC 1950: deflate, a window of 32 KiB
  out[9] = 0x01;
  out = store(rows, raw, out + 8 + kZlibHeader);
  put_big_endian(adler, out);
  put_big_endian(0, out + kAdler);  // the CRC
  std::memcpy(out + kAdler + 4, tail.data(), tail.size());
  return png;
}

std::optional<Bytes> inflated(ByteView zlib, std::size_t most) {
  const std::size_t room = zlib.size() > most / kMostInflation ? most : zlib.size() * kMostInflation;
  const auto memory = allocate<std::uint8_t>(room);
  const auto decompressor = make_decompressor();
  if (!memory || !decompressor) return Bytes{};
  std::size_t size = 0;
  const auto result =
      libdeflate_zlib_decompress(decompressor.get(), zlib.data(), zlib.size(), memory.get(), room, &size);
  if (result == LIBDEFLATE_INSUFFICIENT_SPACE) return std::nullopt;
  if (result != LIBDEFLATE_SUCCESS) return Bytes{};
  return Bytes(memory.get(), memory.get() + size);
}

std::string inflate_library() {
  return "libdeflate " LIBDEFLATE_VERSION_STRING;
}

}  // namespace frugal::codec::png
