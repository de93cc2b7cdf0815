// From a picture, or from another JPEG's coefficients, to the coefficients of the file to be written: bits go
// where errors are seen.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/codec.hpp"
#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/planes.hpp"
#include "codec/jpeg/recipe.hpp"
#include "codec/jpeg/transform.hpp"
#include "image/image.hpp"

namespace frugal::codec::jpeg {

/// One component before it is quantised.
struct Layer {
  int horizontal = 1;  ///< sampling factors
  int vertical = 1;
  Spectrum spectrum;
  std::vector<std::uint8_t> clipped;  ///< of luma: clipped_blocks
};

struct Source {
  Size size;
  std::vector<Layer> layers;  ///< one (grey) or three

  /// Full where no component is stored reduced in any way, else half.
  Sampling sampling() const;
};

/// The source of an opaque 8-bit picture. Throws std::bad_alloc.
Source source_of(const Image& image, Sampling sampling, int threads);

/// The source of what a file stores: nothing is lost once more but what is newly rounded away. `sampling`:
/// half reduces chroma that is stored in full, or halved in one direction; else all stays as it is stored.
/// Throws std::bad_alloc.
Source source_of(const Coefficients& stored, Sampling sampling, int threads);

/// Without a guide the blocks' own texture says where errors hide. `draft`: what the guide was made from.
/// Throws std::bad_alloc.
Coefficients quantised(const Source& source, const Recipe& recipe, int threads);
Coefficients quantised(const Source& source, const Recipe& recipe, const Guide& guide,
                       const Coefficients& draft, int threads);

/// The picture that decoders make of `coefficients`, to within rounding. Errors: limit (memory).
Result<Image> reconstructed(const Coefficients& coefficients, int threads);

/// About how many bits a file takes for them.
double estimated_bits(const Coefficients& coefficients, int threads);

}  // namespace frugal::codec::jpeg
