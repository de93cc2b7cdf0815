// What stands for x265_plugin.cpp in a build without x265: libheif's own encoder does it all.
#include "codec/heic/x265_plugin.hpp"

namespace frugal::codec::heic {

std::string offsets_parameter(const std::vector<float>& /*offsets*/) {
  return {};
}

const heif_encoder_descriptor* x265_encoder_for(int /*depth*/) {
  return nullptr;
}

std::string x265_name() {
  return {};
}

}  // namespace frugal::codec::heic
