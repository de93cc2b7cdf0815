// x265 as an encoder of libheif's that takes what libheif's own does not: where errors matter.
#pragma once

#include <libheif/heif.h>

#include <string>
#include <vector>

namespace frugal::codec::heic {

/// The encoder's name within libheif.
inline constexpr const char* kEncoderName = "frugal-x265";

/// The name of the parameter that takes what `offsets_parameter` makes. All others are as those of libheif's
/// own x265: "preset", "tune", and "x265:NAME" for an option of x265's.
inline constexpr const char* kOffsetsParameter = "frugal:offsets";

/// The name of the parameter that takes a number to be added to the quantizer of every block: a fraction, as
/// x265 rounds its own settings to whole steps.
inline constexpr const char* kOffsetParameter = "frugal:offset";

/// Pictures are padded to sides of at least so many pixels, as libheif does; such small ones take no offsets.
inline constexpr int kLeastSide = 64;

/// Offsets to the quantizer, one for each block of 16×16 pixels, row by row, as text: libheif hands nothing
/// else on to an encoder. Kept in eighths of a step.
std::string offsets_parameter(const std::vector<float>& offsets);

/// An encoder for lossy pictures of that bit depth; null where this build, that x265 or that libheif has
/// none. Lives as long as the program.
const heif_encoder_descriptor* x265_encoder_for(int depth);

/// x265 and its version, "x265 3.5 (build 199)"; empty where this build has none.
std::string x265_name();

}  // namespace frugal::codec::heic
