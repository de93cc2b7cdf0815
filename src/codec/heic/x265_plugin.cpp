#include "codec/heic/x265_plugin.hpp"

#include <libheif/heif_plugin.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <exception>
#include <new>
#include <string_view>
#include <utility>

#include "codec/heic/handles.hpp"
#include "codec/heic/x265_stream.hpp"

namespace frugal::codec::heic {
namespace {

constexpr int kPriority = 1;  // nobody gets it without asking for it
constexpr float kOffsetSteps = 8;
constexpr float kOffsetZero = 64;
constexpr float kMostOffset = 7;

constexpr heif_error kDone{heif_error_Ok, heif_suberror_Unspecified, "Success"};
constexpr heif_error kNotKnown{heif_error_Usage_error, heif_suberror_Unsupported_parameter,
                               "the encoder does not know that parameter"};
constexpr heif_error kNoMemory{heif_error_Memory_allocation_error, heif_suberror_Unspecified,
                               "not enough memory for the image"};
constexpr heif_error kFailed{heif_error_Encoder_plugin_error, heif_suberror_Unspecified, "x265 failed"};

/// What libheif holds for each encoder that it opens.
struct State {
  StillSettings settings;
  std::vector<float> offsets;
  std::vector<Bytes> units;
  std::size_t next = 0;  ///< of `units`, to be fetched
  std::string failure;   ///< what libheif was last told

  /// False where that parameter is not known.
  bool set(std::string_view name, const char* value) {
    constexpr std::string_view kOwn = "x265:";
    if (name == "preset") {
      settings.preset = value;
    } else if (name == "tune") {
      settings.tune = value;
    } else if (name == kOffsetsParameter) {
      offsets.clear();
      for (const char* c = value; *c != '\0'; ++c)
        offsets.push_back((static_cast<float>(*c) - kOffsetZero) / kOffsetSteps);
    } else if (name == kOffsetParameter) {
      const std::string_view text = value;
      std::from_chars(text.data(), text.data() + text.size(), settings.offset);
    } else if (name.starts_with(kOwn)) {
      settings.options.emplace_back(name.substr(kOwn.size()), value);
    } else {
      return name == "chroma";  // which the picture's planes tell
    }
    return true;
  }
};

State& state_of(void* encoder) {
  return *static_cast<State*>(encoder);
}

/// `function`, which returns a heif_error, with what it throws turned into one.
template <class Function>
heif_error guarded(Function function) noexcept {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return kNoMemory;
  } catch (const std::exception&) {
    return kFailed;
  }
}

int padded(int side) {
  return std::max((side + 1) & ~1, kLeastSide);
}

StillPlanes planes_of(const heif_image& image) {
  constexpr std::array channels{heif_channel_Y, heif_channel_Cb, heif_channel_Cr};
  StillPlanes planes;
  planes.size = {static_cast<std::uint32_t>(padded(heif_image_get_width(&image, heif_channel_Y))),
                 static_cast<std::uint32_t>(padded(heif_image_get_height(&image, heif_channel_Y)))};
  planes.depth = heif_image_get_bits_per_pixel_range(&image, heif_channel_Y);
  const bool gray = heif_image_get_colorspace(&image) == heif_colorspace_monochrome;
  const bool full = heif_image_get_chroma_format(&image) == heif_chroma_444;
  planes.sampling = gray ? Sampling::gray : full ? Sampling::full : Sampling::half;
  for (std::size_t c = 0; c < (gray ? 1 : channels.size()); ++c) {
    int stride = 0;
    planes.data[c] = heif_image_get_plane_readonly(&image, channels[c], &stride);
    planes.strides[c] = static_cast<std::size_t>(stride);
  }
  return planes;
}

/// The picture's colour as the stream is to say it too.
void tell_colour(const heif_image& image, bool colour, StillSettings& settings) {
  heif_color_profile_nclx* found = nullptr;
  heif_image_get_nclx_color_profile(&image, &found);
  const Nclx nclx(found);
  settings.options.emplace_back("range", nclx && nclx->full_range_flag == 0 ? "limited" : "full");
  if (!nclx || !colour) return;
  settings.options.emplace_back("colorprim", std::to_string(nclx->color_primaries));
  settings.options.emplace_back("transfer", std::to_string(nclx->transfer_characteristics));
  settings.options.emplace_back("colormatrix", std::to_string(nclx->matrix_coefficients));
}

heif_error encode_picture(State& state, const heif_image& image, heif_image_input_class kind) {
  auto settings = state.settings;
  const bool colour = kind == heif_image_input_class_normal;
  tell_colour(image, colour, settings);
  if (colour) settings.offsets = state.offsets;
  // libheif's interface has no const here; what shows of the image does not change.
  const heif_error padding = heif_image_extend_padding_to_size(
      const_cast<heif_image*>(&image), padded(heif_image_get_width(&image, heif_channel_Y)),
      padded(heif_image_get_height(&image, heif_channel_Y)));
  if (padding.code != heif_error_Ok) return padding;
  auto units = code_still(planes_of(image), settings);
  if (!units && units.error().kind == ErrorKind::limit) return kNoMemory;
  if (!units) {
    state.failure = units.error().message;
    return {heif_error_Encoder_plugin_error, heif_suberror_Unspecified, state.failure.c_str()};
  }
  state.units = std::move(*units);
  state.next = 0;
  return kDone;
}

// ---- what libheif calls ----

const char* plugin_name() {
  return kEncoderName;
}

heif_error new_encoder(void** encoder) {
  *encoder = new (std::nothrow) State;
  return *encoder != nullptr ? kDone : kNoMemory;
}

void free_encoder(void* encoder) {
  delete &state_of(encoder);
}

heif_error set_nothing(void*, int) {
  return kDone;
}

heif_error get_nothing(void*, int* value) {
  *value = 0;
  return kDone;
}

heif_error set_integer(void*, const char*, int) {
  return kNotKnown;
}

heif_error get_integer(void*, const char*, int*) {
  return kNotKnown;
}

heif_error set_string(void* encoder, const char* name, const char* value) {
  return guarded([&] { return state_of(encoder).set(name, value) ? kDone : kNotKnown; });
}

heif_error get_string(void*, const char*, char*, int) {
  return kNotKnown;
}

const heif_encoder_parameter** list_parameters(void*) {
  static const heif_encoder_parameter* none[] = {nullptr};
  return none;
}

void query_colour(heif_colorspace* space, heif_chroma* chroma) {
  if (*space == heif_colorspace_monochrome) {
    *chroma = heif_chroma_monochrome;
    return;
  }
  *space = heif_colorspace_YCbCr;
  if (*chroma != heif_chroma_444) *chroma = heif_chroma_420;
}

void query_colour_of(void*, heif_colorspace* space, heif_chroma* chroma) {
  query_colour(space, chroma);
}

heif_error encode_image(void* encoder, const heif_image* image, heif_image_input_class kind) {
  return guarded([&] { return encode_picture(state_of(encoder), *image, kind); });
}

heif_error get_data(void* encoder, std::uint8_t** data, int* size, heif_encoded_data_type*) {
  auto& state = state_of(encoder);
  const bool more = state.next < state.units.size();
  *data = more ? state.units[state.next].data() : nullptr;
  *size = more ? static_cast<int>(state.units[state.next].size()) : 0;
  state.next += more ? 1 : 0;
  return kDone;
}

heif_encoder_plugin make_plugin() {
  heif_encoder_plugin plugin{};
  plugin.plugin_api_version = 2;
  plugin.compression_format = heif_compression_HEVC;
  plugin.id_name = kEncoderName;
  plugin.priority = kPriority;
  plugin.supports_lossy_compression = 1;
  plugin.get_plugin_name = plugin_name;
  plugin.new_encoder = new_encoder;
  plugin.free_encoder = free_encoder;
  plugin.set_parameter_quality = set_nothing;
  plugin.get_parameter_quality = get_nothing;
  plugin.set_parameter_lossless = set_nothing;
  plugin.get_parameter_lossless = get_nothing;
  plugin.set_parameter_logging_level = set_nothing;
  plugin.get_parameter_logging_level = get_nothing;
  plugin.list_parameters = list_parameters;
  plugin.set_parameter_integer = set_integer;
  plugin.get_parameter_integer = get_integer;
  plugin.set_parameter_boolean = set_integer;
  plugin.get_parameter_boolean = get_integer;
  plugin.set_parameter_string = set_string;
  plugin.get_parameter_string = get_string;
  plugin.query_input_colorspace = query_colour;
  plugin.encode_image = encode_image;
  plugin.get_compressed_data = get_data;
  plugin.query_input_colorspace2 = query_colour_of;
  return plugin;
}

/// libheif's list of encoders is not locked: a context first, so that libheif has loaded its own, and then
/// once. Every encode comes by here before it looks at the list.
const heif_encoder_descriptor* registered() {
  static const heif_encoder_plugin plugin = make_plugin();
  static const heif_encoder_descriptor* const descriptor = [] {
    const Context loads_plugins(heif_context_alloc());
    const heif_encoder_descriptor* found = nullptr;
    if (heif_register_encoder_plugin(&plugin).code == heif_error_Ok)
      heif_get_encoder_descriptors(heif_compression_HEVC, kEncoderName, &found, 1);
    return found;
  }();
  return descriptor;
}

}  // namespace

std::string offsets_parameter(const std::vector<float>& offsets) {
  std::string text(offsets.size(), '\0');
  std::ranges::transform(offsets, text.begin(), [](float offset) {
    const float bounded = std::clamp(offset, -kMostOffset, kMostOffset);
    return static_cast<char>(std::lround(bounded * kOffsetSteps + kOffsetZero));
  });
  return text;
}

const heif_encoder_descriptor* x265_encoder_for(int depth) {
  const auto* own = registered();
  return codes_depth(depth) ? own : nullptr;
}

std::string x265_name() {
  return "x265 " + x265_version();
}

}  // namespace frugal::codec::heic
