// Reading AVIF by libavif.
#include <avif/avif.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/avif/avif.hpp"
#include "codec/avif/handles.hpp"
#include "codec/heif_primary.hpp"
#include "codec/isobmff.hpp"
#include "codec/own_depth.hpp"
#include "image/depth.hpp"

namespace frugal::codec::avif {
namespace {

std::unexpected<Error> decoding_error(avifResult result, const avifDiagnostics& diagnostics) {
  switch (result) {
    case AVIF_RESULT_NO_CODEC_AVAILABLE:
      return fail(ErrorKind::unsupported,
                  "libavif has no AV1 decoder here; install one of dav1d, aom, libgav1");
    case AVIF_RESULT_UNSUPPORTED_DEPTH:
    case AVIF_RESULT_NOT_IMPLEMENTED:
    case AVIF_RESULT_NO_AV1_ITEMS_FOUND:
      return fail_with(ErrorKind::unsupported, "this AVIF file cannot be read", result, diagnostics);
    case AVIF_RESULT_OUT_OF_MEMORY:
      return fail(ErrorKind::limit, "not enough memory for the image");
    default:
      break;
  }
  // The library's own limit (2^28 pixels) is told apart only by its text.
  if (std::string_view(diagnostics.error).find("too large") != std::string_view::npos) {
    return fail(ErrorKind::limit, "the image is larger than libavif decodes (2^28 pixels, 65536 on a side)");
  }
  return fail_with(ErrorKind::damaged, "damaged AVIF file", result, diagnostics);
}

/// One side of the clean aperture: where it begins and how long it is (ISO/IEC 14496-12, 12.1.4). The fields
/// are signed, whatever libavif declares. An aperture that begins on half a pixel is moved to the whole one
/// before it. Nothing when it is not a whole number of pixels within `side`.
struct Extent {
  std::uint32_t start = 0;
  std::uint32_t length = 0;
};
std::optional<Extent> clean_extent(std::uint32_t side, std::uint32_t length_n, std::uint32_t length_d,
                                   std::uint32_t offset_n, std::uint32_t offset_d) {
  const std::int64_t scale = static_cast<std::int32_t>(offset_d);
  if (length_d == 0 || length_n % length_d != 0 || scale <= 0) return std::nullopt;
  const std::int64_t length = length_n / length_d;
  const std::int64_t twice_start =
      2 * std::int64_t{static_cast<std::int32_t>(offset_n)} + (side - length) * scale;
  const std::int64_t start = twice_start / (2 * scale);
  if (length == 0 || twice_start < 0 || start + length > side) return std::nullopt;
  return Extent{static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(length)};
}

Result<avifCropRect> visible_area(const avifImage& image) {
  if ((image.transformFlags & AVIF_TRANSFORM_CLAP) == 0) return avifCropRect{0, 0, image.width, image.height};
  const avifCleanApertureBox& clap = image.clap;
  const auto across = clean_extent(image.width, clap.widthN, clap.widthD, clap.horizOffN, clap.horizOffD);
  const auto down = clean_extent(image.height, clap.heightN, clap.heightD, clap.vertOffN, clap.vertOffD);
  if (!across || !down)
    return fail(ErrorKind::damaged, "damaged AVIF file: its crop lies outside the picture");
  return avifCropRect{across->start, down->start, across->length, down->length};
}

/// The EXIF orientation that stands for "turn by angle * 90 degrees anticlockwise, then mirror"
/// (ISO/IEC 23008-12, 6.5.10 and 6.5.12; ISO/IEC 23000-22 sets the order).
Orientation orientation_of(const avifImage& image) {
  using enum Orientation;
  constexpr std::array turned = {upright, turned_270, turned_180, turned_90};
  constexpr std::array then_top_to_bottom = {flipped, transposed, mirrored, transversed};
  constexpr std::array then_left_to_right = {mirrored, transversed, flipped, transposed};
  const std::size_t angle = (image.transformFlags & AVIF_TRANSFORM_IROT) != 0 ? image.irot.angle & 3U : 0;
  if ((image.transformFlags & AVIF_TRANSFORM_IMIR) == 0) return turned[angle];
#if AVIF_VERSION >= 1000000
  const bool top_to_bottom = image.imir.axis == 0;
#else
  const bool top_to_bottom = image.imir.mode == 0;
#endif
  return top_to_bottom ? then_top_to_bottom[angle] : then_left_to_right[angle];
}

/// A file whose container has been read and checked, and none of its pictures decoded yet.
struct Parsed {
  Decoder decoder;
  Header header;
  avifCropRect area{};
  isobmff::Layout layout;
};

std::unexpected<Error> animation() {
  return fail(ErrorKind::left_alone, "an animation; only still pictures are converted");
}

/// `largest`: pixels of the largest coded picture, as announced.
Result<Decoder> open_decoder(ByteView file, const Limits& limits, std::uint64_t largest) {
  Decoder decoder(avifDecoderCreate());
  if (!decoder) return fail(ErrorKind::limit, "not enough memory for the image");
  decoder->imageDimensionLimit = kMaxSide;
  // Strict, it refuses files that libheif up to 1.11 and cavif up to 1.2 wrote, and crops from half a pixel.
  decoder->strictFlags = AVIF_STRICT_DISABLED;
  if (const avifResult result = avifDecoderSetIOMemory(decoder.get(), file.data(), file.size());
      result != AVIF_RESULT_OK) {
    return decoding_error(result, decoder->diag);
  }
  if (const avifResult result = avifDecoderParse(decoder.get()); result != AVIF_RESULT_OK) {
    return decoding_error(result, decoder->diag);
  }
  // Parsed with the library's own limit, so that a picture over ours can be told from a damaged file; the AV1
  // decoder gets ours, because a frame may claim another size than the sequence that it is in.
  const std::uint64_t coded = isobmff::coded_limits({largest}).max_pixels;
  const std::uint64_t allowed = std::max<std::uint64_t>(limits.max_pixels, 1);
  const std::uint64_t own = AVIF_DEFAULT_IMAGE_SIZE_LIMIT;
  decoder->imageSizeLimit = static_cast<std::uint32_t>(std::min({allowed, coded, own}));
  return decoder;
}

Result<Parsed> parse(ByteView file, const Limits& limits) {
  const auto layout = isobmff::layout(file, "AVIF");
  if (!layout) return std::unexpected(layout.error());
  if (layout->sequence) return animation();  // whose tables the library would spread out, frame by frame
  const auto primary = isobmff::primary_item(file, layout->meta, limits);
  if (!primary) return std::unexpected(isobmff::named(primary.error(), "AVIF"));
  auto decoder = open_decoder(file, limits, primary->largest);
  if (!decoder) return std::unexpected(std::move(decoder).error());
  const avifImage& image = *(*decoder)->image;
  if (const auto within = check_limits({image.width, image.height}, limits); !within) {
    return std::unexpected(within.error());
  }
  const auto area = visible_area(image);
  if (!area) return std::unexpected(area.error());
  const int color_channels = image.yuvFormat == AVIF_PIXEL_FORMAT_YUV400 ? 1 : 3;
  const auto stored = static_cast<int>(image.depth);
  const Header header{{area->width, area->height},
                      orientation_of(image),
                      color_channels + ((*decoder)->alphaPresent ? 1 : 0),
                      std::min(stored, own_depth(file).value_or(stored))};
  return Parsed{std::move(*decoder), header, *area, *layout};
}

}  // namespace

Result<Header> read_header(ByteView file, const Limits& limits) {
  return isobmff::without_exceptions([&]() -> Result<Header> {
    const auto parsed = parse(file, limits);
    if (!parsed) return std::unexpected(parsed.error());
    return parsed->header;
  });
}

namespace {

/// The luma plane as grey samples in full range, with the alpha plane where there is one.
Result<Image> gray_image(const avifImage& source) {
  const bool alpha = source.alphaPlane != nullptr;
  auto image = Image::make({source.width, source.height}, alpha ? 2 : 1, static_cast<int>(source.depth));
  if (!image) return image;
  const auto depth = static_cast<int>(source.depth);
  const bool limited = source.yuvRange == AVIF_RANGE_LIMITED;
  with_samples(*image, [&](auto zero) {
    using Sample = decltype(zero);
    const std::uint32_t most = image->max_value();
    for (std::uint32_t y = 0; y < source.height; ++y) {
      const auto* luma = reinterpret_cast<const Sample*>(source.yuvPlanes[AVIF_CHAN_Y] +
                                                         std::size_t{source.yuvRowBytes[AVIF_CHAN_Y]} * y);
      const auto* matte =
          alpha ? reinterpret_cast<const Sample*>(source.alphaPlane + std::size_t{source.alphaRowBytes} * y)
                : nullptr;
      Sample* out = image->samples<Sample>(y).data();
      for (std::uint32_t x = 0; x < source.width; ++x) {
        std::uint32_t value =
            limited ? static_cast<std::uint32_t>(avifLimitedToFullY(depth, luma[x])) : std::uint32_t{luma[x]};
        if (alpha && source.alphaPremultiplied && matte[x] != 0) {
          value = (value * most + matte[x] / 2U) / matte[x];
        }
        *out++ = static_cast<Sample>(std::min(value, most));
        if (alpha) *out++ = matte[x];
      }
    }
  });
  return image;
}

Result<Image> color_image(const avifImage& source, int threads) {
  const bool alpha = source.alphaPlane != nullptr;
  auto image = Image::make({source.width, source.height}, alpha ? 4 : 3, static_cast<int>(source.depth));
  if (!image) return image;
  avifRGBImage rgb;
  avifRGBImageSetDefaults(&rgb, &source);
  rgb.format = alpha ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB;
  // libavif's own arithmetic: the same result on every machine, with or without libyuv.
  rgb.avoidLibYUV = AVIF_TRUE;
  rgb.chromaUpsampling = AVIF_CHROMA_UPSAMPLING_BILINEAR;
#if AVIF_VERSION >= 1000000
  rgb.maxThreads = threads;
#else
  static_cast<void>(threads);
#endif
  rgb.pixels = image->row(0);
  rgb.rowBytes = static_cast<std::uint32_t>(image->row_bytes());
  const avifResult result = avifImageYUVToRGB(&source, &rgb);
  if (result == AVIF_RESULT_OK) return image;
  return fail_with(ErrorKind::unsupported, "this AVIF file's colour cannot be converted", result, {});
}

Result<Image> crop(Image image, const avifCropRect& area) {
  if (area.width == image.width() && area.height == image.height()) return image;
  auto cropped = Image::make({area.width, area.height}, image.channels(), image.depth());
  if (!cropped) return cropped;
  const std::size_t pixel_bytes = image.row_bytes() / image.width();
  for (std::uint32_t y = 0; y < area.height; ++y) {
    std::memcpy(cropped->row(y), image.row(area.y + y) + area.x * pixel_bytes, cropped->row_bytes());
  }
  return cropped;
}

Result<void> refuse_what_is_no_still(const Parsed& parsed) {
  const avifImage& image = *parsed.decoder->image;
  if (parsed.decoder->imageCount > 1) return animation();
  if ((image.transformFlags & AVIF_TRANSFORM_PASP) != 0 && image.pasp.hSpacing != image.pasp.vSpacing) {
    return fail(ErrorKind::left_alone, "its pixels are not square");
  }
  return {};
}

Metadata metadata_of(const Parsed& parsed) {
  const avifImage& image = *parsed.decoder->image;
  Metadata metadata;
  metadata.icc = copy(image.icc);
  metadata.cicp =
      isobmff::meaningful_cicp(image.colorPrimaries, image.transferCharacteristics, image.matrixCoefficients);
  metadata.orientation = parsed.header.orientation;
  const ByteView exif = isobmff::tiff_structure(view(image.exif));
  metadata.exif.assign(exif.begin(), exif.end());
  metadata.xmp = copy(image.xmp);
  return metadata;
}

std::vector<std::string> extras_of(ByteView file, const Parsed& parsed) {
  std::vector<std::string> extras;
#if AVIF_VERSION >= 1020000
  const bool gain_map = parsed.decoder->image->gainMap != nullptr;
#else
  const bool gain_map = false;
#endif
  // A file with a gain map has a derived "tone-mapped" picture, which its brands announce.
  if (gain_map || isobmff::has_brand(file, {"tmap"})) extras.emplace_back("an HDR gain map");
  if (parsed.decoder->progressiveState != AVIF_PROGRESSIVE_STATE_UNAVAILABLE) {
    extras.emplace_back("progressive layers");
  }
  isobmff::append_extras(parsed.layout, extras);
  return extras;
}

Result<Decoded> decode_still(ByteView file, const Limits& limits, int threads) {
  auto parsed = parse(file, limits);
  if (!parsed) return std::unexpected(std::move(parsed).error());
  if (const auto still = refuse_what_is_no_still(*parsed); !still) {
    return std::unexpected(still.error());
  }
  avifDecoder& decoder = *parsed->decoder;
  const avifImage& picture = *decoder.image;
  const Size announced{picture.width, picture.height};
  const auto stored_depth = picture.depth;
  decoder.maxThreads = threads;
  if (const avifResult result = avifDecoderNextImage(&decoder); result != AVIF_RESULT_OK) {
    return decoding_error(result, decoder.diag);
  }
  const bool gray = picture.yuvFormat == AVIF_PIXEL_FORMAT_YUV400;
  const int channels = (gray ? 1 : 3) + (picture.alphaPlane != nullptr ? 1 : 0);
  if (Size{picture.width, picture.height} != announced || channels != parsed->header.channels ||
      picture.depth != stored_depth) {
    return fail(ErrorKind::damaged, "damaged AVIF file: its header and its picture disagree");
  }
  auto image = gray ? gray_image(picture) : color_image(picture, threads);
  if (image && image->depth() > parsed->header.depth) image = to_depth(*image, parsed->header.depth);
  if (image) image = crop(std::move(*image), parsed->area);
  if (!image) return std::unexpected(std::move(image).error());
  return Decoded{std::move(*image), metadata_of(*parsed), extras_of(file, *parsed)};
}

}  // namespace

Result<Decoded> decode(ByteView file, const Limits& limits, int threads) {
  return isobmff::without_exceptions([&] { return decode_still(file, limits, threads); });
}

}  // namespace frugal::codec::avif
