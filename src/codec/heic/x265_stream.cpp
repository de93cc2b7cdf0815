#include "codec/heic/x265_stream.hpp"

#include <x265.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <new>
#include <span>

namespace frugal::codec::heic {
namespace {

struct ParamDeleter {
  const x265_api* api;
  void operator()(x265_param* param) const { api->param_free(param); }
};
using Param = std::unique_ptr<x265_param, ParamDeleter>;

struct PictureDeleter {
  const x265_api* api;
  void operator()(x265_picture* picture) const { api->picture_free(picture); }
};
using Picture = std::unique_ptr<x265_picture, PictureDeleter>;

struct EncoderDeleter {
  const x265_api* api;
  void operator()(x265_encoder* encoder) const { api->encoder_close(encoder); }
};
using Encoder = std::unique_ptr<x265_encoder, EncoderDeleter>;

/// Null where there is none for that depth. Asked of x265 once: it may load another library on the way, and
/// does so under no lock.
const x265_api* api_for(int depth) {
  constexpr std::array kDepths = {8, 10, 12};
  static const std::array apis = {x265_api_get(kDepths[0]), x265_api_get(kDepths[1]),
                                  x265_api_get(kDepths[2])};
  const auto known = std::ranges::find(kDepths, depth);
  return known != kDepths.end() ? apis[static_cast<std::size_t>(known - kDepths.begin())] : nullptr;
}

std::unexpected<Error> no_memory() {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

const char* profile_of(int depth) {
  if (depth == 8) return "mainstillpicture";
  return depth == 10 ? "main10-intra" : "main12-intra";
}

int color_space(Sampling sampling) {
  if (sampling == Sampling::gray) return X265_CSP_I400;
  return sampling == Sampling::half ? X265_CSP_I420 : X265_CSP_I444;
}

Result<Param> make_param(const x265_api& api, const StillPlanes& planes, const StillSettings& settings) {
  Param param(api.param_alloc(), {&api});
  if (!param) return no_memory();
  std::string refused;
  const auto taken = [&](int result, const std::string& what) {
    if (result != 0 && refused.empty()) refused = what;
  };
  taken(api.param_default_preset(param.get(), settings.preset.c_str(), settings.tune.c_str()), "preset");
  taken(api.param_apply_profile(param.get(), profile_of(planes.depth)), "profile");
  const auto set = [&](const std::string& name, const std::string& value) {
    taken(api.param_parse(param.get(), name.c_str(), value.c_str()), name);
  };
  set("ctu", "64");
  for (const auto& [name, value] : settings.options) set(name, value);
  if (!refused.empty()) return fail(ErrorKind::internal, "x265 refused its setting " + refused);
  param->totalFrames = 1;
  param->fpsNum = param->fpsDenom = 1;
  param->internalCsp = color_space(planes.sampling);
  param->internalBitDepth = planes.depth;
  param->sourceWidth = static_cast<int>(planes.size.width);
  param->sourceHeight = static_cast<int>(planes.size.height);
  param->bEmitInfoSEI = 0;
  param->bRepeatHeaders = 1;
  param->bAnnexB = 0;  // a length of four bytes before each unit, which is easily left out
  param->logLevel = X265_LOG_NONE;
  return param;
}

void append_units(std::span<const x265_nal> units, std::vector<Bytes>& to) {
  constexpr std::size_t kLengthBytes = 4;
  for (const auto& unit : units) {
    if (unit.sizeBytes <= kLengthBytes) continue;
    to.emplace_back(unit.payload + kLengthBytes, unit.payload + unit.sizeBytes);
  }
}

/// The offsets of all blocks. x265 copies as many as it has blocks of its own size, which may be some more.
std::vector<float> all_offsets(const StillPlanes& planes, const StillSettings& settings) {
  const auto [width, height] = planes.size;
  const std::size_t room = (std::size_t{offset_blocks(width)} + 8) * (std::size_t{offset_blocks(height)} + 8);
  auto offsets = settings.offsets;
  offsets.resize(room);
  for (auto& offset : offsets) offset += settings.offset;
  return offsets;
}

/// x265 fills tables of its own when the first encoder is opened, and does so under no lock.
x265_encoder* open_encoder(const x265_api& api, x265_param& param) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  return api.encoder_open(&param);
}

Result<std::vector<Bytes>> code(const x265_api& api, x265_encoder& encoder, x265_picture& picture) {
  std::vector<Bytes> units;
  x265_nal* coded = nullptr;
  std::uint32_t count = 0;
  int result = api.encoder_encode(&encoder, &coded, &count, &picture, nullptr);
  while (result >= 0) {
    append_units({coded, count}, units);
    result = api.encoder_encode(&encoder, &coded, &count, nullptr, nullptr);
    if (result == 0) return units;
  }
  return fail(ErrorKind::internal, "x265 failed");
}

}  // namespace

bool codes_depth(int depth) {
  return api_for(depth) != nullptr;
}

std::string x265_version() {
  return std::string(x265_version_str) + " (build " + std::to_string(X265_BUILD) + ")";
}

Result<std::vector<Bytes>> code_still(const StillPlanes& planes, const StillSettings& settings) {
  const x265_api* api = api_for(planes.depth);
  if (api == nullptr) return fail(ErrorKind::unsupported, "x265 does not code that bit depth");
  const auto param = make_param(*api, planes, settings);
  if (!param) return std::unexpected(param.error());
  const Picture picture(api->picture_alloc(), {api});
  const Encoder encoder(open_encoder(*api, **param), {api});
  if (!picture || !encoder) return fail(ErrorKind::internal, "x265 did not start");
  api->picture_init(param->get(), picture.get());
  for (std::size_t p = 0; p < planes.data.size(); ++p) {
    // Its interface has no const, but it only copies from there.
    picture->planes[p] = const_cast<std::uint8_t*>(planes.data[p]);
    picture->stride[p] = static_cast<int>(planes.strides[p]);
  }
  picture->bitDepth = planes.depth;
  auto offsets = all_offsets(planes, settings);
  picture->quantOffsets = offsets.data();
  return code(*api, *encoder, *picture);
}

}  // namespace frugal::codec::heic
