#include "image/exif.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <exiv2/exiv2.hpp>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/orient.hpp"
#include "image/tiff_structure.hpp"

namespace frugal {

namespace {

constexpr const char* kOrientation = "Exif.Image.Orientation";
constexpr std::uint8_t kNobodysTag = 0xff;  ///< both bytes of a tag that means nothing

/// What `safe` keeps, by exiv2's names of the tags.
constexpr auto kSafe = std::to_array<std::string_view>({
    "Exif.Image.Copyright",
    "Exif.Image.Artist",
    "Exif.Image.ImageDescription",
    "Exif.Image.DateTime",
    "Exif.Photo.DateTimeOriginal",
    "Exif.Photo.DateTimeDigitized",
    "Exif.Photo.OffsetTime",
    "Exif.Photo.OffsetTimeOriginal",
    "Exif.Photo.OffsetTimeDigitized",
    "Exif.Photo.SubSecTime",
    "Exif.Photo.SubSecTimeOriginal",
    "Exif.Photo.SubSecTimeDigitized",
});

struct Parsed {
  Exiv2::ExifData data;
  Exiv2::ByteOrder order = Exiv2::littleEndian;
};

/// Appends the places of the directories that an entry leads to.
void append_places(const TiffStructure& structure, const TiffEntry& entry,
                   std::vector<std::uint64_t>& places) {
  constexpr std::array<std::uint64_t, 4> kDirectories{0x8769, 0x8825, 0xa005, 0x014a};
  constexpr std::uint64_t kWidth = 4;
  constexpr std::uint64_t kMost = 32;
  if (std::ranges::find(kDirectories, entry.tag) == kDirectories.end()) return;
  if (entry.beside == 0) return places.push_back(entry.value);
  for (std::uint64_t i = 0; i < std::min(entry.beside / kWidth, kMost); ++i) {
    places.push_back(structure.number(entry.value + i * kWidth, kWidth).value_or(0));
  }
}

/// What exiv2 is to read of a block: `maker_note` says whether it is to look into the camera's own
/// directories.
///
/// exiv2 copies every value, however often the same bytes are named: nothing where the directories name more
/// than the block has, or are more than any camera writes. The camera's own are of many kinds, and are not
/// counted.
std::optional<Bytes> prepared(ByteView exif, bool maker_note) {
  constexpr std::uint64_t kMakerNote = 0x927c;
  constexpr std::size_t kMostDirectories = 64;
  constexpr std::uint64_t kMostEntries = 256;  // exiv2 reads no directory of more
  const auto structure = TiffStructure::of(exif);
  if (!structure) return std::nullopt;
  Bytes copy(exif.begin(), exif.end());
  std::uint64_t named = 0;
  std::vector<std::uint64_t> places{structure->first()};
  std::set<std::uint64_t> seen{0};  // where no directory can be
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!seen.insert(places[i]).second) continue;
    if (seen.size() > kMostDirectories) return std::nullopt;
    const auto directory = structure->directory(places[i], kMostEntries);
    for (const auto& entry : directory.entries) {
      named += entry.beside;
      append_places(*structure, entry, places);
      if (entry.tag == kMakerNote && !maker_note) {
        std::ranges::fill_n(copy.begin() + static_cast<std::ptrdiff_t>(entry.at), 2, kNobodysTag);
      }
    }
    if (directory.next != 0) places.push_back(directory.next);
  }
  // Of a damaged block one value may reach to its end.
  return named <= 2 * exif.size() ? std::optional(std::move(copy)) : std::nullopt;
}

/// exiv2 throws on some malformed blocks: whatever it cannot read counts as not there.
std::optional<Parsed> parse(ByteView block, bool maker_note) {
  if (block.size() < 8 || block.size() > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  const auto exif = prepared(block, maker_note);
  if (!exif) return std::nullopt;
  // Its warnings would go to stderr past the reporter.
  static const bool muted = (Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute), true);
  static_cast<void>(muted);
  try {
    Parsed parsed;
    parsed.order =
        Exiv2::ExifParser::decode(parsed.data, exif->data(), static_cast<std::uint32_t>(exif->size()));
    if (parsed.order == Exiv2::invalidByteOrder) return std::nullopt;
    return parsed;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

Bytes serialise(Parsed& parsed) {
  if (parsed.data.empty()) return {};
  try {
    Exiv2::Blob blob;
    Exiv2::ExifParser::encode(blob, nullptr, 0, parsed.order, parsed.data);
    return {blob.begin(), blob.end()};
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace

Orientation exif_orientation(ByteView exif) {
  auto parsed = parse(exif, false);
  if (!parsed) return Orientation::upright;
  try {
    const auto found = parsed->data.findKey(Exiv2::ExifKey(kOrientation));
    if (found == parsed->data.end() || found->count() == 0) return Orientation::upright;
#if EXIV2_TEST_VERSION(0, 28, 0)
    const auto value = found->toInt64();
#else
    const auto value = found->toLong();
#endif
    return orientation_from_exif(value > 0 && value <= 8 ? static_cast<unsigned>(value) : 1U);
  } catch (const std::exception&) {
    return Orientation::upright;
  }
}

Bytes safe_exif(ByteView exif) {
  auto parsed = parse(exif, false);
  if (!parsed) return {};
  auto& data = parsed->data;
  for (auto at = data.begin(); at != data.end();) {
    at = std::ranges::find(kSafe, at->key()) == kSafe.end() ? data.erase(at) : std::next(at);
  }
  return serialise(*parsed);
}

Bytes upright_exif(ByteView exif) {
  auto parsed = parse(exif, true);
  if (!parsed) return {};
  try {
    const auto found = parsed->data.findKey(Exiv2::ExifKey(kOrientation));
    if (found == parsed->data.end()) return {exif.begin(), exif.end()};
    found->setValue("1");
  } catch (const std::exception&) {
    return {};
  }
  return serialise(*parsed);
}

std::string exif_library() {
  return std::string("exiv2 ") + Exiv2::version();
}

}  // namespace frugal
