// What x265 is told for each encode, whether libheif calls it or we do.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "codec/codec.hpp"

namespace frugal::codec::heic {

/// True where a picture's chroma is stored at its full size.
bool samples_fully(const EncodeParams& params);

using Settings = std::vector<std::pair<std::string, std::string>>;

/// Parameters, by name, of libheif's x265 encoder or, with `own`, of ours (x265_plugin.hpp).
Settings settings_of(const EncodeParams& params, bool own);

}  // namespace frugal::codec::heic
