// Targets that make use of the decoder's clipping.
#pragma once

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/transform.hpp"

namespace frugal::codec::jpeg {

/// True for a block of luma that has samples that are black or white, beside others.
bool is_clipped(const RealBlock& block);

/// Changes such a block so that it takes less or rings less when quantised by `table`: since a decoder clips
/// its samples, those that are black or white may as well be blacker or whiter. Each of a few rounds moves
/// them to where rounding takes them (projections onto convex sets; Rosenholtz and Zakhor, "Iterative
/// procedures for reduction of blocking effects in transform image coding", 1992, alternates between such
/// sets in a decoder).
void overshoot(RealBlock& block, const Table& table);

}  // namespace frugal::codec::jpeg
