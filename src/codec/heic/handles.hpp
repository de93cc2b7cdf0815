// Owners of libheif's objects.
//
// libheif is used without heif_init() and heif_deinit(): the first use of it loads what it needs, and pairing
// the calls here would unload its codecs, x265's tables and thread pools among them, between any two
// pictures.
#pragma once

#include <libheif/heif.h>

#include <memory>

namespace frugal::codec::heic {

struct ContextDeleter {
  void operator()(heif_context* context) const { heif_context_free(context); }
};
using Context = std::unique_ptr<heif_context, ContextDeleter>;

struct HandleDeleter {
  void operator()(const heif_image_handle* handle) const { heif_image_handle_release(handle); }
};
using Handle = std::unique_ptr<heif_image_handle, HandleDeleter>;

struct ImageDeleter {
  void operator()(const heif_image* image) const { heif_image_release(image); }
};
using HeifImage = std::unique_ptr<heif_image, ImageDeleter>;

struct NclxDeleter {
  void operator()(heif_color_profile_nclx* nclx) const { heif_nclx_color_profile_free(nclx); }
};
using Nclx = std::unique_ptr<heif_color_profile_nclx, NclxDeleter>;

struct DecodingOptionsDeleter {
  void operator()(heif_decoding_options* options) const { heif_decoding_options_free(options); }
};
using DecodingOptions = std::unique_ptr<heif_decoding_options, DecodingOptionsDeleter>;

struct EncodingOptionsDeleter {
  void operator()(heif_encoding_options* options) const { heif_encoding_options_free(options); }
};
using EncodingOptions = std::unique_ptr<heif_encoding_options, EncodingOptionsDeleter>;

struct EncoderDeleter {
  void operator()(heif_encoder* encoder) const { heif_encoder_release(encoder); }
};
using Encoder = std::unique_ptr<heif_encoder, EncoderDeleter>;

}  // namespace frugal::codec::heic
