#include "codec/png/inflate.hpp"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

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

/// Bytes of the filtered rows of a picture, or of one pass over it.
std::uint64_t filtered_bytes(std::uint64_t width, std::uint64_t height, std::uint64_t bits_a_pixel) {
  const std::uint64_t row = 1 + (width * bits_a_pixel + 7) / 8;
  return width > 0 && height <= kMostBytes / row ? row * height : 0;
}

/// Of all seven passes of an interlaced one (PNG 3rd edition, 8.1).
std::uint64_t interlaced_bytes(std::uint64_t width, std::uint64_t height, std::uint64_t bits_a_pixel) {
  struct Pass {
    std::uint64_t x, y, across, down;
  };
  constexpr std::array<Pass, 7> kPasses{
      {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};
  if (filtered_bytes(width, height, bits_a_pixel) == 0) return 0;
  std::uint64_t bytes = 0;
  for (const Pass& pass : kPasses) {
    const auto count = [](std::uint64_t side, std::uint64_t first, std::uint64_t step) {
      return side > first ? (side - first + step - 1) / step : 0;
    };
    bytes +=
        filtered_bytes(count(width, pass.x, pass.across), count(height, pass.y, pass.down), bits_a_pixel);
  }
  return bytes;
}

/// The data of the first IDAT chunk and of those right behind it, whatever may be wrong with them.
std::vector<ByteView> first_pixel_data(ByteView file) {
  std::vector<ByteView> data;
  for (std::size_t at = kSignatureBytes; at + kFrame <= file.size();) {
    const ByteView rest = file.subspan(at + 8);
    const std::size_t length = std::min<std::size_t>(big_endian(file.data() + at), rest.size());
    const bool pixels = is(file.data() + at + 4, "IDAT");
    if (!data.empty() && !pixels) break;
    if (pixels) data.push_back(rest.first(length));
    at += kFrame + length;
  }
  return data;
}

/// How many bytes a zlib stream in pieces inflates to, as far as it can be read; it is not read further than
/// to `enough`.
std::size_t inflated_size(std::span<const ByteView> zlib, std::size_t enough) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return 0;
  std::vector<std::uint8_t> out(64U << 10);
  int status = Z_OK;
  for (const auto& piece : zlib) {
    stream.next_in = const_cast<Bytef*>(piece.data());  // it only reads
    stream.avail_in = static_cast<uInt>(piece.size());
    while (status == Z_OK && stream.avail_in > 0 && stream.total_out <= enough) {
      stream.next_out = out.data();
      stream.avail_out = static_cast<uInt>(out.size());
      status = ::inflate(&stream, Z_NO_FLUSH);
    }
  }
  const auto size = static_cast<std::size_t>(stream.total_out);
  inflateEnd(&stream);
  return size;
}

/// What the header says of the pixel data (7.2 and 11.2.1).
struct Shape {
  std::size_t bytes = 0;  ///< of all filtered rows; 0 where the header is wrong, or they are too many
  bool interlaced = false;
};

Shape shape_of(ByteView file) {
  constexpr std::size_t kHeaderEnd = kSignatureBytes + kFrame + 13;
  if (file.size() < kHeaderEnd || !is(file.data() + kSignatureBytes + 4, "IHDR")) return {};
  const std::uint8_t* header = file.data() + kSignatureBytes + 8;
  constexpr std::array<std::uint64_t, 7> kSamples{1, 0, 3, 1, 2, 0, 4};  // by colour type
  const std::uint64_t bits = header[8];
  if (header[9] >= kSamples.size() || bits > 16) return {};
  const bool interlaced = header[12] != 0;
  const auto bytes = interlaced ? interlaced_bytes : filtered_bytes;
  return {
      static_cast<std::size_t>(bytes(big_endian(header), big_endian(header + 4), kSamples[header[9]] * bits)),
      interlaced};
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
  const Shape shape = shape_of(file);
  const std::size_t raw = shape.interlaced ? 0 : shape.bytes;
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

bool overflows(ByteView file) {
  constexpr std::size_t kSmall = 1U << 20;
  const Shape shape = shape_of(file);
  if (shape.bytes == 0) return false;
  const std::size_t room = std::max(2 * shape.bytes, kSmall);
  const auto zlib = first_pixel_data(file);
  std::size_t size = 0;
  for (const auto& piece : zlib) size += piece.size();
  return size > room / kMostInflation && inflated_size(zlib, room) > room;
}

std::optional<Bytes> inflated_stream(ByteView zlib, std::size_t most) {
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
