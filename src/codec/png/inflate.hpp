// Faster inflating for PNG.
#pragma once

#include <optional>
#include <string>

#include "util/bytes.hpp"
#include "util/memory.hpp"

namespace frugal::codec::png {

/// A PNG file in memory.
struct StoredPng {
  Memory<std::uint8_t> bytes;
  std::size_t size = 0;
  ByteView view() const { return {bytes.get(), size}; }
};

/// The same PNG with its pixel data inflated by libdeflate, which takes a third of zlib's time, and stored
/// without compression: libpng then has only to undo the filters. All checksums of `file` were right; the CRC
/// of its one IDAT chunk is not filled in, so that it need not be computed for nothing. Empty for what is
/// left to libpng: interlaced, damaged or very large files, and where memory is refused.
///
/// Codes that deflate leaves undefined are damage to zlib, but have a meaning for libdeflate: where the
/// checksums are right, the picture is taken.
std::optional<StoredPng> inflated(ByteView file);

/// True where the pixel data inflate to more than twice what the picture takes, small ones aside: libpng,
/// which overlooks what is too much, would inflate all of it. For files that `inflated` leaves to libpng.
bool overflows(ByteView file);

/// To so many times its size deflate inflates data at the most: 258 bytes for two bits.
inline constexpr std::size_t kMostInflation = 1032;

/// What a zlib stream inflates to: nothing where it is damaged, or memory is refused. None when it would be
/// more than `most` bytes.
std::optional<Bytes> inflated_stream(ByteView zlib, std::size_t most);

/// As in "libdeflate 1.14": what this was built with, for the library does not tell its version at run time.
std::string inflate_library();

}  // namespace frugal::codec::png
