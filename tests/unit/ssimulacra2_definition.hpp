// SSIMULACRA2 2.1 straight from its definition, in double precision: what the program's own is held against.
#pragma once

#include <vector>

#include "image/image.hpp"

namespace frugal::metric {

/// The norms of the maps by channel, scale and cell, in the order of the weights. Both are sRGB with 8 bits;
/// where there is alpha they are laid over a grey of the coded value `background`.
std::vector<double> defined_norms(const Image& reference, const Image& distorted, double background);

/// Of the sum of all weighted norms.
double defined_score_of_sum(double sum);

/// Of the whole picture; where there is alpha, the lower of the two backgrounds' scores.
double defined_score(const Image& reference, const Image& distorted);

}  // namespace frugal::metric
