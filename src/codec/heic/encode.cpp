// Writing HEIC by libheif, with x265 behind it.
#include <libheif/heif.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "codec/heic/handles.hpp"
#include "codec/heic/heic.hpp"
#include "codec/heic/quant_offsets.hpp"
#include "codec/heic/settings.hpp"
#include "codec/heic/x265_plugin.hpp"
#include "codec/isobmff.hpp"
#include "codec/own_depth.hpp"
#include "codec/ycbcr.hpp"

namespace frugal::codec::heic {
namespace {

Result<Plane> add_plane(heif_image& planes, heif_channel which, Size size, int depth) {
  const heif_error error = heif_image_add_plane(&planes, which, static_cast<int>(size.width),
                                                static_cast<int>(size.height), depth);
  int stride = 0;
  std::uint8_t* data = heif_image_get_plane(&planes, which, &stride);
  if (error.code != heif_error_Ok || data == nullptr) {
    return fail(ErrorKind::limit, "not enough memory for the image");
  }
  return Plane{data, static_cast<std::size_t>(stride)};
}

Result<void> add_color(heif_image& planes, const Image& image, const EncodeParams& params) {
  const auto y = add_plane(planes, heif_channel_Y, image.size(), image.depth());
  if (!y) return std::unexpected(y.error());
  if (image.gray()) {
    write_channel(image, 0, *y);
    return {};
  }
  const Size half{(image.width() + 1) / 2, (image.height() + 1) / 2};
  const bool full_chroma = samples_fully(params);
  const Size chroma = full_chroma ? image.size() : half;
  const auto cb = add_plane(planes, heif_channel_Cb, chroma, image.depth());
  if (!cb) return std::unexpected(cb.error());
  const auto cr = add_plane(planes, heif_channel_Cr, chroma, image.depth());
  if (!cr) return std::unexpected(cr.error());
  params.lossless ? write_gbr(image, *y, *cb, *cr) : write_ycbcr(image, !full_chroma, *y, *cb, *cr);
  return {};
}

Result<HeifImage> to_planes(const Image& image, const EncodeParams& params) {
  heif_image* created = nullptr;
  const heif_chroma chroma = samples_fully(params) ? heif_chroma_444 : heif_chroma_420;
  const heif_error error =
      heif_image_create(static_cast<int>(image.width()), static_cast<int>(image.height()),
                        image.gray() ? heif_colorspace_monochrome : heif_colorspace_YCbCr,
                        image.gray() ? heif_chroma_monochrome : chroma, &created);
  if (error.code != heif_error_Ok) return fail(ErrorKind::internal, isobmff::one_line(error.message));
  HeifImage planes(created);
  if (const auto added = add_color(*planes, image, params); !added) return std::unexpected(added.error());
  if (image.alpha()) {
    const auto alpha = add_plane(*planes, heif_channel_Alpha, image.size(), image.depth());
    if (!alpha) return std::unexpected(alpha.error());
    write_channel(image, image.channels() - 1, *alpha);
  }
  return planes;
}

/// The colour that `write_ycbcr` made, as code points: from the metadata, unspecified beside an ICC profile.
Nclx nclx_of(const Metadata& metadata, bool stored_as_rgb) {
  Nclx nclx(heif_nclx_color_profile_alloc());
  if (!nclx) return nclx;
  const Cicp plain = metadata.icc.empty() ? Cicp{1, 13} : Cicp{};
  const Cicp color = metadata.icc.empty() ? metadata.cicp.value_or(plain) : plain;
  nclx->color_primaries = static_cast<heif_color_primaries>(color.primaries);
  nclx->transfer_characteristics = static_cast<heif_transfer_characteristics>(color.transfer);
  nclx->matrix_coefficients =
      stored_as_rgb ? heif_matrix_coefficients_RGB_GBR : heif_matrix_coefficients_ITU_R_BT_601_6;
  nclx->full_range_flag = 1;
  return nclx;
}

Result<Encoder> open_encoder(heif_context& context, const heif_encoder_descriptor* own) {
  heif_encoder* opened = nullptr;
  const heif_error error =
      own != nullptr ? heif_context_get_encoder(&context, own, &opened)
                     : heif_context_get_encoder_for_format(&context, heif_compression_HEVC, &opened);
  Encoder encoder(opened);
  // Ours is for what is coded by it alone: it does not know the others' settings.
  const bool fits = error.code == heif_error_Ok &&
                    (own != nullptr || std::string_view(heif_encoder_get_name(opened)) != kEncoderName);
  if (fits) return encoder;
  return fail(ErrorKind::unsupported, "libheif has no HEVC encoder here; install its x265 plugin");
}

/// Null where libheif's has to do. Asked for even then: libheif's list of encoders must not change while
/// others look at it.
const heif_encoder_descriptor* own_encoder(const Image& image, const EncodeParams& params) {
  const auto* own = x265_encoder_for(image.depth());
  // Today's libheif codes alpha by a second encoder, to which it hands on no settings that are not its own.
  return params.lossless || image.alpha() ? nullptr : own;
}

Result<Encoder> make_encoder(heif_context& context, const Image& image, const EncodeParams& params) {
  const auto* own = own_encoder(image, params);
  auto encoder = open_encoder(context, own);
  if (!encoder) return encoder;
  auto settings = settings_of(params, own != nullptr);
  const bool told = params.guide != nullptr && is_of(params.guide->importance, image.size());
  if (told && heeds_guide(image, params)) {
    settings.emplace_back(kOffsetsParameter,
                          offsets_parameter(quant_offsets(params.guide->importance, image.size())));
  }
  const bool taken = std::ranges::all_of(settings, [&](const auto& setting) {
    const auto& [name, value] = setting;
    return heif_encoder_set_parameter(&**encoder, name.c_str(), value.c_str()).code == heif_error_Ok;
  });
  if (!taken) return fail(ErrorKind::internal, "libheif's HEVC encoder refused a setting");
  return encoder;
}

heif_error append(heif_context*, const void* data, std::size_t size, void* userdata) noexcept {
  try {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    static_cast<Bytes*>(userdata)->insert(static_cast<Bytes*>(userdata)->end(), bytes, bytes + size);
    return {heif_error_Ok, heif_suberror_Unspecified, "Success"};
  } catch (const std::bad_alloc&) {
    return {heif_error_Memory_allocation_error, heif_suberror_Unspecified, "not enough memory"};
  }
}

std::unexpected<Error> encoding_error(const heif_error& error) {
  const bool depth = error.subcode == heif_suberror_Unsupported_bit_depth;
  return fail(depth ? ErrorKind::unsupported : ErrorKind::internal,
              "HEIC could not be written: " + isobmff::one_line(error.message));
}

heif_error add_metadata(heif_context& context, const heif_image_handle& handle, const Metadata& metadata) {
  heif_error error{heif_error_Ok, heif_suberror_Unspecified, "Success"};
  if (!metadata.exif.empty()) {
    error = heif_context_add_exif_metadata(&context, &handle, metadata.exif.data(),
                                           static_cast<int>(metadata.exif.size()));
  }
  if (error.code == heif_error_Ok && !metadata.xmp.empty()) {
    error = heif_context_add_XMP_metadata(&context, &handle, metadata.xmp.data(),
                                          static_cast<int>(metadata.xmp.size()));
  }
  return error;
}

heif_error set_color(heif_image& planes, const Metadata& metadata, const heif_color_profile_nclx& nclx) {
  const heif_error error = heif_image_set_nclx_color_profile(&planes, &nclx);
  if (error.code != heif_error_Ok || metadata.icc.empty()) return error;
  return heif_image_set_raw_color_profile(&planes, "prof", metadata.icc.data(), metadata.icc.size());
}

Result<Bytes> write_file(heif_context& context) {
  Bytes bytes;
  heif_writer writer{.writer_api_version = 1, .write = append};
  const heif_error error = heif_context_write(&context, &writer, &bytes);
  if (error.code != heif_error_Ok) return encoding_error(error);
  return bytes;
}

Result<Bytes> encode_still(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  const Context context(heif_context_alloc());
  const EncodingOptions options(heif_encoding_options_alloc());
  const Nclx nclx = nclx_of(metadata, params.lossless && !image.gray());
  if (!context || !options || !nclx) return fail(ErrorKind::limit, "not enough memory for the image");
  const auto encoder = make_encoder(*context, image, params);
  if (!encoder) return std::unexpected(encoder.error());
  const auto planes = to_planes(image, params);
  if (!planes) return std::unexpected(planes.error());
  heif_error error = set_color(**planes, metadata, *nclx);
  if (error.code != heif_error_Ok) return encoding_error(error);

  options->macOS_compatibility_workaround_no_nclx_profile = 0;
  options->output_nclx_profile = nclx.get();
  heif_image_handle* added = nullptr;
  error = heif_context_encode_image(context.get(), planes->get(), encoder->get(), options.get(), &added);
  if (error.code != heif_error_Ok) return encoding_error(error);
  const Handle handle(added);
  error = add_metadata(*context, *handle, metadata);
  if (error.code != heif_error_Ok) return encoding_error(error);
  return write_file(*context);
}

}  // namespace

bool heeds_guide(const Image& image, const EncodeParams& params) {
  return std::min(image.width(), image.height()) >= kLeastSide && own_encoder(image, params) != nullptr;
}

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params) {
  return isobmff::without_exceptions([&] {
    const auto encode = [&](const Image& picture) { return encode_still(picture, metadata, params); };
    // By our own encoder alone, which alpha is not coded by.
    const bool deeper =
        is_coded_deeper(image, params) && !image.alpha() && x265_encoder_for(kPhotographDepth) != nullptr;
    return deeper ? code_deeper(image, encode) : encode(image);
  });
}

}  // namespace frugal::codec::heic
