#include "pictures/bombs.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <stdexcept>
#include <utility>
#include <vector>

#include "codec/codec.hpp"
#include "pictures/heif.hpp"
#include "pictures/pictures.hpp"
#include "pictures/writer.hpp"

namespace frugal::pictures {

namespace {

// ---- bytes ----

/// Bits, each byte from its lowest or from its highest one on.
class BitWriter {
 public:
  explicit BitWriter(Order order) : order_(order) {}

  /// The highest bit of `value` first.
  BitWriter& code(std::uint64_t value, int count) {
    while (count-- > 0) bit(value >> count & 1);
    return *this;
  }
  /// The lowest one first.
  BitWriter& field(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bit(value >> i & 1);
    return *this;
  }
  /// Exp-Golomb (H.265, 9.2).
  BitWriter& golomb(std::uint64_t value) {
    int length = 0;
    while ((value + 1) >> (length + 1) != 0) ++length;
    return code(0, length).code(value + 1, length + 1);
  }

  Bytes bytes;

 private:
  void bit(std::uint64_t value) {
    if (used_ == 0) bytes.push_back(0);
    const int place = order_ == Order::big ? 7 - used_ : used_;
    bytes.back() = static_cast<std::uint8_t>(bytes.back() | (value & 1) << place);
    used_ = (used_ + 1) % 8;
  }

  Order order_;
  int used_ = 0;  ///< bits of the last byte
};

constexpr std::size_t kMega = 1'000'000;
constexpr std::size_t kGiga = 1'000 * kMega;

/// A zlib stream of `count` zeros, in a 1032nd of their size: RFC 1950 and 1951, 3.2.7.
Bytes zeros(std::size_t count) {
  constexpr std::size_t kRun = 258;
  BitWriter bits(Order::little);
  bits.field(0x78, 8).field(0x01, 8);
  bits.field(1, 1).field(2, 2);                // the last block, with codes of its own
  bits.field(29, 5).field(0, 5).field(14, 4);  // 286 codes of lengths, one of distances, 18 of code lengths
  for (const int length : {0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2}) {
    bits.field(static_cast<std::uint64_t>(length), 3);  // runs of unused codes: 0; of one bit: 10; of two: 11
  }
  bits.code(3, 2).code(0, 1).field(127, 7).code(0, 1).field(106, 7);  // a zero: 10
  bits.code(3, 2).code(0, 1).field(17, 7);                            // the end: 11
  bits.code(2, 2).code(2, 2);                                         // a run of 258: 0, and its distance: 0
  for (std::size_t literals = 1 + (count - 1) % kRun; literals > 0; --literals) bits.code(2, 2);
  for (std::size_t runs = (count - 1) / kRun; runs > 0; --runs) bits.code(0, 2);
  bits.code(3, 2);
  return Writer().add(bits.bytes).u16(count % 65521).u16(1).bytes;
}

template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

Bytes encoded(codec::Format format, const Metadata& metadata) {
  const auto image = make({.kind = Kind::gradient, .size = {64, 64}});
  return value_or_throw(codec::of(format).encode(image, metadata, {.quality = 80, .effort = 1}));
}

// ---- PNG ----

std::uint32_t checksum(ByteView bytes) {
  std::uint32_t crc = ~0U;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
  }
  return ~crc;
}

Bytes chunk(std::string_view type, ByteView body) {
  const Bytes counted = Writer().text(type).add(body).bytes;
  return Writer().u32(body.size()).add(counted).u32(checksum(counted)).bytes;
}

/// Grey, of one bit a pixel; `between` stands before the pixels.
Bytes png(std::uint32_t width, std::uint32_t height, ByteView between, ByteView pixels) {
  const Bytes header = Writer().u32(width).u32(height).u8(1).u8(0).u8(0).u8(0).u8(0).bytes;
  return Writer()
      .text("\x89PNG\r\n\x1a\n")
      .add(chunk("IHDR", header))
      .add(between)
      .add(chunk("IDAT", pixels))
      .add(chunk("IEND", {}))
      .bytes;
}

Bytes small_png(ByteView between) {
  return png(64, 64, between, zeros(std::size_t{64} * 9));
}

Bytes png_size() {
  return png(100'000, 100'000, {}, zeros(100'000 * std::size_t{12'501}));
}

Bytes png_side() {
  return png(40'000, 10, {}, zeros(std::size_t{10} * 5001));
}

Bytes png_profile() {
  return small_png(chunk("iCCP", Writer().text("p").u8(0).u8(0).add(zeros(kGiga)).bytes));
}

/// The profile says that it has two gigabytes, and has a few bytes: stored, not compressed.
Bytes png_profile_claim() {
  const Bytes profile = Writer().u32(0x7fff'fff0).fill(128, 0).bytes;
  Writer zlib;
  zlib.u8(0x78).u8(0x01).u8(1).u8(profile.size()).u8(0).u8(~profile.size()).u8(0xff).add(profile);
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const std::uint8_t byte : profile) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  zlib.u16(b).u16(a);
  return small_png(chunk("iCCP", Writer().text("p").u8(0).u8(0).add(zlib.bytes).bytes));
}

Bytes png_xmp() {
  Writer text;
  text.text("XML:com.adobe.xmp").u8(0).u8(1).u8(0).u8(0).u8(0).add(zeros(kGiga));
  return small_png(chunk("iTXt", text.bytes));
}

Bytes png_texts() {
  const Bytes text = chunk("zTXt", Writer().text("t").u8(0).u8(0).add(zeros(30 * kMega)).bytes);
  Writer texts;
  for (int i = 0; i < 200; ++i) texts.add(text);
  return small_png(texts.bytes);
}

Bytes png_pixels() {
  return png(64, 64, {}, zeros(kGiga));
}

/// As above, interlaced and without an end: libdeflate is not asked.
Bytes png_passes() {
  Bytes file = png_pixels();
  file[28] = 1;
  const std::uint32_t crc = checksum(ByteView(file).subspan(12, 17));
  for (int i = 0; i < 4; ++i)
    file[29U + static_cast<unsigned>(i)] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  file.resize(file.size() - 12);
  return file;
}

Bytes png_chunk() {
  Bytes file = small_png({});
  file.resize(33);  // signature and header
  return Writer().add(file).u32(kGiga).text("sCAL").fill(100, 0).bytes;
}

// ---- JPEG ----

Bytes segment(std::uint8_t marker, ByteView content) {
  return Writer().u8(0xff).u8(marker).u16(content.size() + 2).add(content).bytes;
}

/// Tables and the header of a grey progressive picture. Both codes have one symbol of one bit.
Writer jpeg(std::uint32_t width, std::uint32_t height, std::uint8_t run) {
  const auto table = [](std::uint8_t kind, std::uint8_t symbol) {
    return Writer().u8(kind).u8(1).fill(15, 0).u8(symbol).bytes;
  };
  Writer file;
  file.u16(0xffd8).add(segment(0xdb, Writer().u8(0).fill(64, 1).bytes));
  file.add(segment(0xc2, Writer().u8(8).u16(height).u16(width).u8(1).u8(1).u8(0x11).u8(0).bytes));
  file.add(segment(0xc4, table(0x00, 0))).add(segment(0xc4, table(0x10, run)));
  return file;
}

Bytes scan_header(int coefficient, int high, int low) {
  Writer header;
  header.u8(1).u8(1).u8(0).u8(static_cast<unsigned>(coefficient)).u8(static_cast<unsigned>(coefficient));
  return segment(0xda, header.u8(static_cast<unsigned>(high << 4 | low)).bytes);
}

Bytes jpeg_size() {
  return jpeg(65'500, 65'500, 0).add(scan_header(0, 0, 0)).u16(0xffd9).bytes;
}

Bytes jpeg_empty() {
  return jpeg(10'000, 9'000, 0).add(scan_header(0, 0, 0)).u16(0xffd9).bytes;
}

/// 883 scans over 81 million pixels, each of a hundred bytes: every coefficient bit by bit, and all of them
/// 0.
Bytes jpeg_scans() {
  constexpr int kBlocks = 1125 * 1125;
  constexpr int kRun = 1 << 14;  // of blocks without coefficients, by one code and 14 bits that add to it
  constexpr int kMost = 2 * kRun - 1;
  auto file = jpeg(9000, 9000, 14 << 4);
  file.add(scan_header(0, 0, 0)).fill(kBlocks / 8 + 1, 0);
  BitWriter runs(Order::big);
  int left = kBlocks;
  for (; left >= kMost; left -= kMost) runs.code(0, 1).code(static_cast<unsigned>(kMost - kRun), 14);
  if (left >= kRun) runs.code(0, 1).code(static_cast<unsigned>(left - kRun), 14);
  Writer data;
  for (const std::uint8_t byte : runs.bytes) {
    data.u8(byte);
    if (byte == 0xff) data.u8(0);
  }
  for (int coefficient = 1; coefficient < 64; ++coefficient) {
    for (int bit = 13; bit >= 0; --bit) {
      file.add(scan_header(coefficient, bit == 13 ? 0 : bit + 1, bit)).add(data.bytes);
    }
  }
  return file.u16(0xffd9).bytes;
}

Bytes jpeg_profile() {
  Metadata metadata;
  metadata.icc = Bytes(13 * kMega, 'i');
  return encoded(codec::Format::jpeg, metadata);
}

// ---- WebP ----

Bytes riff_chunk(std::string_view type, ByteView body) {
  return Writer(Order::little).text(type).u32(body.size()).add(body).fill(body.size() % 2, 0).bytes;
}

Bytes webp(ByteView chunks) {
  return riff_chunk("RIFF", Writer().text("WEBP").add(chunks).bytes);
}

/// Without a pixel (WebP Lossless Bitstream Specification, 3).
Bytes lossless_webp(std::uint32_t width, std::uint32_t height) {
  BitWriter bits(Order::little);
  bits.field(0x2f, 8).field(width - 1, 14).field(height - 1, 14).field(0, 4);
  return webp(riff_chunk("VP8L", Writer().add(bits.bytes).fill(16, 0).bytes));
}

Bytes webp_size() {
  return lossless_webp(16'383, 16'383);
}

Bytes webp_empty() {
  return lossless_webp(10'000, 9'000);
}

/// VP8X: what there is, and the canvas.
Bytes extended_header(std::uint8_t flags, std::uint32_t width, std::uint32_t height) {
  Writer header(Order::little);
  return riff_chunk("VP8X", header.u32(flags).number(width - 1, 3).number(height - 1, 3).bytes);
}

Bytes animated_webp(std::uint32_t side, int frames) {
  Writer chunks(Order::little);
  chunks.add(extended_header(2, side, side)).add(riff_chunk("ANIM", Writer().fill(6, 0).bytes));
  const Bytes still = lossless_webp(16, 16);
  const ByteView picture = ByteView(still).subspan(12);
  const Bytes frame = riff_chunk(
      "ANMF", Writer(Order::little).fill(6, 0).number(15, 3).number(15, 3).fill(4, 0).add(picture).bytes);
  for (; frames > 0; --frames) chunks.add(frame);
  return webp(chunks.bytes);
}

Bytes webp_canvas() {
  return animated_webp(1U << 15, 1);
}

Bytes webp_frames() {
  return animated_webp(64, 50'000);
}

Bytes webp_profile() {
  Metadata metadata;
  metadata.icc = Bytes(9 * kMega, 'i');
  return encoded(codec::Format::webp, metadata);
}

// ---- TIFF, and EXIF ----

struct Field {
  std::uint32_t tag;
  std::uint32_t type;
  std::uint32_t count;
  std::uint32_t value;  ///< or where the values are
};

enum : std::uint32_t { kByte = 1, kShort = 3, kLong = 4, kUndefined = 7 };

/// A directory that ends where the number behind it says that the next one is.
Writer& add_directory(Writer& file, const std::vector<Field>& fields, std::size_t next) {
  file.u16(fields.size());
  for (const Field& field : fields) file.u16(field.tag).u16(field.type).u32(field.count).u32(field.value);
  return file.u32(next);
}

Writer tiff_header() {
  Writer file(Order::little);
  return std::move(file.text("II").u16(42).u32(8));
}

constexpr std::size_t kFirstDirectory = 8;

/// Where what follows the first directory begins.
std::uint32_t behind(std::size_t fields) {
  return static_cast<std::uint32_t>(kFirstDirectory + 2 + 12 * fields + 4);
}

/// A grey picture in one strip of `strip`, with other fields among its own.
Bytes tiff(std::uint32_t width, std::uint32_t height, std::uint32_t compression, ByteView strip,
           std::vector<Field> more = {}, std::size_t next = 0) {
  const auto place = behind(8 + more.size());
  std::vector<Field> fields{
      {256, kLong, 1, width},  {257, kLong, 1, height},
      {258, kShort, 1, 8},     {259, kShort, 1, compression},
      {262, kShort, 1, 1},     {273, kLong, 1, place},
      {278, kLong, 1, height}, {279, kLong, 1, static_cast<std::uint32_t>(strip.size())}};
  fields.insert(fields.end(), more.begin(), more.end());
  std::ranges::sort(fields, {}, &Field::tag);
  auto file = tiff_header();
  return add_directory(file, fields, next).add(strip).bytes;
}

constexpr std::uint32_t kStored = 1;
constexpr std::uint32_t kDeflated = 8;

Bytes tiff_size() {
  return tiff(100'000, 100'000, kDeflated, zeros(kMega));
}

Bytes tiff_side() {
  return tiff(0x7fff'ffff, 1, kDeflated, zeros(kMega));
}

Bytes tiff_circle() {
  return tiff(64, 64, kStored, Bytes(std::size_t{64} * 64), {}, kFirstDirectory);
}

/// A directory that names the whole file once for each of 4000 tags that nobody knows.
Bytes tiff_tags() {
  std::vector<Field> fields;
  for (std::uint32_t i = 0; i < 4000; ++i) fields.push_back({60'000 + i, kByte, kMega, 8});
  return tiff(64, 64, kStored, Bytes(kMega), fields);
}

Bytes tiff_count() {
  return tiff(64, 64, kStored, Bytes(std::size_t{64} * 64), {{60'000, kLong, 0xffff'ffff, 8}});
}

Bytes tiff_strip() {
  return tiff(64, 64, kDeflated, zeros(kGiga));
}

Bytes tiff_profile() {
  return tiff(64, 64, kStored, Bytes(9 * kMega), {{34'675, kUndefined, 9 * kMega, behind(9)}});
}

Bytes tiff_tile() {
  const std::vector<Field> fields{
      {256, kLong, 1, 64},     {257, kLong, 1, 64},        {258, kShort, 1, 8},
      {259, kShort, 1, 8},     {262, kShort, 1, 1},        {322, kLong, 1, 16'384},
      {323, kLong, 1, 16'384}, {324, kLong, 1, behind(9)}, {325, kLong, 1, 100'000}};
  auto file = tiff_header();
  return add_directory(file, fields, 0).add(zeros(16'384 * std::size_t{16'384})).bytes;
}

/// Nine directories that each name the whole block 250 times.
Bytes webp_exif() {
  constexpr std::size_t kFields = 250;
  constexpr std::size_t kDirectory = 2 + 12 * kFields + 4;
  constexpr std::size_t kDirectories = 9;
  auto exif = tiff_header();
  std::vector<Field> fields;
  for (std::uint32_t i = 0; i < kFields; ++i) fields.push_back({0xa500 + i, kUndefined, kMega / 2 - 8, 8});
  fields[0] = {0x014a, kLong, kDirectories - 1, kFirstDirectory + kDirectories * kDirectory};
  for (std::size_t i = 0; i < kDirectories; ++i) {
    add_directory(exif, fields, 0);
    fields[0].tag = 0xa400;
  }
  for (std::size_t i = 1; i < kDirectories; ++i) exif.u32(kFirstDirectory + i * kDirectory);
  exif.bytes.resize(kMega / 2);
  Metadata metadata;
  metadata.exif = exif.bytes;
  return encoded(codec::Format::webp, metadata);
}

// ---- AVIF and HEIC ----

constexpr std::string_view kAlpha("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", 44);

Bytes profile_property() {
  return box("colr", Writer().text("prof").fill(9 * kMega, 'i').bytes);
}

/// A sequence header for a still picture, and a frame of nothing.
Bytes av1_data(std::uint32_t width, std::uint32_t height) {
  BitWriter header(Order::big);
  header.code(0, 3).code(1, 1).code(1, 1).code(8, 5).code(15, 4).code(15, 4);
  header.code(width - 1, 16).code(height - 1, 16).code(0, 24);
  return Writer().u8(0x0a).u8(header.bytes.size()).add(header.bytes).u8(0x32).u8(8).fill(8, 0).bytes;
}

const Bytes& av1_property() {
  static const Bytes property = box("av1C", Writer().u8(0x81).u8(0x08).u8(0x0c).u8(0).bytes);
  return property;
}

Bytes avif(std::uint32_t width, std::uint32_t height, const Bytes& data) {
  return heif({"avif", {{"av01", data, {1, 2}}}, {size_property(width, height), av1_property()}});
}

Bytes avif_size() {
  return avif(65'536, 65'536, av1_data(65'536, 65'536));
}

Bytes avif_coded() {
  return avif(64, 64, av1_data(16'000, 6'000));
}

Bytes avif_announced() {
  return avif(10'000, 9'000, av1_data(64, 64));
}

/// The same tile, again and again.
Bytes tiles(std::string_view brand, std::uint32_t side, std::uint32_t tile, Item cell,
            const Bytes& property) {
  cell.properties = {2, 3};
  const std::uint32_t width = side * tile;
  return heif({brand,
               {{"grid",
                 grid_data(side, side, width, width),
                 {1},
                 "dimg",
                 std::vector<std::uint32_t>(std::size_t{side} * side, 2)},
                std::move(cell)},
               {size_property(width, width), size_property(tile, tile), property}});
}

Bytes avif_grid() {
  return tiles("avif", 4, 16'384, {"av01", av1_data(16'384, 16'384)}, av1_property());
}

Bytes avif_tiles() {
  return tiles("avif", 150, 64, {"av01", av1_data(64, 64)}, av1_property());
}

/// One run of bytes, the whole file, named a thousand times.
Bytes avif_extents() {
  Writer locations;
  locations.u16(0x4400).u16(1).u16(1).u16(0).u16(20'000);
  for (int i = 0; i < 20'000; ++i) locations.u32(0).u32(150'000);
  return heif({"avif",
               {{"av01", av1_data(64, 64), {1, 2}}},
               {size_property(64, 64), av1_property()},
               full_box("iloc", 0, locations.bytes)});
}

/// Runs that take no bytes to write, for a thousand items.
Bytes avif_empty_extents() {
  Heif file{"avif", {}, {size_property(64, 64), av1_property()}};
  Writer locations;
  locations.u16(0).u16(1000);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    file.items.push_back({"av01", {}, {1, 2}});
    locations.u16(i + 1).u16(0).u16(65'535);
  }
  file.items[0].data = av1_data(64, 64);
  file.locations = full_box("iloc", 0, locations.bytes);
  return heif(file);
}

Bytes avif_items() {
  Heif file{"avif", {}, {size_property(64, 64), av1_property()}};
  for (int i = 0; i < 60'000; ++i) file.items.push_back({"av01", {}, {1, 2}});
  file.items[0].data = av1_data(64, 64);
  return heif(file);
}

Bytes avif_profile() {
  return heif({"avif",
               {{"av01", av1_data(64, 64), {1, 2, 3}}},
               {size_property(64, 64), av1_property(), profile_property()}});
}

/// A track of a thousand chunks at one place, of thousands of frames of a byte each.
Bytes avif_sequence() {
  constexpr std::uint32_t kChunks = 1000;
  Writer chunks;
  chunks.u32(kChunks);
  for (std::uint32_t i = 0; i < kChunks; ++i) chunks.u32(8);
  const Bytes table = Writer()
                          .add(full_box("stsc", 0, Writer().u32(1).u32(1).u32(2500).u32(1).bytes))
                          .add(full_box("stsz", 0, Writer().u32(1).u32(std::uint64_t{2500} * kChunks).bytes))
                          .add(full_box("stco", 0, chunks.bytes))
                          .bytes;
  const Bytes type = box("ftyp", Writer().text("avis").u32(0).text("msf1avisavif").bytes);
  return Writer().add(type).add(box("moov", box("trak", box("mdia", box("minf", box("stbl", table)))))).bytes;
}

/// A sequence parameter set of the Main profile (H.265, 7.3.2.2), as far as the size.
Bytes parameter_set(std::uint32_t width, std::uint32_t height) {
  BitWriter bits(Order::big);
  bits.code(0x4201, 16).code(0, 4).code(0, 3).code(1, 1);
  bits.code(0x01, 8).code(0x6000'0000, 32).code(0x9000'0000'0000, 48).code(93, 8);
  bits.golomb(0).golomb(1).golomb(width).golomb(height).code(0x5555'5555, 32);
  Writer escaped;
  int zeros_before = 0;
  for (const std::uint8_t byte : bits.bytes) {
    if (zeros_before >= 2 && byte <= 3) {
      escaped.u8(3);
      zeros_before = 0;
    }
    escaped.u8(byte);
    zeros_before = byte == 0 ? zeros_before + 1 : 0;
  }
  return escaped.bytes;
}

Bytes hevc_property(std::uint32_t width, std::uint32_t height) {
  const Bytes set = parameter_set(width, height);
  Writer body;
  body.u8(1).u8(1).u32(0x6000'0000).number(0x9000'0000'0000, 6).u8(93).u16(0xf000).u8(0xfc).u8(0xfd);
  body.u8(0xf8).u8(0xf8).u16(0).u8(0x0f).u8(1);
  return box("hvcC", body.u8(0x21).u16(1).u16(set.size()).add(set).bytes);
}

/// A unit of nothing.
Bytes hevc_data() {
  return Writer().u32(8).u16(0x2601).fill(6, 0).bytes;
}

Bytes heic(std::uint32_t width, std::uint32_t height, const Bytes& data, const Bytes& configuration) {
  return heif({"heic", {{"hvc1", data, {1, 2}}}, {size_property(width, height), configuration}});
}

Bytes heic_size() {
  return heic(32'000, 32'000, hevc_data(), hevc_property(32'000, 32'000));
}

Bytes heic_coded() {
  return heic(64, 64, hevc_data(), hevc_property(65'528, 65'528));
}

/// As above, but beside the pixels.
Bytes heic_coded_inside() {
  const Bytes set = parameter_set(65'528, 65'528);
  return heic(64, 64, Writer().u32(set.size()).add(set).add(hevc_data()).bytes, hevc_property(64, 64));
}

Bytes heic_tiles() {
  return tiles("heic", 150, 64, {"hvc1", hevc_data()}, hevc_property(64, 64));
}

Bytes heic_itself() {
  return heif({"heic", {{"grid", grid_data(1, 1, 64, 64), {1}, "dimg", {1}}}, {size_property(64, 64)}});
}

/// Two pictures, each the other's alpha channel.
Bytes heic_alphas() {
  const Item picture{"hvc1", hevc_data(), {1, 2, 3}, "auxl", {2}};
  Item other = picture;
  other.to = {1};
  return heif({"heic",
               {picture, other},
               {size_property(64, 64), hevc_property(64, 64), full_box("auxC", 0, as_bytes(kAlpha))}});
}

/// Each level shows the one below sixteen times.
Bytes heic_nested() {
  Heif file{"heic", {}, {size_property(64, 64), hevc_property(64, 64)}};
  const Bytes canvas = Writer().u8(0).u8(0).fill(8, 0).u16(64).u16(64).fill(64, 0).bytes;
  for (std::uint32_t i = 2; i < 12; ++i) {
    file.items.push_back({"iovl", canvas, {1}, "dimg", std::vector<std::uint32_t>(16, i)});
  }
  file.items.push_back({"hvc1", hevc_data(), {1, 2}});
  return heif(file);
}

/// One large picture, pasted over and over.
Bytes heic_overlay() {
  const Bytes canvas =
      Writer().u8(0).u8(1).fill(8, 0).u32(9000).u32(9000).fill(std::size_t{8} * 4000, 0).bytes;
  return heif(
      {"heic",
       {{"iovl", canvas, {1}, "dimg", std::vector<std::uint32_t>(4000, 2)}, {"hvc1", hevc_data(), {1, 2}}},
       {size_property(9000, 9000), hevc_property(9000, 9000)}});
}

/// The grid says another size than the file does of it.
Bytes heic_canvas() {
  return heif({"heic",
               {{"grid", grid_data(1, 1, 32'000, 32'000), {1}, "dimg", {2}}, {"hvc1", hevc_data(), {1, 2}}},
               {size_property(64, 64), hevc_property(64, 64)}});
}

/// Three thousand items of metadata, all of them the same bytes.
Bytes heic_metadata() {
  constexpr std::uint32_t kItems = 3000;
  Heif file{"heic", {{"hvc1", hevc_data(), {1, 2}}}, {size_property(64, 64), hevc_property(64, 64)}};
  Writer locations;
  locations.u16(0x4400).u16(kItems + 1);
  locations.u16(1).u16(0).u16(1).u32(0).u32(64);
  for (std::uint32_t i = 0; i < kItems; ++i) {
    file.items.push_back({"Exif", {}, {}, "cdsc", {1}});
    locations.u16(i + 2).u16(0).u16(1).u32(0).u32(kMega);
  }
  file.items[1].data = Bytes(kMega);
  file.locations = full_box("iloc", 0, locations.bytes);
  return heif(file);
}

Bytes heic_packed() {
  return heif({"heic",
               {{"hvc1", hevc_data(), {1, 2}}, {"mime", zeros(kGiga), {}, "cdsc", {1}}},
               {size_property(64, 64), hevc_property(64, 64)}});
}

Bytes heic_profile() {
  return heif({"heic",
               {{"hvc1", hevc_data(), {1, 2, 3}}},
               {size_property(64, 64), hevc_property(64, 64), profile_property()}});
}

// ---- all of them ----

constexpr auto kBombs = std::to_array<Bomb>({
    {"size.png", Fate::limit, "100000x100000 pixels", png_size},
    {"side.png", Fate::limit, "32768 pixels on a side", png_side},
    {"profile.png", Fate::limit, "bytes of ICC profile", png_profile},
    {"profile-claim.png", Fate::limit, "bytes of ICC profile", png_profile_claim},
    {"xmp.png", Fate::limit, "bytes of metadata", png_xmp},
    {"texts.png", Fate::converted, "", png_texts},
    {"pixels.png", Fate::damaged, "far more than its size takes", png_pixels},
    {"passes.png", Fate::damaged, "far more than its size takes", png_passes},
    {"chunk.png", Fate::damaged, "ends too early", png_chunk},
    {"size.jpg", Fate::limit, "65500x65500 pixels", jpeg_size},
    {"empty.jpg", Fate::damaged, "", jpeg_empty},
    {"scans.jpg", Fate::limit, "100 scans (883)", jpeg_scans},
    {"profile.jpg", Fate::limit, "bytes of ICC profile", jpeg_profile},
    {"size.webp", Fate::limit, "16383x16383 pixels", webp_size},
    {"empty.webp", Fate::damaged, "", webp_empty},
    {"canvas.webp", Fate::limit, "32768x32768 pixels", webp_canvas},
    {"frames.webp", Fate::left_alone, "animation", webp_frames},
    {"profile.webp", Fate::limit, "bytes of ICC profile", webp_profile},
    {"exif.webp", Fate::converted, "", webp_exif},
    {"size.avif", Fate::limit, "65536x65536 pixels", avif_size},
    {"coded.avif", Fate::damaged, "coded in 16000x6000", avif_coded},
    {"announced.avif", Fate::damaged, "coded in 64x64", avif_announced},
    {"grid.avif", Fate::limit, "65536x65536 pixels", avif_grid},
    {"tiles.avif", Fate::limit, "4096 pictures in one", avif_tiles},
    {"extents.avif", Fate::damaged, "more bytes than the file has", avif_extents},
    {"empty-extents.avif", Fate::limit, "entries in its item tables", avif_empty_extents},
    {"items.avif", Fate::limit, "4096 items", avif_items},
    {"sequence.avif", Fate::left_alone, "animation", avif_sequence},
    {"profile.avif", Fate::limit, "bytes of ICC profile", avif_profile},
    {"size.heic", Fate::limit, "32000x32000 pixels", heic_size},
    {"coded.heic", Fate::damaged, "coded in 65528x65528", heic_coded},
    {"coded-inside.heic", Fate::damaged, "coded in 65528x65528", heic_coded_inside},
    {"tiles.heic", Fate::limit, "4096 pictures in one", heic_tiles},
    {"itself.heic", Fate::damaged, "from itself", heic_itself},
    {"alphas.heic", Fate::damaged, "from itself", heic_alphas},
    {"nested.heic", Fate::damaged, "too many steps", heic_nested},
    {"overlay.heic", Fate::limit, "coded pixels", heic_overlay},
    {"canvas.heic", Fate::damaged, "not as large as announced", heic_canvas},
    {"metadata.heic", Fate::damaged, "more bytes than the file has", heic_metadata},
    {"packed.heic", Fate::limit, "bytes of metadata", heic_packed},
    {"profile.heic", Fate::limit, "bytes of ICC profile", heic_profile},
    {"size.tif", Fate::limit, "100000x100000 pixels", tiff_size},
    {"side.tif", Fate::limit, "2147483647x1 pixels", tiff_side},
    {"circle.tif", Fate::damaged, "in a circle", tiff_circle},
    {"tags.tif", Fate::damaged, "more bytes than the file has", tiff_tags},
    {"count.tif", Fate::converted, "", tiff_count},
    {"strip.tif", Fate::converted, "", tiff_strip},
    {"tile.tif", Fate::damaged, "coded in 16384x16384", tiff_tile},
    {"profile.tif", Fate::limit, "bytes of ICC profile", tiff_profile},
});

}  // namespace

std::span<const Bomb> bombs() {
  return kBombs;
}

std::string_view name_of(Fate fate) {
  constexpr std::array<std::string_view, 4> kNames{"limit", "damaged", "left_alone", "converted"};
  return kNames[static_cast<std::size_t>(fate)];
}

}  // namespace frugal::pictures
