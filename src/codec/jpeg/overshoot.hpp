// Targets that make use of the decoder's clipping.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/transform.hpp"

namespace frugal::codec::jpeg {

/// For each block of luma whether it has samples that are black or white, beside others. Throws
/// std::bad_alloc.
std::vector<std::uint8_t> clipped_blocks(const Spectrum& luma, int threads);

/// Changes such a block so that it takes less or rings less when quantised by `table`: since a decoder clips
/// its samples, those that are black or white may as well be blacker or whiter. Each of a few rounds moves
/// them to where rounding takes them (projections onto convex sets; Rosenholtz and Zakhor, "Iterative
/// procedures for reduction of blocking effects in transform image coding", 1992, alternates between such
/// sets in a decoder).
void overshoot(RealBlock& block, const Table& table);

}  // namespace frugal::codec::jpeg
