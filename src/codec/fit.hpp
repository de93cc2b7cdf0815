// Makes a picture fit a codec without losing anything of it, or says what would be lost.
#pragma once

#include "codec/codec.hpp"

namespace frugal::codec {

/// Changes `image` (upright) and `metadata` to what `target` can store, by exact steps only: alpha that is
/// opaque everywhere is dropped, samples are narrowed where every one of them survives the way back, grey
/// becomes RGB, colour code points become an ICC profile. Errors: left_alone, naming what the format cannot
/// keep.
Result<Image> fit(Image image, Metadata& metadata, const Codec& target);

}  // namespace frugal::codec
