// Which scans make a picture's file smallest.
#pragma once

#include "codec/jpeg/coefficients.hpp"

namespace frugal::codec::jpeg {

/// The script with the smallest file of those considered: each component's AC coefficients cut at a few
/// frequencies in any way, with Al from 0 to 3, in first scans and refinements alike; DC together or apart.
/// Empty where one sequential scan is smaller still. Every scan is given the best Huffman code, as libjpeg's
/// `optimize_coding` does; none is written. First scans come before refinements, low frequencies before high
/// ones.
///
/// `effort` 1 and 2 take a script that is good for most pictures; 3 to 6 count a sample of a large picture's
/// blocks; from 7 on all blocks count. `threads`: at most so many; never changes the script. Grey or three
/// components of at least one block. Throws std::bad_alloc.
Script best_script(const Coefficients& coefficients, int effort, int threads);

}  // namespace frugal::codec::jpeg
