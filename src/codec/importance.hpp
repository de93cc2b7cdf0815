// From where errors matter to what a video coder can be told of it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "codec/codec.hpp"

namespace frugal::codec {

/// How often the importance of each block of `block` × `block` pixels (a multiple of 8) doubles that of a
/// picture of `size` on the whole, row by row; their mean is 0. `shares`: how much of it is that of luma and
/// of each colour difference, where they share one quantizer; they add up to 1.
std::vector<float> doublings(const Importance& importance, Size size, std::uint32_t block,
                             const std::array<double, 3>& shares);

/// Subtracts their mean from `values`.
void subtract_mean(std::vector<float>& values);

}  // namespace frugal::codec
