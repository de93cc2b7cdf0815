// Reading HEIC by libheif, with libde265 behind it.
#include <libheif/heif.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "codec/heic/handles.hpp"
#include "codec/heic/heic.hpp"
#include "codec/heif_primary.hpp"
#include "codec/isobmff.hpp"
#include "codec/own_depth.hpp"
#include "codec/ycbcr.hpp"

namespace frugal::codec::heic {
namespace {

std::unexpected<Error> decoding_error(const heif_error& error) {
  if (heif_have_decoder_for_format(heif_compression_HEVC) == 0) {
    return fail(ErrorKind::unsupported, "libheif has no HEVC decoder here; install its libde265 plugin");
  }
  const std::string text = isobmff::one_line(error.message);
  if (error.subcode == heif_suberror_Security_limit_exceeded) {
    return fail(ErrorKind::limit, "libheif refuses the file as too large: " + text);
  }
  switch (error.code) {
    case heif_error_Memory_allocation_error:
      return fail(ErrorKind::limit, "not enough memory for the image");
    case heif_error_Unsupported_filetype:
    case heif_error_Unsupported_feature:
      return fail(ErrorKind::unsupported, "this HEIC file cannot be read: " + text);
    default:
      return fail(ErrorKind::damaged, "damaged HEIC file: " + text);
  }
}

/// A file whose container has been read and checked, and none of its pictures decoded yet.
struct Parsed {
  Context context;
  Handle handle;
  isobmff::Layout layout;
  isobmff::Primary primary;
  Header header;
};

void set_limits(heif_context& context, const Limits& limits) {
#if LIBHEIF_HAVE_VERSION(1, 19, 0)
  heif_security_limits& own = *heif_context_get_security_limits(&context);
  own.max_image_size_pixels = isobmff::coded_limits(limits).max_pixels;
  const auto allowed = [&](const Bound& bound) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(most(bound, limits), std::numeric_limits<std::uint32_t>::max()));
  };
  own.max_color_profile_size = allowed(kMostProfile);
  own.max_items = allowed(kMostItems);  // by default 1000: large pictures in small tiles have more
#else
  static_cast<void>(context);  // its limit is one of the side, 32,768 pixels by default
  static_cast<void>(limits);
#endif
}

/// Holds what a file's derived pictures may allocate to the size that its header announced.
void hold_to_size(heif_context& context, const heif_image_handle& handle) {
#if LIBHEIF_HAVE_VERSION(1, 19, 0)
  static_cast<void>(context);
  static_cast<void>(handle);
#else
  const int longer =
      std::max(heif_image_handle_get_ispe_width(&handle), heif_image_handle_get_ispe_height(&handle));
  heif_context_set_maximum_image_size_limit(&context, longer + 1);
#endif
}

Result<isobmff::Layout> still_layout(ByteView file) {
  const auto layout = isobmff::layout(file, "HEIC");
  if (!layout) return layout;
  const bool sequence_first = isobmff::has_brand(file.first(std::min<std::size_t>(file.size(), 12)),
                                                 {"hevc", "hevx", "hevm", "hevs", "msf1"});
  if (layout->sequence && (sequence_first || layout->meta.empty())) {
    return fail(ErrorKind::left_alone, "an animation; only still pictures are converted");
  }
  return layout;
}

Result<Parsed> open_primary(ByteView file, const Limits& limits) {
  Parsed parsed;
  auto layout = still_layout(file);
  if (!layout) return std::unexpected(std::move(layout).error());
  parsed.layout = *layout;
  const auto primary = isobmff::primary_item(file, parsed.layout.meta, limits);
  if (!primary) return std::unexpected(isobmff::named(primary.error(), "HEIC"));
  parsed.primary = *primary;

  parsed.context.reset(heif_context_alloc());
  if (!parsed.context) return fail(ErrorKind::limit, "not enough memory for the image");
  set_limits(*parsed.context, limits);
  heif_error error =
      heif_context_read_from_memory_without_copy(parsed.context.get(), file.data(), file.size(), nullptr);
  if (error.code != heif_error_Ok) return decoding_error(error);
  heif_image_handle* handle = nullptr;
  error = heif_context_get_primary_image_handle(parsed.context.get(), &handle);
  if (error.code != heif_error_Ok) return decoding_error(error);
  parsed.handle.reset(handle);
  return parsed;
}

Result<Parsed> parse(ByteView file, const Limits& limits) {
  auto parsed = open_primary(file, limits);
  if (!parsed) return parsed;
  const heif_image_handle* handle = parsed->handle.get();
  const int width = heif_image_handle_get_width(handle);
  const int height = heif_image_handle_get_height(handle);
  const int depth = heif_image_handle_get_luma_bits_per_pixel(handle);
  if (width <= 0 || height <= 0)
    return fail(ErrorKind::damaged, "damaged HEIC file: the picture has no size");
  if (depth < 8 || depth > 16) {
    return fail(ErrorKind::unsupported, "this HEIC file cannot be read: its bit depth is unknown");
  }
  const Size size{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
  if (const auto within = check_limits(size, limits); !within) return std::unexpected(within.error());
  hold_to_size(*parsed->context, *handle);
  const bool alpha = heif_image_handle_has_alpha_channel(handle) != 0;
  // libheif applies the file's own rotation, mirroring and cropping.
  parsed->header = {size, Orientation::upright, (parsed->primary.monochrome ? 1 : 3) + (alpha ? 1 : 0),
                    depth};
  return parsed;
}

/// That of the picture, which may be coded in a deeper one.
int depth_of(const Parsed& parsed, ByteView file) {
  return std::min(parsed.header.depth, own_depth(file).value_or(parsed.header.depth));
}

Result<HeifImage> decode_planes(const Parsed& parsed, int threads) {
  // 0 decodes in the calling thread, n in n others, for which this one waits.
  heif_context_set_max_decoding_threads(parsed.context.get(), threads > 1 ? threads : 0);
  const DecodingOptions options(heif_decoding_options_alloc());
  if (!options) return fail(ErrorKind::limit, "not enough memory for the image");
  options->strict_decoding = 1;
#if LIBHEIF_HAVE_VERSION(1, 22, 0)
  options->num_codec_threads = std::max(threads, 1);
#endif
#if LIBHEIF_HAVE_VERSION(1, 23, 0)
  options->output_image_nclx_profile_passthrough = 1;  // else it converts to sRGB
#endif
  heif_image* planes = nullptr;
  const bool gray = parsed.primary.monochrome;
  const heif_error error =
      heif_decode_image(parsed.handle.get(), &planes, gray ? heif_colorspace_undefined : heif_colorspace_RGB,
                        gray ? heif_chroma_undefined : heif_chroma_444, options.get());
  if (error.code != heif_error_Ok) return decoding_error(error);
  HeifImage image(planes);
  heif_error warning{};
  if (heif_image_get_decoding_warnings(image.get(), 0, &warning, 1) > 0) return decoding_error(warning);
  return image;
}

/// One channel as libheif holds it.
struct Channel {
  const std::uint8_t* data = nullptr;
  std::size_t stride = 0;
  int depth = 8;

  std::uint32_t at(std::uint32_t x, std::uint32_t y) const {
    const std::uint8_t* row = data + stride * y;
    if (depth <= 8) return row[x];
    std::uint16_t value = 0;
    std::memcpy(&value, row + std::size_t{2} * x, sizeof value);
    return value;
  }
};

Result<Channel> channel(const heif_image& image, heif_channel which, Size size) {
  int stride = 0;
  const std::uint8_t* data = heif_image_get_plane_readonly(&image, which, &stride);
  const int depth = heif_image_get_bits_per_pixel_range(&image, which);
  const Size actual{static_cast<std::uint32_t>(std::max(heif_image_get_width(&image, which), 0)),
                    static_cast<std::uint32_t>(std::max(heif_image_get_height(&image, which), 0))};
  if (data == nullptr || actual != size || depth < 8 || depth > 16) {
    return fail(ErrorKind::damaged, "damaged HEIC file: its header and its picture disagree");
  }
  return Channel{data, static_cast<std::size_t>(stride), depth};
}

Result<std::vector<Channel>> channels(const heif_image& planes, const Header& header) {
  std::vector<heif_channel> wanted = {heif_channel_R, heif_channel_G, heif_channel_B};
  if (header.channels <= 2) {
    // A grid of monochrome tiles may come as RGB, whose three channels are then the same.
    const bool luma = heif_image_has_channel(&planes, heif_channel_Y) != 0;
    wanted = {luma ? heif_channel_Y : heif_channel_G};
  }
  if (header.channels % 2 == 0) wanted.push_back(heif_channel_Alpha);
  std::vector<Channel> result;
  for (const heif_channel which : wanted) {
    const auto found = channel(planes, which, header.size);
    if (!found) return std::unexpected(found.error());
    result.push_back(*found);
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (wanted[i] != heif_channel_Alpha && result[i].depth != header.depth) {
      return fail(ErrorKind::unsupported, "this HEIC file cannot be read: its channels differ in depth");
    }
  }
  return result;
}

/// The code points that `get` gives; nothing when there are none or libheif does not know them. What it
/// allocates is ours in every case: it does so before it meets an unknown value and gives back an error.
template <class Source>
Nclx nclx_from(heif_error (*get)(const Source*, heif_color_profile_nclx**), const Source& source) {
  heif_color_profile_nclx* allocated = nullptr;
  const bool known = get(&source, &allocated).code == heif_error_Ok;
  Nclx nclx(allocated);
  return known ? std::move(nclx) : nullptr;
}

/// True when the picture's luma plane leaves room below black and above white.
bool limited_range(const heif_image& planes) {
  if (heif_image_has_channel(&planes, heif_channel_Y) == 0) return false;
  const Nclx nclx = nclx_from(heif_image_get_nclx_color_profile, planes);
  return nclx && nclx->full_range_flag == 0;
}

/// Rec. ITU-T H.273, equation 20: luma of limited range to full range.
std::uint32_t expand(std::uint32_t luma, int depth) {
  const std::int64_t black = std::int64_t{16} << (depth - 8);
  const std::int64_t span = std::int64_t{219} << (depth - 8);
  const std::int64_t most = (std::int64_t{1} << depth) - 1;
  return static_cast<std::uint32_t>(
      std::clamp(((luma - black) * most + span / 2) / span, std::int64_t{0}, most));
}

Result<Image> interleave(const heif_image& planes, const Parsed& parsed) {
  const Header& header = parsed.header;
  const auto sources = channels(planes, header);
  if (!sources) return std::unexpected(sources.error());
  auto image = Image::make(header.size, header.channels, header.depth);
  if (!image) return image;
  const bool limited = limited_range(planes);
  const bool premultiplied =
      image->alpha() && heif_image_handle_is_premultiplied_alpha(parsed.handle.get()) != 0;
  const Channel& matte = sources->back();
  const std::uint32_t matte_most = (1U << matte.depth) - 1;
  with_samples(*image, [&](auto zero) {
    using Sample = decltype(zero);
    const auto colors = static_cast<std::size_t>(image->color_channels());
    for (std::uint32_t y = 0; y < image->height(); ++y) {
      Sample* out = image->samples<Sample>(y).data();
      for (std::uint32_t x = 0; x < image->width(); ++x) {
        const std::uint32_t alpha =
            image->alpha() ? rescale(matte.at(x, y), matte_most, image->max_value()) : image->max_value();
        for (std::size_t i = 0; i < colors; ++i) {
          std::uint32_t value = (*sources)[i].at(x, y);
          if (limited) value = expand(value, header.depth);
          if (premultiplied) value = unpremultiply(value, alpha, image->max_value());
          *out++ = static_cast<Sample>(value);
        }
        if (image->alpha()) *out++ = static_cast<Sample>(alpha);
      }
    }
  });
  return image;
}

Bytes metadata_block(const heif_image_handle& handle, heif_item_id id) {
  Bytes block(heif_image_handle_get_metadata_size(&handle, id));
  if (block.empty() || heif_image_handle_get_metadata(&handle, id, block.data()).code != heif_error_Ok)
    return {};
  return block;
}

/// The first four bytes of an Exif item say how far behind them its TIFF structure begins; not all writers
/// get that right, so the structure is looked for.
Bytes exif_of_item(const Bytes& block) {
  if (block.size() < 4) return {};
  const ByteView tiff = isobmff::tiff_structure(ByteView(block).subspan(4));
  return {tiff.begin(), tiff.end()};
}

void read_blocks(const heif_image_handle& handle, Metadata& metadata) {
  std::vector<heif_item_id> ids(
      static_cast<std::size_t>(heif_image_handle_get_number_of_metadata_blocks(&handle, nullptr)));
  heif_image_handle_get_list_of_metadata_block_IDs(&handle, nullptr, ids.data(),
                                                   static_cast<int>(ids.size()));
  for (const heif_item_id id : ids) {
    const std::string_view type = heif_image_handle_get_metadata_type(&handle, id);
    const std::string_view content = heif_image_handle_get_metadata_content_type(&handle, id);
    if (type == "Exif" && metadata.exif.empty()) metadata.exif = exif_of_item(metadata_block(handle, id));
    if (type == "mime" && content == "application/rdf+xml" && metadata.xmp.empty()) {
      metadata.xmp = metadata_block(handle, id);
    }
  }
}

/// The container's code points, or those that the decoder found in the bitstream.
Nclx code_points(const heif_image_handle& handle, const heif_image& planes) {
  if (Nclx nclx = nclx_from(heif_image_handle_get_nclx_color_profile, handle)) return nclx;
  return nclx_from(heif_image_get_nclx_color_profile, planes);
}

Metadata metadata_of(const heif_image_handle& handle, const heif_image& planes) {
  Metadata metadata;
  metadata.icc.resize(heif_image_handle_get_raw_color_profile_size(&handle));
  if (!metadata.icc.empty() &&
      heif_image_handle_get_raw_color_profile(&handle, metadata.icc.data()).code != heif_error_Ok) {
    metadata.icc.clear();
  }
  if (const Nclx nclx = code_points(handle, planes)) {
    metadata.cicp = isobmff::meaningful_cicp(nclx->color_primaries, nclx->transfer_characteristics,
                                             nclx->matrix_coefficients);
  }
  read_blocks(handle, metadata);
  return metadata;
}

/// The types (URNs, or names of Apple's) of the auxiliary pictures that are not the decoded picture's alpha.
std::vector<std::string> auxiliary_types(const heif_image_handle& handle) {
  constexpr int kFilter = LIBHEIF_AUX_IMAGE_FILTER_OMIT_ALPHA;
  std::vector<heif_item_id> ids(
      static_cast<std::size_t>(heif_image_handle_get_number_of_auxiliary_images(&handle, kFilter)));
  heif_image_handle_get_list_of_auxiliary_image_IDs(&handle, kFilter, ids.data(),
                                                    static_cast<int>(ids.size()));
  std::vector<std::string> types;
  for (const heif_item_id id : ids) {
    heif_image_handle* opened = nullptr;
    if (heif_image_handle_get_auxiliary_image_handle(&handle, id, &opened).code != heif_error_Ok) continue;
    const Handle auxiliary(opened);
    const char* type = nullptr;
    if (heif_image_handle_get_auxiliary_type(auxiliary.get(), &type).code != heif_error_Ok) continue;
    types.emplace_back(type);
    heif_image_handle_free_auxiliary_types(auxiliary.get(), &type);
  }
  return types;
}

bool is_alpha(std::string_view type) {
  return type == "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" || type == "urn:mpeg:hevc:2015:auxid:1";
}

std::string auxiliary_name(std::string_view type) {
  if (type.find("hdrgainmap") != std::string_view::npos) return "an HDR gain map";
  if (type.find("depth") != std::string_view::npos || type.ends_with("auxid:2")) return "a depth map";
  if (type.find("matte") != std::string_view::npos) return "a matte";
  return "an auxiliary image";
}

std::vector<std::string> extras_of(ByteView file, const Parsed& parsed) {
  std::vector<std::string> extras;
  for (const std::string& type : auxiliary_types(*parsed.handle)) extras.push_back(auxiliary_name(type));
  if (isobmff::has_brand(file, {"tmap"})) extras.emplace_back("an HDR gain map");
  std::ranges::sort(extras);
  extras.erase(std::ranges::unique(extras).begin(), extras.end());
  const int images = heif_context_get_number_of_top_level_images(parsed.context.get());
  if (images > 1)
    extras.push_back(images == 2 ? "another image" : std::to_string(images - 1) + " more images");
  if (parsed.layout.sequence) extras.emplace_back("an image sequence");
  isobmff::append_extras(parsed.layout, extras);
  return extras;
}

/// Errors: left_alone, for what would be lost of the picture itself.
Result<void> refuse_what_is_no_still(const Parsed& parsed) {
  if (!parsed.primary.square_pixels) return fail(ErrorKind::left_alone, "its pixels are not square");
  if (std::ranges::any_of(auxiliary_types(*parsed.handle), is_alpha)) {
    return fail(ErrorKind::left_alone, "its alpha channel has another size than its colour");
  }
  return {};
}

Result<Decoded> decode_still(ByteView file, const Limits& limits, int threads) {
  const auto parsed = parse(file, limits);
  if (!parsed) return std::unexpected(parsed.error());
  if (const auto still = refuse_what_is_no_still(*parsed); !still) return std::unexpected(still.error());
  const auto planes = decode_planes(*parsed, threads);
  if (!planes) return std::unexpected(planes.error());
  auto image = interleave(**planes, *parsed);
  const int depth = depth_of(*parsed, file);
  if (image && image->depth() > depth) image = to_depth(*image, depth);
  if (!image) return std::unexpected(std::move(image).error());
  return Decoded{std::move(*image), metadata_of(*parsed->handle, **planes), extras_of(file, *parsed)};
}

}  // namespace

Result<Header> read_header(ByteView file, const Limits& limits) {
  return isobmff::without_exceptions([&]() -> Result<Header> {
    const auto parsed = parse(file, limits);
    if (!parsed) return std::unexpected(parsed.error());
    auto header = parsed->header;
    header.depth = depth_of(*parsed, file);
    return header;
  });
}

Result<Decoded> decode(ByteView file, const Limits& limits, int threads) {
  return isobmff::without_exceptions([&] { return decode_still(file, limits, threads); });
}

}  // namespace frugal::codec::heic
