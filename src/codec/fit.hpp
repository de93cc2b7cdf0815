// Makes a picture fit a codec without losing anything of it, or says what would be lost.
#pragma once

#include <utility>

#include "codec/codec.hpp"

namespace frugal::codec {

/// A picture as a codec can store it: the very one that was given, or one that was made of it.
class Fitted {
 public:
  explicit Fitted(const Image& given) : given_(&given) {}
  explicit Fitted(Image&& made) : made_(std::move(made)) {}

  const Image& image() const { return given_ ? *given_ : made_; }

 private:
  const Image* given_ = nullptr;
  Image made_;
};

/// Brings `image` (upright) and `metadata` to what `target` can store, by exact steps only: alpha that is
/// opaque everywhere is dropped, samples are narrowed where every one of them survives the way back, grey
/// becomes RGB, colour code points become an ICC profile. A picture that needs none of that is borrowed.
/// Errors: left_alone, naming what the format cannot keep.
Result<Fitted> fit(const Image& image, Metadata& metadata, const Codec& target);
Result<Fitted> fit(Image&& image, Metadata& metadata, const Codec& target);

}  // namespace frugal::codec
