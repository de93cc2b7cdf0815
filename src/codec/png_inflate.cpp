#include "codec/png_inflate.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

namespace frugal::codec {
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

/// Where the IDAT chunks stand, and what they hold together.
struct PixelData {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<ByteView> parts;
};

/// Empty when the chunks are not as they should be.
std::optional<PixelData> find_pixel_data(ByteView file) {
  PixelData data;
  for (std::size_t at = kSignatureBytes; at + kFrame <= file.size();) {
    const std::uint8_t* chunk = file.data() + at;
    const std::size_t length = big_endian(chunk);
    if (length > file.size() - at - kFrame) return std::nullopt;
    if (libdeflate_crc32(0, chunk + 4, length + 4) != big_endian(chunk + 8 + length)) return std::nullopt;
    if (is(chunk + 4, "IDAT")) {
      if (data.parts.empty()) data.begin = at;
      if (!data.parts.empty() && data.end != at) return std::nullopt;  // not one after the other
      data.parts.push_back(file.subspan(at + 8, length));
      data.end = at + kFrame + length;
    }
    at += kFrame + length;
    if (is(chunk + 4, "IEND")) {
      if (data.parts.empty()) return std::nullopt;
      return data;
    }
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

/// The parts as one piece, in `memory` where they are several. Empty when there is no memory.
ByteView joined(const PixelData& data, Memory<std::uint8_t>& memory) {
  if (data.parts.size() == 1) return data.parts.front();
  memory = allocate<std::uint8_t>(data.end - data.begin);
  if (!memory) return {};
  std::uint8_t* out = memory.get();
  for (const ByteView part : data.parts) out = std::ranges::copy(part, out).out;
  return {memory.get(), out};
}

bool inflate(const PixelData& data, std::uint8_t* out, std::size_t size) {
  Memory<std::uint8_t> memory;
  const ByteView all = joined(data, memory);
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  return decompressor && libdeflate_zlib_decompress(decompressor.get(), all.data(), all.size(), out, size,
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
  if (!inflate(*data, rows, raw)) return std::nullopt;
  const std::uint32_t adler = libdeflate_adler32(1, rows, raw);
  std::memcpy(png.bytes.get(), file.data(), data->begin);
  std::uint8_t* out = png.bytes.get() + data->begin;
  put_big_endian(static_cast<std::uint32_t>(stored), out);
  std::memcpy(out + 4, "IDAT", 4);
  out[8] = 0x78;  // RFC 1950: deflate, a window of 32 KiB
  out[9] = 0x01;
  out = store(rows, raw, out + 8 + kZlibHeader);
  put_big_endian(adler, out);
  put_big_endian(0, out + kAdler);  // the CRC
  std::memcpy(out + kAdler + 4, tail.data(), tail.size());
  return png;
}

}  // namespace frugal::codec
