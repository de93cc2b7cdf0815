#include "codec/avif/aom_stream.hpp"

#include <aom/aom_encoder.h>
#include <aom/aom_ext_ratectrl.h>
#include <aom/aomcx.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace frugal::codec::avif {
namespace {

std::unexpected<Error> failed(aom_codec_err_t error) {
  if (error == AOM_CODEC_MEM_ERROR) return fail(ErrorKind::limit, "not enough memory for the image");
  return fail(ErrorKind::internal, std::string("libaom failed: ") + aom_codec_err_to_string(error));
}

// ---- what libaom asks, for a picture that is coded in two passes ----

/// The map, and what came of it.
struct RateControl {
  const StillSettings& settings;
  bool told = false;    ///< libaom asked, with room for as many superblocks as there are
  bool heeded = false;  ///< and coded with the quantizer it was told
  bool fits = false;    ///< the superblocks are of the size that the map is for
};

aom_rc_status_t begin(void* control, const aom_rc_config_t* config, aom_rc_model_t* model) noexcept {
  static_cast<RateControl*>(control)->fits = config->superblock_size == static_cast<int>(kSuperblock);
  *model = control;
  return AOM_RC_OK;
}

aom_rc_status_t take_first_pass(aom_rc_model_t, const aom_rc_firstpass_stats_t*) noexcept {
  return AOM_RC_OK;
}

aom_rc_status_t decide(aom_rc_model_t model, int, aom_rc_encodeframe_decision_t* decision) noexcept {
  auto& control = *static_cast<RateControl*>(model);
  decision->q_index = control.settings.base;
  decision->rdmult = AOM_DEFAULT_RDMULT;
  *decision->use_delta_q = 0;
  if (!control.fits || decision->sb_params_list == nullptr) return AOM_RC_OK;
  *decision->use_delta_q = 1;
  auto* superblock = decision->sb_params_list;
  for (const int quantizer : control.settings.quantizers)
    *superblock++ = {.q_index = quantizer, .rdmult = AOM_DEFAULT_RDMULT};
  control.told = true;
  return AOM_RC_OK;
}

aom_rc_status_t take_result(aom_rc_model_t model, const aom_rc_encodeframe_result_t* result) noexcept {
  auto& control = *static_cast<RateControl*>(model);
  control.heeded = control.told && result->actual_encoding_qindex == control.settings.base;
  return AOM_RC_OK;
}

aom_rc_status_t end(aom_rc_model_t) noexcept {
  return AOM_RC_OK;
}

aom_rc_funcs_t functions_of(RateControl& control) {
  aom_rc_funcs_t functions{};
  functions.rc_type = AOM_RC_QP;
  functions.create_model = begin;
  functions.send_firstpass_stats = take_first_pass;
  functions.get_encodeframe_decision = decide;
  functions.update_encodeframe_result = take_result;
  functions.delete_model = end;
  functions.priv = &control;
  return functions;
}

// ---- the encoder ----

class Encoder {
 public:
  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() {
    if (open_) aom_codec_destroy(&context_);
  }

  void open(const aom_codec_enc_cfg_t& config) {
    const aom_codec_flags_t flags = config.g_bit_depth > AOM_BITS_8 ? AOM_CODEC_USE_HIGHBITDEPTH : 0;
    error_ = aom_codec_enc_init(&context_, aom_codec_av1_cx(), &config, flags);
    open_ = error_ == AOM_CODEC_OK;
  }

  template <class Value>
  void set(int control, Value value) {
    if (error_ == AOM_CODEC_OK) error_ = aom_codec_control(&context_, control, value);
  }

  /// All that packets of `kind` hold once `image`, the only one, is coded.
  Bytes code(const aom_image_t& image, aom_codec_cx_pkt_kind kind) {
    Bytes out;
    push(&image, kind, out);
    while (push(nullptr, kind, out)) {
    }
    return out;
  }

  aom_codec_err_t error() const { return error_; }

 private:
  /// Without an image: asks for what is left. True where something came of it.
  bool push(const aom_image_t* image, aom_codec_cx_pkt_kind kind, Bytes& out) {
    if (error_ == AOM_CODEC_OK) error_ = aom_codec_encode(&context_, image, 0, 1, 0);
    if (error_ != AOM_CODEC_OK) return false;
    aom_codec_iter_t at = nullptr;
    bool any = false;
    while (const auto* packet = aom_codec_get_cx_data(&context_, &at)) {
      any = true;
      if (packet->kind != kind) continue;
      const bool frame = kind == AOM_CODEC_CX_FRAME_PKT;
      const void* data = frame ? packet->data.frame.buf : packet->data.twopass_stats.buf;
      const std::size_t size = frame ? packet->data.frame.sz : packet->data.twopass_stats.sz;
      const auto* bytes = static_cast<const std::uint8_t*>(data);
      out.insert(out.end(), bytes, bytes + size);
    }
    return any;
  }

  aom_codec_ctx_t context_{};
  aom_codec_err_t error_ = AOM_CODEC_OK;
  bool open_ = false;
};

unsigned profile_of(const StillPlanes& planes) {
  if (planes.depth > 10) return 2;
  return planes.sampling == Sampling::full ? 1 : 0;
}

/// Into how many tiles libaom cuts a side of so many superblocks, if none is too large for AV1.
std::uint32_t tiles_along(std::uint32_t side, int log2_tiles) {
  const std::uint32_t most = 1U << log2_tiles;
  const std::uint32_t length = (superblocks(side) + most - 1) / most;
  return (superblocks(side) + length - 1) / length;
}

/// One for each tile at most: in a second pass libaom 3.14 gives threads without a tile something to do that
/// it has not set up, and crashes.
unsigned threads_for(Size size, const StillSettings& settings) {
  constexpr std::uint32_t kMost = 64;
  const auto tiles =
      tiles_along(size.width, settings.log2_tile_columns) * tiles_along(size.height, settings.log2_tile_rows);
  return std::min({static_cast<std::uint32_t>(std::max(settings.threads, 1)), tiles, kMost});
}

aom_codec_enc_cfg_t config_of(const StillPlanes& planes) {
  aom_codec_enc_cfg_t config{};
  aom_codec_enc_config_default(aom_codec_av1_cx(), &config, AOM_USAGE_ALL_INTRA);
  config.g_w = planes.size.width;
  config.g_h = planes.size.height;
  config.g_profile = profile_of(planes);
  config.g_bit_depth = static_cast<aom_bit_depth_t>(planes.depth);
  config.g_input_bit_depth = static_cast<unsigned>(planes.depth);
  config.monochrome = planes.sampling == Sampling::gray ? 1 : 0;
  config.g_threads = 1;
  config.g_limit = 1;  // and so a still picture
  config.rc_end_usage = AOM_Q;
  config.rc_min_quantizer = 0;
  config.rc_max_quantizer = 63;
  return config;
}

/// libaom's own view of the planes. Its interface has no const, but it only copies from there.
aom_image_t image_of(const StillPlanes& planes) {
  const bool full = planes.sampling == Sampling::full;
  aom_image_t image{};
  const int fmt =
      (full ? AOM_IMG_FMT_I444 : AOM_IMG_FMT_I420) | (planes.depth > 8 ? AOM_IMG_FMT_HIGHBITDEPTH : 0);
  image.fmt = static_cast<aom_img_fmt_t>(fmt);
  image.bit_depth = planes.depth > 8 ? 16 : 8;
  image.w = image.d_w = planes.size.width;
  image.h = image.d_h = planes.size.height;
  image.x_chroma_shift = image.y_chroma_shift = full ? 0 : 1;
  image.bps = (full ? 24 : 12) * (planes.depth > 8 ? 2 : 1);
  image.monochrome = planes.sampling == Sampling::gray ? 1 : 0;
  image.range = AOM_CR_FULL_RANGE;
  const bool gray = planes.sampling == Sampling::gray;
  for (std::size_t p = 0; p < planes.data.size(); ++p) {
    const std::size_t from = gray ? 0 : p;  // 3.14.0 looks at chroma even of a grey one
    image.planes[p] = const_cast<std::uint8_t*>(planes.data[from]);
    image.stride[p] = static_cast<int>(planes.strides[from]);
  }
  return image;
}

/// As libavif sets it, for one still picture.
void tune(Encoder& encoder, const StillPlanes& planes, const StillSettings& settings) {
  encoder.set(AOME_SET_CPUUSED, settings.speed);
  encoder.set(AOME_SET_TUNING, AOM_TUNE_IQ);
  encoder.set(AOME_SET_CQ_LEVEL, settings.base / 4);
  encoder.set(AV1E_SET_COLOR_RANGE, AOM_CR_FULL_RANGE);
  encoder.set(AV1E_SET_TILE_COLUMNS, settings.log2_tile_columns);
  encoder.set(AV1E_SET_TILE_ROWS, settings.log2_tile_rows);
  encoder.set(AV1E_SET_ROW_MT, 0);
  encoder.set(AV1E_SET_SKIP_POSTPROC_FILTERING, 1);
  // Its numbers may overflow where loop restoration sees 12 bits (aomedia:42302587).
  if (planes.depth > 10) encoder.set(AV1E_SET_ENABLE_RESTORATION, 0);
}

}  // namespace

bool takes_map() {
  const std::string_view loaded = aom_codec_version_str();
  constexpr std::string_view kBuilt = "v" FRUGAL_AOM_SERIES ".";
  return loaded.starts_with(kBuilt);
}

std::string aom_name() {
  return std::string("libaom ") + aom_codec_version_str();
}

Result<Bytes> code_still(const StillPlanes& planes, const StillSettings& settings) {
  const std::size_t count = std::size_t{superblocks(planes.size.width)} * superblocks(planes.size.height);
  if (settings.quantizers.size() != count) return fail(ErrorKind::internal, "no map of that picture");
  const auto image = image_of(planes);
  auto config = config_of(planes);
  // libaom asks for the map in the second pass alone. The first one takes a hundredth of the time.
  Bytes statistics;
  {
    config.g_pass = AOM_RC_FIRST_PASS;
    Encoder encoder;
    encoder.open(config);
    tune(encoder, planes, settings);
    statistics = encoder.code(image, AOM_CODEC_STATS_PKT);
    if (encoder.error() != AOM_CODEC_OK) return failed(encoder.error());
  }
  config.g_pass = AOM_RC_SECOND_PASS;
  config.g_threads = threads_for(planes.size, settings);
  config.rc_twopass_stats_in = {statistics.data(), statistics.size()};
  RateControl control{settings};
  auto functions = functions_of(control);
  Encoder encoder;
  encoder.open(config);
  tune(encoder, planes, settings);
  encoder.set(AV1E_SET_EXTERNAL_RATE_CONTROL, &functions);
  auto stream = encoder.code(image, AOM_CODEC_CX_FRAME_PKT);
  if (encoder.error() != AOM_CODEC_OK) return failed(encoder.error());
  if (!control.heeded) return fail(ErrorKind::internal, "libaom took no map");
  return stream;
}

}  // namespace frugal::codec::avif
