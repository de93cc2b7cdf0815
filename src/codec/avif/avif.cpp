// AVIF by libavif.
#include "codec/avif/avif.hpp"

#include <avif/avif.h>

#include <array>
#include <string>

#include "codec/avif/aom_stream.hpp"
#include "codec/avif/handles.hpp"
#include "codec/isobmff.hpp"
#include "codec/table.hpp"

namespace frugal::codec {
namespace {

bool sniff(ByteView head) {
  const std::string_view major = isobmff::major_brand(head);
  if (major == "avif" || major == "avis") return true;
  return (major == "mif1" || major == "msf1" || major == "miaf") &&
         isobmff::has_brand(head, {"avif", "avis"});
}

std::string libraries() {
  char codecs[256];
  avifCodecVersions(codecs);
  const std::string own = avif::aom_name();
  return std::string("libavif ") + avifVersion() + " (" + codecs + ")" + (own.empty() ? "" : ", " + own);
}

constexpr std::array<std::string_view, 2> kExtensions = {"avif", "avifs"};
constexpr std::array kSamplings = {Chroma::half, Chroma::full};
constexpr double kQualityStep = AVIF_VERSION < 1000000 ? 50.0 / 63 : 100.0 / 63;

#ifdef FRUGAL_HAS_AOM
constexpr auto kHeedsGuide = avif::heeds_guide;
#else
constexpr bool (*kHeedsGuide)(const Image&, const EncodeParams&) = nullptr;
#endif

}  // namespace

const Codec kAvif = {
    .format = Format::avif,
    .name = "avif",
    .label = "AVIF",
    .extensions = kExtensions,
    .max_depth = 12,
    .alpha = true,
    .gray = true,
    .cicp = true,
    .max_side = avif::kMaxSide,
    .quality = {0, 100, kQualityStep},
    .samplings = kSamplings,
    .has_lossless = true,
    .recompresses = false,
    .slow = true,
    .large = true,
    .decoder_spread =
        0.05,  // they differ in how they enlarge chroma: up to 0.12 seen, and 0.1 does not matter
    .sniff = sniff,
    .read_header = avif::read_header,
    .decode = avif::decode,
    .encode = avif::encode,
    .heeds_guide = kHeedsGuide,
    .libraries = libraries,
};

}  // namespace frugal::codec
