// EXIF blocks built byte by byte (TIFF 6.0, section 2; Exif 2.32, 4.6).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "util/bytes.hpp"

namespace exif_fixture {

using frugal::Bytes;

/// One entry of a directory: its value as numbers of `width` bytes each.
struct Field {
  std::uint16_t tag;
  std::uint16_t type;
  std::size_t width;
  std::size_t count;
  std::vector<std::uint32_t> numbers;
};

inline Field bytes_field(std::uint16_t tag, std::uint16_t type, std::string_view bytes) {
  Field field{tag, type, 1, bytes.size(), {}};
  for (const char c : bytes) field.numbers.push_back(static_cast<unsigned char>(c));
  return field;
}

/// ASCII, with the NUL that ends it.
inline Field text(std::uint16_t tag, std::string_view value) {
  Field field = bytes_field(tag, 2, value);
  field.numbers.push_back(0);
  ++field.count;
  return field;
}

inline Field opaque(std::uint16_t tag, std::string_view bytes) {
  return bytes_field(tag, 7, bytes);
}

inline Field short_number(std::uint16_t tag, std::uint32_t value) {
  return {tag, 3, 2, 1, {value}};
}

inline Field long_number(std::uint16_t tag, std::uint32_t value) {
  return {tag, 4, 4, 1, {value}};
}

/// Numerators and denominators in turn.
inline Field rationals(std::uint16_t tag, std::vector<std::uint32_t> parts) {
  const std::size_t count = parts.size() / 2;
  return {tag, 5, 4, count, std::move(parts)};
}

constexpr std::uint16_t kDescription = 0x010e;
constexpr std::uint16_t kMake = 0x010f;
constexpr std::uint16_t kOrientation = 0x0112;
constexpr std::uint16_t kDateTime = 0x0132;
constexpr std::uint16_t kArtist = 0x013b;
constexpr std::uint16_t kCopyright = 0x8298;
constexpr std::uint16_t kDateTimeOriginal = 0x9003;
constexpr std::uint16_t kMakerNote = 0x927c;
constexpr std::uint16_t kUserComment = 0x9286;
constexpr std::uint16_t kSerialNumber = 0xa431;

struct Blocks {
  bool big_endian = false;
  std::vector<Field> image = {};  ///< IFD0
  std::vector<Field> photo = {};  ///< the Exif directory
  std::vector<Field> gps = {};
  std::string_view thumbnail = {};  ///< what IFD1 points to
};

class Writer {
 public:
  explicit Writer(bool big_endian) : big_endian_(big_endian) {}

  void number(std::uint32_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t shift = 8 * (big_endian_ ? width - 1 - i : i);
      bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    }
  }

  /// Gives back where the offset of the next directory is to be written.
  std::size_t directory(std::vector<Field> fields) {
    std::ranges::sort(fields, {}, &Field::tag);
    std::size_t outside = bytes.size() + 2 + 12 * fields.size() + 4;
    number(static_cast<std::uint32_t>(fields.size()), 2);
    for (const Field& field : fields) {
      number(field.tag, 2);
      number(field.type, 2);
      number(static_cast<std::uint32_t>(field.count), 4);
      const std::size_t size = field.numbers.size() * field.width;
      if (size > 4) {
        number(static_cast<std::uint32_t>(outside), 4);
        outside += (size + 1) / 2 * 2;
      } else {
        for (const auto value : field.numbers) number(value, field.width);
        bytes.resize(bytes.size() + 4 - size);
      }
    }
    const std::size_t next = bytes.size();
    number(0, 4);
    for (const Field& field : fields) {
      if (field.numbers.size() * field.width <= 4) continue;
      for (const auto value : field.numbers) number(value, field.width);
      bytes.resize((bytes.size() + 1) / 2 * 2);
    }
    return next;
  }

  void put_at(std::size_t place, std::size_t value) {
    Writer number_only(big_endian_);
    number_only.number(static_cast<std::uint32_t>(value), 4);
    std::ranges::copy(number_only.bytes, bytes.begin() + static_cast<std::ptrdiff_t>(place));
  }

  Bytes bytes;

 private:
  bool big_endian_;
};

inline std::size_t directory_bytes(const std::vector<Field>& fields) {
  Writer writer(false);
  writer.directory(fields);
  return writer.bytes.size();
}

inline Bytes exif(Blocks blocks) {
  Writer writer(blocks.big_endian);
  writer.bytes = blocks.big_endian ? Bytes{'M', 'M', 0, 42, 0, 0, 0, 8} : Bytes{'I', 'I', 42, 0, 8, 0, 0, 0};
  constexpr std::uint16_t kPhotoDirectory = 0x8769;
  constexpr std::uint16_t kGpsDirectory = 0x8825;
  if (!blocks.photo.empty()) blocks.image.push_back(long_number(kPhotoDirectory, 0));
  if (!blocks.gps.empty()) blocks.image.push_back(long_number(kGpsDirectory, 0));
  const std::size_t photo_at = writer.bytes.size() + directory_bytes(blocks.image);
  const std::size_t gps_at = photo_at + (blocks.photo.empty() ? 0 : directory_bytes(blocks.photo));
  for (Field& field : blocks.image) {
    if (field.tag == kPhotoDirectory) field.numbers = {static_cast<std::uint32_t>(photo_at)};
    if (field.tag == kGpsDirectory) field.numbers = {static_cast<std::uint32_t>(gps_at)};
  }
  const std::size_t next = writer.directory(blocks.image);
  if (!blocks.photo.empty()) writer.directory(blocks.photo);
  if (!blocks.gps.empty()) writer.directory(blocks.gps);
  if (!blocks.thumbnail.empty()) {
    writer.put_at(next, writer.bytes.size());
    constexpr std::size_t kThumbnailDirectory = 2 + 3 * 12 + 4;
    const auto at = static_cast<std::uint32_t>(writer.bytes.size() + kThumbnailDirectory);
    writer.directory({short_number(0x0103, 6), long_number(0x0201, at),
                      long_number(0x0202, static_cast<std::uint32_t>(blocks.thumbnail.size()))});
    for (const char c : blocks.thumbnail) writer.bytes.push_back(static_cast<std::uint8_t>(c));
  }
  return writer.bytes;
}

/// A block that says nothing but how the picture lies.
inline Bytes orientation_only(std::uint32_t value, bool big_endian = false) {
  return exif({.big_endian = big_endian, .image = {short_number(kOrientation, value)}});
}

}  // namespace exif_fixture
