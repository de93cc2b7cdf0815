#include "codec/coded_size.hpp"

#include <cstdint>

#include "codec/cursor.hpp"

namespace frugal::codec {

namespace {

/// Bits from the front of a byte range, the highest of each byte first; zeros, and `ok` false, past its end.
class Bits {
 public:
  explicit Bits(ByteView bytes) : bytes_(bytes) {}

  std::uint32_t take(int count) {
    std::uint32_t value = 0;
    for (; count > 0; --count) value = value << 1 | bit();
    return value;
  }
  bool flag() { return bit() != 0; }
  void skip(std::size_t count) { at_ += count; }

  /// An Exp-Golomb code (H.265, 9.2; AV1's uvlc, 4.10.3, is the same).
  std::uint32_t golomb() {
    int zeros = 0;
    while (ok() && zeros < 32 && bit() == 0) ++zeros;
    if (zeros == 32) return ~std::uint32_t{0};
    return (std::uint32_t{1} << zeros) - 1 + take(zeros);
  }

  bool ok() const { return at_ <= bytes_.size() * 8; }

 private:
  std::uint32_t bit() {
    const std::size_t at = at_++;
    return at / 8 < bytes_.size() ? bytes_[at / 8] >> (7 - at % 8) & 1U : 0;
  }

  ByteView bytes_;
  std::size_t at_ = 0;
};

std::uint64_t pixels_of(Size size) {
  return std::uint64_t{size.width} * size.height;
}

void keep_larger(std::optional<Size>& largest, std::optional<Size> other) {
  if (other && (!largest || pixels_of(*other) > pixels_of(*largest))) largest = other;
}

// ---- AV1 ----

/// timing_info and decoder_model_info; the number of bits in which buffer delays are told, 0 for no model.
int skip_timing(Bits& bits) {
  bits.skip(64);  // of the display's clock
  if (bits.flag()) bits.golomb();
  if (!bits.flag()) return 0;
  const int delay = static_cast<int>(bits.take(5)) + 1;
  bits.skip(32 + 5 + 5);
  return delay;
}

void skip_operating_points(Bits& bits, int delay) {
  const bool display_delay = bits.flag();
  for (std::uint32_t left = bits.take(5) + 1; left > 0; --left) {
    bits.skip(12);
    if (bits.take(5) > 7) bits.skip(1);  // a level with tiers
    if (delay > 0 && bits.flag()) bits.skip(2 * static_cast<std::size_t>(delay) + 1);
    if (display_delay && bits.flag()) bits.skip(4);
  }
}

std::optional<Size> sequence_size(ByteView header) {
  Bits bits(header);
  bits.skip(3 + 1);  // profile, and whether it is a still picture
  if (bits.flag()) {
    bits.skip(5);  // reduced: nothing but the level
  } else {
    const int delay = bits.flag() ? skip_timing(bits) : 0;
    skip_operating_points(bits, delay);
  }
  const int width_bits = static_cast<int>(bits.take(4)) + 1;
  const int height_bits = static_cast<int>(bits.take(4)) + 1;
  const Size size{bits.take(width_bits) + 1, bits.take(height_bits) + 1};
  return bits.ok() ? std::optional(size) : std::nullopt;
}

/// leb128 (4.10.5).
std::uint64_t take_length(Cursor& cursor) {
  std::uint64_t length = 0;
  for (int i = 0; i < 8; ++i) {
    const std::uint64_t byte = cursor.u8();
    length |= (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) break;
  }
  return length;
}

// ---- HEVC ----

/// What a NAL unit holds once the bytes that keep start codes out of it are dropped (7.4.2); no more of it
/// than comes before a picture's size.
Bytes unescaped(ByteView unit) {
  constexpr std::size_t kEnough = 256;
  Bytes bytes;
  int zeros = 0;
  for (const std::uint8_t byte : unit) {
    if (bytes.size() == kEnough) break;
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    bytes.push_back(byte);
  }
  return bytes;
}

/// profile_tier_level (7.3.3), with the layers below the highest one.
void skip_levels(Bits& bits, std::uint32_t layers) {
  constexpr std::size_t kProfile = 88;
  constexpr std::size_t kLevel = 8;
  bits.skip(kProfile + kLevel);
  std::size_t more = 0;
  for (std::uint32_t i = 0; i < layers; ++i) {
    if (bits.flag()) more += kProfile;
    if (bits.flag()) more += kLevel;
  }
  if (layers > 0) bits.skip(2 * (8 - std::size_t{layers}));
  bits.skip(more);
}

/// Of a whole NAL unit; none when it is no sequence parameter set of the base layer.
std::optional<Size> set_size(ByteView unit) {
  constexpr int kSequenceSet = 33;
  if (unit.size() < 2 || (unit[0] >> 1 & 63) != kSequenceSet) return std::nullopt;
  if ((unit[0] & 1) != 0 || unit[1] >> 3 != 0) return std::nullopt;
  const Bytes bytes = unescaped(unit.subspan(2));
  Bits bits(bytes);
  bits.skip(4);
  const std::uint32_t layers = bits.take(3);
  bits.skip(1);
  skip_levels(bits, layers);
  bits.golomb();                         // its number
  if (bits.golomb() == 3) bits.skip(1);  // 4:4:4, whose planes may be apart
  Size size;
  size.width = bits.golomb();
  size.height = bits.golomb();
  return bits.ok() && size.width > 0 && size.height > 0 ? std::optional(size) : std::nullopt;
}

}  // namespace

std::optional<Size> av1_size(ByteView units) {
  constexpr std::uint32_t kSequenceHeader = 1;
  std::optional<Size> largest;
  Cursor cursor(units);
  while (!cursor.rest().empty()) {
    const std::uint32_t header = cursor.u8();
    if ((header & 4) != 0) cursor.u8();  // of a layer
    const bool has_length = (header & 2) != 0;
    const ByteView unit = cursor.take(has_length ? take_length(cursor) : cursor.rest().size());
    if ((header >> 3 & 15) == kSequenceHeader) keep_larger(largest, sequence_size(unit));
  }
  return largest;
}

std::optional<Size> hevc_size_in_configuration(ByteView hvcc) {
  constexpr std::size_t kBeforeArrays = 22;
  std::optional<Size> largest;
  Cursor cursor(hvcc);
  cursor.take(kBeforeArrays);
  for (std::uint32_t arrays = cursor.u8(); arrays > 0 && cursor.ok(); --arrays) {
    cursor.u8();
    for (std::uint32_t units = cursor.u16(); units > 0 && cursor.ok(); --units) {
      keep_larger(largest, set_size(cursor.take(cursor.u16())));
    }
  }
  return largest;
}

std::optional<Size> hevc_size(ByteView units) {
  std::optional<Size> largest;
  Cursor cursor(units);
  while (!cursor.rest().empty()) keep_larger(largest, set_size(cursor.take(cursor.u32())));
  return largest;
}

}  // namespace frugal::codec
