// What a picture says about itself beside its samples.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "util/bytes.hpp"

namespace frugal {

/// EXIF orientation (TIFF 6.0 tag 274): where the stored first row and first column are seen. 1 is upright.
enum class Orientation : std::uint8_t {
  upright = 1,
  mirrored = 2,  ///< flipped left to right
  turned_180 = 3,
  flipped = 4,      ///< flipped top to bottom
  transposed = 5,   ///< mirrored along the main diagonal
  turned_90 = 6,    ///< to be turned by 90 degrees clockwise for viewing
  transversed = 7,  ///< mirrored along the other diagonal
  turned_270 = 8,   ///< to be turned by 270 degrees clockwise for viewing
};

/// Coding-independent code points (ITU-T H.273): 2 means "not specified".
struct Cicp {
  std::uint16_t primaries = 2;
  std::uint16_t transfer = 2;
  std::uint16_t matrix = 2;  ///< of the stored planes; an encoder chooses its own
  friend bool operator==(const Cicp&, const Cicp&) = default;
};

/// Printing resolution.
struct Density {
  double x = 0;  ///< pixels per metre
  double y = 0;  ///< pixels per metre
};

/// Colour by a power curve and primaries, in PNG's units (11.3.2.1 and 11.3.2.2): 1/100000.
struct PowerColour {
  std::int32_t gamma = 0;  ///< encoding exponent
  /// White, red, green and blue, x and y of each; sRGB's where there are none.
  std::optional<std::array<std::int32_t, 8>> primaries;
};

/// Everything empty means: sRGB, upright, nothing known.
struct Metadata {
  Bytes icc;                         ///< ICC profile; wins over `cicp` where both are there
  std::optional<Cicp> cicp;          ///< colour by code points (AVIF, HEIC)
  std::optional<PowerColour> power;  ///< what `icc` was made from, as long as that has not changed
  Orientation orientation =
      Orientation::upright;  ///< of the samples as stored; encoders take upright pictures only
  Bytes exif;  ///< a TIFF structure ("II*\0" or "MM\0*" first), without any "Exif\0\0" before it
  Bytes xmp;   ///< an XMP packet
  std::optional<Density> density;
};

}  // namespace frugal
