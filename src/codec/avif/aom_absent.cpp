// What stands for aom_stream.cpp in a build without libaom 3.14: libavif does it all.
#include "codec/avif/aom_stream.hpp"

namespace frugal::codec::avif {

bool takes_map() {
  return false;
}

std::string aom_name() {
  return {};
}

Result<Bytes> code_still(const StillPlanes& /*planes*/, const StillSettings& /*settings*/) {
  return fail(ErrorKind::unsupported, "built without libaom");
}

}  // namespace frugal::codec::avif
