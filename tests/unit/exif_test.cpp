#include "image/exif.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string_view>

#include "exif_fixture.hpp"

namespace frugal {
namespace {

using namespace exif_fixture;
using namespace std::string_view_literals;

/// A block as a camera writes it: what may be published and what may not, side by side.
Bytes camera_block(bool big_endian) {
  constexpr std::uint16_t kLatitudeRef = 1, kLatitude = 2;
  return exif(
      {.big_endian = big_endian,
       .image = {text(kDescription, "A heron at the weir"), text(kMake, "SECRETMAKE"),
                 short_number(kOrientation, 6), text(kDateTime, "2024:05:06 07:08:09"),
                 text(kArtist, "Ada Photographer"), text(kCopyright, "(c) Ada 2024")},
       .photo = {text(kDateTimeOriginal, "2023:01:02 03:04:05"),
                 opaque(kMakerNote, "SECRETMAKERNOTE_0123456789"),
                 opaque(kUserComment, "ASCII\0\0\0SECRETCOMMENT"sv), text(kSerialNumber, "SECRETSERIAL")},
       .gps = {text(kLatitudeRef, "N"), rationals(kLatitude, {51, 1, 28, 1, 4711, 100})},
       .thumbnail = "\xff\xd8SECRETTHUMBNAIL\xff\xd9"sv});
}

bool holds(const Bytes& block, std::string_view text) {
  return as_chars(block).find(text) != std::string_view::npos;
}

/// True when the block's first directory has an entry of this tag.
bool has_tag(const Bytes& block, std::uint16_t tag) {
  const bool big = block.at(0) == 'M';
  const auto number = [&](std::size_t at) {
    return static_cast<unsigned>(big ? block.at(at) << 8 | block.at(at + 1)
                                     : block.at(at + 1) << 8 | block.at(at));
  };
  for (unsigned i = 0; i < number(8); ++i) {
    if (number(10 + 12 * std::size_t{i}) == tag) return true;
  }
  return false;
}

TEST_CASE("the safe block keeps copyright, artist, description and dates") {
  for (const bool big_endian : {false, true}) {
    CAPTURE(big_endian);
    const auto safe = safe_exif(camera_block(big_endian));
    REQUIRE(safe.size() > 8);
    CHECK(as_chars(safe).substr(0, 4) == (big_endian ? "MM\0*"sv : "II*\0"sv));
    for (const auto kept : {"A heron at the weir"sv, "Ada Photographer"sv, "(c) Ada 2024"sv,
                            "2024:05:06 07:08:09"sv, "2023:01:02 03:04:05"sv}) {
      CAPTURE(kept);
      CHECK(holds(safe, kept));
    }
  }
}

TEST_CASE("the safe block has no position, thumbnail, maker note, serial number or orientation") {
  for (const bool big_endian : {false, true}) {
    CAPTURE(big_endian);
    const auto block = camera_block(big_endian);
    REQUIRE(holds(block, "SECRETMAKERNOTE"));
    REQUIRE(holds(block, "SECRETTHUMBNAIL"));
    REQUIRE(has_tag(block, 0x8825));
    const auto safe = safe_exif(block);
    REQUIRE_FALSE(safe.empty());
    CHECK_FALSE(holds(safe, "SECRET"));
    CHECK_FALSE(has_tag(safe, 0x8825));
    CHECK_FALSE(has_tag(safe, kOrientation));
    CHECK(exif_orientation(safe) == Orientation::upright);
    CHECK(safe.size() < block.size());
  }
}

TEST_CASE("a block of nothing that may be published is dropped whole") {
  CHECK(safe_exif(exif({.image = {text(kMake, "Maker"), short_number(kOrientation, 3)}})).empty());
  CHECK(safe_exif({}).empty());
}

TEST_CASE("the safe block of a safe block is itself") {
  const auto safe = safe_exif(camera_block(false));
  CHECK(safe_exif(safe) == safe);
}

TEST_CASE("the orientation is read in both byte orders, and upright where there is none") {
  for (unsigned value = 1; value <= 8; ++value) {
    CHECK(exif_orientation(orientation_only(value, false)) == static_cast<Orientation>(value));
    CHECK(exif_orientation(orientation_only(value, true)) == static_cast<Orientation>(value));
  }
  for (const unsigned value : {0U, 9U, 65535U}) {
    CHECK(exif_orientation(orientation_only(value)) == Orientation::upright);
  }
  CHECK(exif_orientation(exif({.image = {text(kMake, "Maker")}})) == Orientation::upright);
  CHECK(exif_orientation(exif({.image = {text(kOrientation, "6")}})) != Orientation::mirrored);
  CHECK(exif_orientation(exif({.image = {long_number(kOrientation, 8)}})) == Orientation::turned_270);
}

TEST_CASE("an upright block says upright and keeps everything else") {
  for (const bool big_endian : {false, true}) {
    const auto upright = upright_exif(camera_block(big_endian));
    CHECK(exif_orientation(upright) == Orientation::upright);
    CHECK(has_tag(upright, kOrientation));
    CHECK(has_tag(upright, 0x8825));
    for (const auto kept : {"SECRETMAKERNOTE"sv, "SECRETTHUMBNAIL"sv, "SECRETSERIAL"sv, "(c) Ada 2024"sv}) {
      CAPTURE(kept);
      CHECK(holds(upright, kept));
    }
  }
}

TEST_CASE("a block without orientation stays byte for byte") {
  const auto block =
      exif({.image = {text(kMake, "Maker")}, .photo = {text(kDateTimeOriginal, "2023:01:02 03:04:05")}});
  CHECK(upright_exif(block) == block);
}

void check_harmless(ByteView block) {
  exif_orientation(block);
  safe_exif(block);
  upright_exif(block);
}

TEST_CASE("garbage is an empty block") {
  for (const auto garbage :
       {""sv, "II"sv, "II*\0"sv, "Exif\0\0II*\0"sv, "not exif at all, but long enough"sv}) {
    CHECK(exif_orientation(as_bytes(garbage)) == Orientation::upright);
    CHECK(safe_exif(as_bytes(garbage)).empty());
    CHECK(upright_exif(as_bytes(garbage)).empty());
  }
}

TEST_CASE("a damaged block does no harm wherever it is cut or changed") {
  const auto block = camera_block(false);
  for (std::size_t length = 0; length < block.size(); ++length) check_harmless(ByteView(block).first(length));
  std::minstd_rand random(7);
  for (int round = 0; round < 500; ++round) {
    auto changed = block;
    for (int i = 0; i < 4; ++i) changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
    check_harmless(changed);
  }
}

TEST_CASE("a directory that leads back to itself is read once") {
  auto block = orientation_only(6);
  // The next directory's offset, the last four bytes, is made the first's.
  block[block.size() - 4] = 8;
  check_harmless(block);
  CHECK(exif_orientation(block) == Orientation::turned_90);
}

}  // namespace
}  // namespace frugal
