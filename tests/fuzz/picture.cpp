#include "fuzz/picture.hpp"

#include <algorithm>

#include "batch/convert.hpp"
#include "batch/kind.hpp"
#include "batch/transcoder.hpp"
#include "codec/fit.hpp"
#include "image/colour.hpp"
#include "image/compare.hpp"
#include "image/linear_colour.hpp"
#include "pictures/bombs.hpp"
#include "unit/exif_fixture.hpp"

namespace frugal::fuzz {

namespace {

/// What scoring asks of a picture's colours.
void look_at_colours(const Image& image, const Metadata& metadata) {
  const auto rule = linear_rule(metadata, image.gray());
  if (rule && !*rule) (void)lut_to_srgb(image, metadata.icc);
}

/// Reading with little memory gives the same picture, whole and by rows.
void read_sparingly(const codec::Codec& codec, ByteView file) {
  auto limits = kLimits;
  const auto ample = codec.decode(file, limits, 1);
  limits.room = codec::Room::scarce;
  const auto scarce = codec.decode(file, limits, 1);
  // Two libraries inflate a PNG: see Limits::room.
  if (codec.format != codec::Format::png)
    insist(ample.has_value() == scarce.has_value(), "what can be read can be with little memory");
  if (!ample || !scarce) return;
  insist(same_pixels(ample->image, scarce->image), "a picture is the same with little memory");
  const auto opened = codec.open_rows(file, limits);
  if (!opened) return;
  auto& rows = *opened->rows;
  auto image = Image::make(rows.size(), rows.channels(), rows.depth());
  if (!image || !rows.read(*image, 0, image->height())) return;
  insist(same_pixels(*image, ample->image), "a picture is the same by rows");
}

}  // namespace

Outcome read_picture(codec::Format format, ByteView file) {
  (void)batch::kind_of(file.first(std::min(file.size(), codec::kSniffBytes)));
  const auto& codec = codec::of(format);
  const auto header = codec.read_header(file, kLimits);
  if (!header) {
    insist(!header.error().message.empty(), "an error says what it is");
    return header.error().kind;
  }
  insist(codec::check_limits(header->size, kLimits).has_value(), "a header's size is within the limits");
  insist(header->channels >= 1 && header->channels <= 4 && header->depth >= 8 && header->depth <= 16,
         "a header tells a picture's shape");
  if (codec.open_rows) read_sparingly(codec, file);
  // The batch asks for one of these, by --metadata.
  const auto policy = file.size() % 2 == 0 ? batch::MetadataPolicy::safe : batch::MetadataPolicy::all;
  batch::Timings ms;
  const auto picture = batch::decode(file, codec, policy, kLimits, 1, batch::clock_ms, ms);
  if (!picture) {
    insist(!picture.error().message.empty(), "an error says what it is");
    return picture.error().kind;
  }
  insist(codec::check_limits(picture->image.size(), kLimits).has_value(),
         "a picture's size is within the limits");
  look_at_colours(picture->image, picture->metadata);
  if (!codec.recompresses || !picture->extras.empty()) return std::nullopt;
  // What packs a file of its own format more tightly reads that file once more.
  codec::EncodeParams params{.effort = 1, .lossless = true};
  params.origin = codec::Origin{format, file, picture->stored, picture->reduced_chroma};
  (void)codec.encode(picture->image, picture->metadata, params);
  return std::nullopt;
}

Bytes encoded(codec::Format format, const pictures::Spec& spec, codec::EncodeParams params,
              Metadata metadata) {
  const auto& codec = codec::of(format);
  const auto fitted = value_or_throw(codec::fit(pictures::make(spec), metadata, codec));
  if (params.quality == 0) params.quality = (codec.quality.min + codec.quality.max) / 2;
  params.effort = std::min(params.effort, 2);
  return value_or_throw(codec.encode(fitted.image(), metadata, params));
}

Metadata full_metadata() {
  using namespace exif_fixture;
  Metadata metadata;
  metadata.icc = gamma_profile({{0.3127, 0.3290}, {0.64, 0.33}, {0.21, 0.71}, {0.15, 0.06}}, 2.2);
  metadata.exif =
      exif({.image = {short_number(kOrientation, 6), text(kCopyright, "somebody")},
            .photo = {text(kDateTimeOriginal, "2024:01:02 03:04:05"), opaque(kMakerNote, "notes")},
            .gps = {rationals(2, {48, 1, 12, 1, 0, 1})},
            .thumbnail = "no picture"});
  const auto xmp = as_bytes("<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf/></x:xmpmeta>");
  metadata.xmp.assign(xmp.begin(), xmp.end());
  metadata.density = Density{11811, 11811};
  return metadata;
}

void add_bombs(codec::Format format, std::vector<Bytes>& seeds) {
  constexpr std::size_t kMostBytes = 16U << 10;
  for (const auto& bomb : pictures::bombs()) {
    const auto* codec = codec::by_extension(bomb.name.substr(bomb.name.rfind('.') + 1));
    if (codec != &codec::of(format)) continue;
    auto file = bomb.make();
    if (file.size() <= kMostBytes) seeds.push_back(std::move(file));
  }
}

}  // namespace frugal::fuzz
