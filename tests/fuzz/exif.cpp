#include "image/exif.hpp"

#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"
#include "unit/exif_fixture.hpp"

namespace frugal::fuzz {

namespace {

Outcome run(ByteView input) {
  const auto turn = static_cast<int>(exif_orientation(input));
  insist(turn >= 1 && turn <= 8, "an orientation is one of eight");
  const auto safe = safe_exif(input);
  const auto upright = upright_exif(input);
  insist(exif_orientation(safe) == Orientation::upright && exif_orientation(upright) == Orientation::upright,
         "what is written is upright");
  return upright.empty() ? Outcome(ErrorKind::damaged) : std::nullopt;
}

std::vector<Bytes> seeds() {
  using namespace exif_fixture;
  return {full_metadata().exif,
          exif({.big_endian = true, .image = {short_number(kOrientation, 3), text(kArtist, "somebody")}}),
          exif({.image = {text(kMake, "Canon"), text(kDateTime, "2024:01:02 03:04:05")},
                .photo = {opaque(kMakerNote, std::string_view("\1\0\x06\0\3\0\1\0\0\0\2\0\0\0\0\0\0\0", 18)),
                          opaque(kUserComment, "ASCII\0\0\0words")}}),
          exif({.image = {text(kMake, "NIKON CORPORATION"), text(kDescription, "a lake")},
                .photo = {opaque(kMakerNote,
                                 std::string_view("Nikon\0\2\x10\0\0MM\0*\0\0\0\10\0\0\0\0\0\0", 24))}}),
          orientation_only(8)};
}

}  // namespace

const Harness kExif{"exif", run, seeds};

}  // namespace frugal::fuzz
