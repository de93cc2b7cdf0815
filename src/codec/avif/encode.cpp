// Writing AVIF by libavif, and photographs by libaom itself where that takes a map of where errors matter.
#include <avif/avif.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "codec/avif/aom_stream.hpp"
#include "codec/avif/avif.hpp"
#include "codec/avif/container.hpp"
#include "codec/avif/handles.hpp"
#include "codec/avif/quant_map.hpp"
#include "codec/avif/settings.hpp"
#include "codec/isobmff.hpp"
#include "codec/own_depth.hpp"
#include "codec/ycbcr.hpp"

namespace frugal::codec::avif {
namespace {

/// Gives back whether all the metadata was taken.
bool set_metadata(avifImage& image, const Metadata& metadata, bool lossless) {
  const bool profile = !metadata.icc.empty();
  const Cicp plain = profile ? Cicp{} : Cicp{AVIF_COLOR_PRIMARIES_BT709, AVIF_TRANSFER_CHARACTERISTICS_SRGB};
  const Cicp color = profile ? plain : metadata.cicp.value_or(plain);
  image.colorPrimaries = color.primaries;
  image.transferCharacteristics = color.transfer;
  const bool stored_as_rgb = lossless && image.yuvFormat == AVIF_PIXEL_FORMAT_YUV444;
  image.matrixCoefficients =
      stored_as_rgb ? AVIF_MATRIX_COEFFICIENTS_IDENTITY : AVIF_MATRIX_COEFFICIENTS_BT601;
  image.yuvRange = AVIF_RANGE_FULL;
  bool taken = true;
  if (profile) taken = done(avifImageSetProfileICC, &image, metadata.icc.data(), metadata.icc.size());
  if (!metadata.exif.empty()) {
    taken = taken && done(avifImageSetMetadataExif, &image, metadata.exif.data(), metadata.exif.size());
  }
  if (!metadata.xmp.empty()) {
    taken = taken && done(avifImageSetMetadataXMP, &image, metadata.xmp.data(), metadata.xmp.size());
  }
  // The EXIF orientation has set these; the picture is upright whatever it says.
  image.transformFlags = AVIF_TRANSFORM_NONE;
  return taken;
}

Plane plane(avifImage& image, avifChannelIndex channel) {
  return {image.yuvPlanes[channel], image.yuvRowBytes[channel]};
}

Result<AvifImage> to_planes(const Image& image, const EncodeParams& params) {
  const bool full_chroma = samples_fully(params);
  const avifPixelFormat color = full_chroma ? AVIF_PIXEL_FORMAT_YUV444 : AVIF_PIXEL_FORMAT_YUV420;
  AvifImage planes(avifImageCreate(image.width(), image.height(), static_cast<std::uint32_t>(image.depth()),
                                   image.gray() ? AVIF_PIXEL_FORMAT_YUV400 : color));
  const avifPlanesFlags wanted = image.alpha() ? AVIF_PLANES_ALL : AVIF_PLANES_YUV;
  if (!planes || !done(avifImageAllocatePlanes, planes.get(), wanted)) {
    return fail(ErrorKind::limit, "not enough memory for the image");
  }
  if (image.gray()) {
    write_channel(image, 0, plane(*planes, AVIF_CHAN_Y));
  } else {
    const auto y = plane(*planes, AVIF_CHAN_Y);
    const auto cb = plane(*planes, AVIF_CHAN_U);
    const auto cr = plane(*planes, AVIF_CHAN_V);
    params.lossless ? write_gbr(image, y, cb, cr) : write_ycbcr(image, !full_chroma, y, cb, cr);
  }
  // Where alpha is opaque everywhere, libavif writes none.
  if (image.alpha()) {
    write_channel(image, image.channels() - 1, {planes->alphaPlane, planes->alphaRowBytes});
  }
  return planes;
}

// ---- by libaom itself, which libavif hands no map of where errors matter ----

bool is_mapped(const Image& image, const EncodeParams& params) {
  return params.guide != nullptr && is_of(params.guide->importance, image.size()) &&
         !is_best(params.quality) && heeds_guide(image, params);
}

StillPlanes borrowed(const avifImage& image) {
  StillPlanes planes;
  planes.size = {image.width, image.height};
  planes.depth = static_cast<int>(image.depth);
  planes.sampling = image.yuvFormat == AVIF_PIXEL_FORMAT_YUV400   ? Sampling::gray
                    : image.yuvFormat == AVIF_PIXEL_FORMAT_YUV444 ? Sampling::full
                                                                  : Sampling::half;
  for (std::size_t p = 0; p < planes.data.size(); ++p) {
    planes.data[p] = image.yuvPlanes[p];
    planes.strides[p] = image.yuvRowBytes[p];
  }
  return planes;
}

/// Of the planes and of what `set_metadata` made of the colour.
Result<Bytes> encode_mapped(const avifImage& image, const Metadata& metadata, const EncodeParams& params) {
  const auto planes = borrowed(image);
  const auto tiles = tiles_of(planes.size);
  StillSettings settings;
  settings.base = base_quantizer(params.quality);
  settings.quantizers = quantizers(params.guide->importance, planes.size, settings.base);
  settings.speed = speed_of(params.effort);
  settings.threads = params.threads;
  settings.log2_tile_columns = tiles.log2_columns;
  settings.log2_tile_rows = tiles.log2_rows;
  const auto stream = code_still(planes, settings);
  if (!stream) return std::unexpected(stream.error());
  const Cicp color{image.colorPrimaries, image.transferCharacteristics, image.matrixCoefficients};
  return contain(*stream, {planes.size, planes.sampling, planes.depth, color}, metadata);
}

Result<Bytes> encode_planes(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  auto planes = to_planes(image, params);
  if (!planes) return std::unexpected(std::move(planes).error());
  if (!set_metadata(**planes, metadata, params.lossless)) {
    return fail(ErrorKind::internal, "libavif refused the metadata");
  }
  if (is_mapped(image, params)) {
    auto file = encode_mapped(**planes, metadata, params);
    if (file || file.error().kind == ErrorKind::limit) return file;
    // What it cannot do, libavif can, without a map.
  }
  auto encoder = make_encoder(image.size(), params);
  if (!encoder) return std::unexpected(std::move(encoder).error());
  Output output;
  const avifResult result = avifEncoderWrite(encoder->get(), planes->get(), &output.data);
  if (result == AVIF_RESULT_OK) return copy(output.data);
  const bool no_codec = result == AVIF_RESULT_NO_CODEC_AVAILABLE;
  return fail_with(no_codec ? ErrorKind::unsupported : ErrorKind::internal, "AVIF could not be written",
                   result, (*encoder)->diag);
}

Result<Bytes> encode_still(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  const auto encode = [&](const Image& picture) { return encode_planes(picture, metadata, params); };
  return is_coded_deeper(image, params) ? code_deeper(image, encode) : encode(image);
}

}  // namespace

bool heeds_guide(const Image& image, const EncodeParams& params) {
  const bool photograph = !params.lossless && !params.drawn && !image.alpha();
  const bool several = superblocks(image.width()) > 1 || superblocks(image.height()) > 1;
  return photograph && several && speed_of(params.effort) < kSpeedWithoutMap && takes_map();
}

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  return isobmff::without_exceptions([&] { return encode_still(image, metadata, params); });
}

}  // namespace frugal::codec::avif
