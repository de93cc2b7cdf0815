// WebP through libwebp and its demuxer; codec/webp/ writes it.
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <string>

#include "codec/table.hpp"
#include "codec/webp/encode.hpp"
#include "codec/webp/rows.hpp"
#include "image/exif.hpp"
#include "image/orient.hpp"

namespace frugal::codec {

namespace {

constexpr std::array<std::string_view, 1> kExtensions{"webp"};
constexpr std::array kSamplings{Chroma::half, Chroma::sharp};
constexpr std::string_view kExifPrefix{"Exif\0\0", 6};  // some writers put JPEG's prefix before the block

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
using Demuxer = std::unique_ptr<WebPDemuxer, DeleteDemuxer>;

WebPData data_of(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}

/// One metadata chunk's content, as it stands in the file; empty where there is none.
ByteView chunk(const WebPDemuxer* demuxer, const char* fourcc) {
  WebPChunkIterator at{};
  if (!WebPDemuxGetChunk(demuxer, fourcc, 1, &at)) return {};
  const ByteView bytes(at.chunk.bytes, at.chunk.size);
  WebPDemuxReleaseChunkIterator(&at);
  return bytes;
}

Bytes copy(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

ByteView exif_of(const WebPDemuxer* demuxer) {
  const auto exif = chunk(demuxer, "EXIF");
  return as_chars(exif).starts_with(kExifPrefix) ? exif.subspan(kExifPrefix.size()) : exif;
}

/// Error: limit, for more metadata than any picture has.
Result<void> check_metadata(const WebPDemuxer* demuxer, const Limits& limits) {
  if (auto fits = check_limit(chunk(demuxer, "ICCP").size(), kMostProfile, limits); !fits) return fits;
  for (const auto* fourcc : {"EXIF", "XMP "}) {
    if (auto fits = check_limit(chunk(demuxer, fourcc).size(), kMostMetadata, limits); !fits) return fits;
  }
  return {};
}

bool sniff(ByteView head) {
  const auto text = as_chars(head);
  return text.size() >= 12 && text.starts_with("RIFF") && text.substr(8, 4) == "WEBP";
}

Result<WebPBitstreamFeatures> features_of(ByteView file, const Limits& limits) {
  WebPBitstreamFeatures features{};
  const auto status = WebPGetFeatures(file.data(), file.size(), &features);
  if (status == VP8_STATUS_NOT_ENOUGH_DATA)
    return fail(ErrorKind::damaged, "damaged WebP: the file ends too early");
  if (status != VP8_STATUS_OK) return fail(ErrorKind::damaged, "damaged WebP: its header cannot be read");
  const Size size{static_cast<std::uint32_t>(features.width), static_cast<std::uint32_t>(features.height)};
  if (auto fits = check_limits(size, limits); !fits) return std::unexpected(fits.error());
  return features;
}

Result<Header> read_header(ByteView file, const Limits& limits) try {
  const auto features = features_of(file, limits);
  if (!features) return std::unexpected(features.error());
  const auto data = data_of(file);
  WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
  const Demuxer demuxer(WebPDemuxPartial(&data, &state));
  if (demuxer) {
    if (auto fits = check_metadata(demuxer.get(), limits); !fits) return std::unexpected(fits.error());
  }
  return Header{{static_cast<std::uint32_t>(features->width), static_cast<std::uint32_t>(features->height)},
                demuxer ? exif_orientation(exif_of(demuxer.get())) : Orientation::upright,
                features->has_alpha ? 4 : 3,
                8};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

/// What follows the RIFF container (whose size field counts all but its own first 8 bytes), apart from zeros.
bool has_trailing_data(ByteView file) {
  constexpr std::size_t kUncounted = 8;
  const std::size_t counted =
      file[4] | std::size_t{file[5]} << 8 | std::size_t{file[6]} << 16 | std::size_t{file[7]} << 24;
  const auto rest = file.subspan(std::min(file.size(), kUncounted + counted));
  return std::ranges::any_of(rest, [](std::uint8_t byte) { return byte != 0; });
}

bool decode_into(ByteView file, Image& image) {
  const auto stride = static_cast<int>(image.row_bytes());
  const auto* result =
      image.alpha() ? WebPDecodeRGBAInto(file.data(), file.size(), image.row(0), image.byte_size(), stride)
                    : WebPDecodeRGBInto(file.data(), file.size(), image.row(0), image.byte_size(), stride);
  return result != nullptr;
}

/// A still picture, and what its file holds beside it.
struct Opened {
  WebPBitstreamFeatures features{};
  Demuxer demuxer;

  Size size() const {
    return {static_cast<std::uint32_t>(features.width), static_cast<std::uint32_t>(features.height)};
  }
};

Result<Opened> open(ByteView file, const Limits& limits) {
  const auto features = features_of(file, limits);
  if (!features) return std::unexpected(features.error());
  if (features->has_animation)
    return fail(ErrorKind::left_alone, "an animation; only still pictures are converted");
  const auto data = data_of(file);
  Demuxer demuxer(WebPDemux(&data));
  if (!demuxer)
    return fail(ErrorKind::damaged, "damaged WebP: the file ends too early or its chunks do not fit");
  if (auto fits = check_metadata(demuxer.get(), limits); !fits) return std::unexpected(fits.error());
  return Opened{*features, std::move(demuxer)};
}

Metadata metadata_of(const Opened& opened) {
  Metadata metadata;
  metadata.icc = copy(chunk(opened.demuxer.get(), "ICCP"));
  metadata.exif = copy(exif_of(opened.demuxer.get()));
  metadata.orientation = exif_orientation(metadata.exif);
  metadata.xmp = copy(chunk(opened.demuxer.get(), "XMP "));
  return metadata;
}

Result<Decoded> decode(ByteView file, const Limits& limits, int /*threads*/) try {
  const auto opened = open(file, limits);
  if (!opened) return std::unexpected(opened.error());
  auto image = Image::make(opened->size(), opened->features.has_alpha ? 4 : 3, 8);
  if (!image) return std::unexpected(image.error());
  if (!decode_into(file, *image))
    return fail(ErrorKind::damaged, "damaged WebP: its picture cannot be decoded");
  Decoded decoded{std::move(*image), metadata_of(*opened), {}};
  if (has_trailing_data(file)) decoded.extras.emplace_back("data after the end of the picture");
  return decoded;
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

Result<OpenedRows> open_rows(ByteView file, const Limits& limits) try {
  constexpr int kLossy = 1;  // WebPBitstreamFeatures::format
  const auto opened = open(file, limits);
  if (!opened) return std::unexpected(opened.error());
  if (opened->features.has_alpha || opened->features.format != kLossy)
    return fail(ErrorKind::unsupported, "translucent and lossless WebP are read whole");
  auto rows = webp::rows_of(file, opened->size());
  if (!rows) return std::unexpected(rows.error());
  return OpenedRows{std::move(*rows), metadata_of(*opened)};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

std::string libraries() {
  const auto version = static_cast<unsigned>(WebPGetEncoderVersion());
  return "libwebp " + std::to_string(version >> 16) + "." + std::to_string(version >> 8 & 255) + "." +
         std::to_string(version & 255);
}

bool heeds_guide(const Image& /*image*/, const EncodeParams& params) {
  return !params.lossless && params.near_lossless == 0;
}

}  // namespace

const Codec kWebp{.format = Format::webp,
                  .name = "webp",
                  .label = "WebP",
                  .extensions = kExtensions,
                  .max_depth = 8,
                  .alpha = true,
                  .gray = false,
                  .cicp = false,
                  .max_side = WEBP_MAX_DIMENSION,
                  .quality = {0, 100, 0.5},
                  .samplings = kSamplings,
                  .has_lossless = true,
                  .recompresses = false,
                  .slow = false,
                  .lossless_is_large = true,
                  .near_lossless = webp::kNearLosslessLevels,
                  .sniff = sniff,
                  .read_header = read_header,
                  .decode = decode,
                  .open_rows = open_rows,
                  .encode = webp::encode,
                  .heeds_guide = heeds_guide,
                  .libraries = libraries};

}  // namespace frugal::codec
