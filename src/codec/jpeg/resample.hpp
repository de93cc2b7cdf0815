// Chroma between its stored and the picture's resolution, as decoders see it.
#pragma once

#include <cstdint>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/planes.hpp"

namespace frugal::codec::jpeg {

/// `full` at half the width and height (odd sides rounded up), chosen so that its enlargement comes close to
/// `full`, in the sense of least squares. Throws std::bad_alloc.
SamplePlane reduced(const SamplePlane& full, int threads);

/// `part` enlarged `factors` times to width × height as libjpeg does: a side that is doubled becomes 3/4 of
/// the nearest sample and 1/4 of the next; other factors than 1 and 2 repeat samples. Throws std::bad_alloc.
SamplePlane enlarged(const SamplePlane& part, std::uint32_t width, std::uint32_t height, Factors factors,
                     int threads);

/// The transpose of `enlarged` for the sides that it doubles: what all samples that a reduced one has a part
/// in add up to for it. Throws std::bad_alloc.
SamplePlane gathered(const SamplePlane& full, bool wide, bool tall, int threads);

}  // namespace frugal::codec::jpeg
