// What the scans of DC coefficients would cost in a file.
#pragma once

#include <cstdint>

#include "codec/jpeg/coefficients.hpp"
#include "codec/jpeg/huffman_cost.hpp"

namespace frugal::codec::jpeg {

/// Blocks that a scan codes of a component, on its own or interleaved with others: those that fill up an MCU
/// are coded in the latter only (T.81, A.2).
std::uint64_t coded_blocks(const Coefficients& coefficients, int component, bool interleaved);

/// Symbols for the differences of a component's DC coefficients, without their `low` lowest bits, in the
/// order of such a scan.
SymbolHistogram dc_symbols(const Coefficients& coefficients, int component, bool interleaved, int low);

/// Bytes of a first scan (T.81, G.1.2.1), with header and tables: one for Y, one for Cb and Cr.
std::uint64_t dc_first_bytes(const Coefficients& coefficients, const Scan& scan);

/// Bytes of a refinement scan: a bit for each block.
std::uint64_t dc_refine_bytes(const Coefficients& coefficients, const Scan& scan);

}  // namespace frugal::codec::jpeg
