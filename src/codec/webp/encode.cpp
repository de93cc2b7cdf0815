#include "codec/webp/encode.hpp"

#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <string>

#include "codec/webp/mapped.hpp"
#include "codec/webp/picture.hpp"
#include "codec/webp/segments.hpp"
#include "codec/webp/steering.hpp"

namespace frugal::codec::webp {

namespace {

struct DeleteMux {
  void operator()(WebPMux* mux) const { WebPMuxDelete(mux); }
};
using Mux = std::unique_ptr<WebPMux, DeleteMux>;

WebPData data_of(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}

/// From here on libwebp looks at transform coefficients before it parts macroblocks.
constexpr int kLeastMappedMethod = 2;

/// Of the two codings that the format has.
bool is_coded_lossless(const EncodeParams& params) {
  return params.lossless || params.near_lossless > 0;
}

bool set_up(WebPConfig& config, const EncodeParams& params) {
  if (!WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, static_cast<float>(params.quality))) return false;
  // Where something is lost, 6, with its full trellis, saves 5 % over 4 in two and a half times the time.
  constexpr std::array kLossy{0, 2, 3, 4, 6, 6, 6, 6, 6};
  constexpr std::array kLossless{0, 1, 2, 3, 4, 4, 5, 6, 6};
  const auto effort = static_cast<std::size_t>(std::clamp(params.effort, 1, 9) - 1);
  const bool lossless = is_coded_lossless(params);
  config.method = lossless ? kLossless[effort] : kLossy[effort];
  // Smoothing that spares what stands out: at SSIMULACRA2 60 to 80 it saves 3 to 1 % of the bytes.
  config.filter_sharpness = 7;
  if (params.room != Room::ample) {
    config.low_memory = 1;  // gone through twice in place of keeping a picture's tokens
    // Below that the first time covers but a part: of large pictures too little to see that the modes of
    // macroblocks will not fit into their partition, and to choose cheaper ones.
    if (!lossless) config.method = std::max(config.method, 4);
  }
  config.thread_level = params.threads > 1 ? 1 : 0;
  if (lossless) {
    config.lossless = 1;
    config.near_lossless = 100 - 100 / kNearLosslessLevels * params.near_lossless;
    config.exact = params.lossless ? 1 : 0;
    config.quality = params.effort >= 7 ? 100 : 75;  // of a lossless picture: how hard to search
  }
  return WebPValidateConfig(&config) != 0;
}

bool wants_sharp(const EncodeParams& params) {
  return params.chroma == Chroma::sharp || (params.chroma == Chroma::by_quality && params.effort >= 9);
}

bool import(WebPPicture& picture, const Image& image) {
  picture.width = static_cast<int>(image.width());
  picture.height = static_cast<int>(image.height());
  const auto stride = static_cast<int>(image.row_bytes());
  return image.alpha() ? WebPPictureImportRGBA(&picture, image.row(0), stride)
                       : WebPPictureImportRGB(&picture, image.row(0), stride);
}

std::string message_of(WebPEncodingError error) {
  switch (error) {
    case VP8_ENC_ERROR_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY:
      return "libwebp: not enough memory";
    case VP8_ENC_ERROR_PARTITION0_OVERFLOW:
    case VP8_ENC_ERROR_PARTITION_OVERFLOW:
      return "libwebp: the picture is too large for this quality";
    case VP8_ENC_ERROR_BAD_DIMENSION:
      return "libwebp: the picture is too large";
    default:
      return "libwebp: error " + std::to_string(static_cast<int>(error));
  }
}

/// The still picture in a container that also holds its metadata.
Result<Bytes> assemble(ByteView bitstream, const Metadata& metadata) {
  const Mux mux(WebPMuxNew());
  const auto set = [&](const char* fourcc, ByteView bytes) {
    const auto data = data_of(bytes);
    return bytes.empty() || WebPMuxSetChunk(mux.get(), fourcc, &data, 0) == WEBP_MUX_OK;
  };
  const auto picture = data_of(bitstream);
  if (!mux || WebPMuxSetImage(mux.get(), &picture, 0) != WEBP_MUX_OK || !set("ICCP", metadata.icc) ||
      !set("EXIF", metadata.exif) || !set("XMP ", metadata.xmp)) {
    return fail(ErrorKind::internal, "libwebpmux: the metadata could not be added");
  }
  WebPData assembled{};
  if (WebPMuxAssemble(mux.get(), &assembled) != WEBP_MUX_OK) {
    return fail(ErrorKind::internal, "libwebpmux: the file could not be put together");
  }
  const std::unique_ptr<WebPData, decltype(&WebPDataClear)> owner(&assembled, WebPDataClear);
  return Bytes(assembled.bytes, assembled.bytes + assembled.size);
}

/// Tries to quantise each macroblock as it should be. False where it did not come out as wanted.
bool encode_guided(Picture& picture, const WebPConfig& config, const EncodeParams& params) {
  if (config.lossless || config.method < kLeastMappedMethod) return false;
  const auto* importance = params.guide ? &params.guide->importance : nullptr;
  const auto map = segments_of(picture.luma(), importance, room_for_offsets(params.quality));
  if (map.of.size() == 1) return false;  // nothing to tell it from
  return encode_mapped(picture, config, map, steer(map.segments, params.quality));
}

Result<void> write(Picture& to, const Image& image, const EncodeParams& params) {
  WebPConfig config;
  auto& picture = to.picture;
  if (!set_up(config, params) || !WebPPictureInit(&picture))
    return fail(ErrorKind::internal, "libwebp refused its settings");
  const bool lossless = is_coded_lossless(params);
  const bool sharp = !lossless && wants_sharp(params);
  picture.use_argb = lossless || sharp ? 1 : 0;
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &to.writer;
  if (!import(picture, image) || (sharp && !WebPPictureSharpARGBToYUVA(&picture)))
    return fail(ErrorKind::limit, "not enough memory for the image");
  if (!params.lossless && image.alpha()) WebPCleanupTransparentArea(&picture);
  if (!encode_guided(to, config, params) && !WebPEncode(&config, &picture))
    return fail(ErrorKind::internal, message_of(picture.error_code));
  return {};
}

}  // namespace

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  try {
    Picture picture;
    if (const auto written = write(picture, image, params); !written) return std::unexpected(written.error());
    const auto bitstream = picture.file();
    if (metadata.icc.empty() && metadata.exif.empty() && metadata.xmp.empty())
      return Bytes(bitstream.begin(), bitstream.end());
    return assemble(bitstream, metadata);
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::limit, "not enough memory for the image");
  }
}

}  // namespace frugal::codec::webp
