#include "image/exif.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <exiv2/exiv2.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "image/orient.hpp"

namespace frugal {

namespace {

constexpr const char* kOrientation = "Exif.Image.Orientation";

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

/// exiv2 throws on some malformed blocks: whatever it cannot read counts as not there.
std::optional<Parsed> parse(ByteView exif) {
  if (exif.size() < 8 || exif.size() > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  // Its warnings would go to stderr past the reporter.
  static const bool muted = (Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute), true);
  static_cast<void>(muted);
  try {
    Parsed parsed;
    parsed.order =
        Exiv2::ExifParser::decode(parsed.data, exif.data(), static_cast<std::uint32_t>(exif.size()));
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
  auto parsed = parse(exif);
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
  auto parsed = parse(exif);
  if (!parsed) return {};
  auto& data = parsed->data;
  for (auto at = data.begin(); at != data.end();) {
    at = std::ranges::find(kSafe, at->key()) == kSafe.end() ? data.erase(at) : std::next(at);
  }
  return serialise(*parsed);
}

Bytes upright_exif(ByteView exif) {
  auto parsed = parse(exif);
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
