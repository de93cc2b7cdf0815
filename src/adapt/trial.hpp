// One encode, decoded again and scored.
#pragma once

#include <optional>

#include "adapt/stopwatch.hpp"
#include "codec/codec.hpp"
#include "image/image.hpp"
#include "image/metadata.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::adapt {

/// Wall time spent, in ms.
struct Costs {
  double analyse = 0;
  double encode = 0;
  double score = 0;
};

struct Trial {
  Bytes bytes;
  std::optional<metric::Similarity> similarity;  ///< none without a reference
};

/// Encodes `image` (fitted to `codec`), reads the result back and scores it against `reference`, where there
/// is one. The result has the picture's size and transparency, its profile, and, where `params` or the codec
/// are lossless, every pixel. Errors: those of Codec::encode; internal when the result does not hold.
Result<Trial> try_out(const Image& image, const Metadata& metadata, const codec::Codec& codec,
                      const codec::EncodeParams& params, const metric::Reference* reference, Clock clock,
                      Costs& costs);

}  // namespace frugal::adapt
