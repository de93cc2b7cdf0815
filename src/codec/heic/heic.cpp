// HEIC: its entry in the table of formats.
#include "codec/heic/heic.hpp"

#include <libheif/heif.h>

#include <algorithm>
#include <array>
#include <string>

#include "codec/heic/handles.hpp"
#include "codec/heic/x265_plugin.hpp"
#include "codec/isobmff.hpp"
#include "codec/table.hpp"

namespace frugal::codec {
namespace {

// HEVC's highest level of bounded size allows sides of sqrt(8 * 35,651,584) = 16,888 pixels (Rec. ITU-T
// H.265, A.4.1). x265 and libheif write more, but libheif reads no more than 32,768 by default.
constexpr std::uint32_t kMaxSide = 16384;

bool sniff(ByteView head) {
  const std::string_view major = isobmff::major_brand(head);
  constexpr std::array own = {"heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs"};
  if (std::ranges::find(own, major) != own.end()) return true;
  if (major != "mif1" && major != "msf1" && major != "miaf") return false;
  return !isobmff::has_brand(head, {"avif", "avis"}) &&
         isobmff::has_brand(head, {"heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs"});
}

std::string libraries() {
  const heic::Context loads_plugins(
      heif_context_alloc());  // the lists below are empty before the first context
  heic::x265_encoder_for(8);  // is in them from its first use on
  const heif_encoder_descriptor* encoder = nullptr;
  const heif_decoder_descriptor* decoder = nullptr;
  heif_get_encoder_descriptors(heif_compression_HEVC, nullptr, &encoder, 1);
  heif_get_decoder_descriptors(heif_compression_HEVC, &decoder, 1);
  std::string names = encoder != nullptr ? heif_encoder_descriptor_get_name(encoder) : "no HEVC encoder";
  names += ", ";
  names += decoder != nullptr ? heif_decoder_descriptor_get_name(decoder) : "no HEVC decoder";
  const std::string own = heic::x265_name();
  return std::string("libheif ") + heif_get_version() + " (" + names + ")" + (own.empty() ? "" : ", " + own);
}

#ifdef FRUGAL_HAS_X265
constexpr auto kHeedsGuide = heic::heeds_guide;
#else
constexpr bool (*kHeedsGuide)(const Image&, const EncodeParams&) = nullptr;
#endif

constexpr std::array<std::string_view, 3> kExtensions = {"heic", "heif", "hif"};
constexpr std::array kSamplings = {Chroma::half, Chroma::full};

}  // namespace

const Codec kHeic = {
    .format = Format::heic,
    .name = "heic",
    .label = "HEIC",
    .extensions = kExtensions,
    .max_depth = 12,
    .alpha = true,
    .gray = true,
    .cicp = true,
    .max_side = kMaxSide,
    .quality = {0, 100, 0.5},
    .samplings = kSamplings,
    .has_lossless = true,
    .recompresses = false,
    .slow = true,
    .large = true,
    .sniff = sniff,
    .read_header = heic::read_header,
    .decode = heic::decode,
    .encode = heic::encode,
    .heeds_guide = kHeedsGuide,
    .libraries = libraries,
};

}  // namespace frugal::codec
