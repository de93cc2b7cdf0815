// In what size a bitstream of AV1 or HEVC is coded: decoders set memory aside for what it says, not for what
// the file around it says.
#pragma once

#include <optional>

#include "image/image.hpp"
#include "util/bytes.hpp"

namespace frugal::codec {

/// The largest frame that a sequence header in these open bitstream units announces (AV1 Bitstream & Decoding
/// Process Specification, 5.3 and 5.5). None where there is no sequence header.
std::optional<Size> av1_size(ByteView units);

/// The same of the parameter sets in the body of an hvcC box (ISO/IEC 14496-15, 8.3.3.1).
std::optional<Size> hevc_size_in_configuration(ByteView hvcc);

/// The largest picture that a sequence parameter set among these units announces (Rec. ITU-T H.265, 7.3.2.2),
/// each of which has its length before it in four bytes, as libheif reads them. None where there is none.
std::optional<Size> hevc_size(ByteView units);

}  // namespace frugal::codec
