// Faster inflating for PNG.
#pragma once

#include <optional>
#include <string>

#include "util/bytes.hpp"
#include "util/memory.hpp"

namespace frugal::codec {

/// A PNG file in memory.
struct StoredPng {
  Memory<std::uint8_t> bytes;
  std::size_t size = 0;
  ByteView view() const { return {bytes.get(), size}; }
};

/// The same PNG with its pixel data inflated by libdeflate, which takes a third of zlib's time, and stored
/// without compression: libpng then has only to undo the filters. All checksums of `file` were right; those
/// of its IDAT chunk are not filled in, so that they need not be computed for nothing. Empty for what is left
/// to libpng: interlaced, damaged or very large files.
std::optional<StoredPng> inflated(ByteView file);

/// As in "libdeflate 1.14": what this was built with, for the library does not tell its version at run time.
std::string inflate_library();

}  // namespace frugal::codec
