// A TIFF's directories, looked over before libtiff reads them.
#pragma once

#include "codec/codec.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::tiff {

/// So many directories are looked at; who asks for more of a file only wants to know that there are many.
inline constexpr int kMostDirectories = 1000;

/// Adds up what the directories say that their values take: libtiff reads and keeps each of them, however
/// often the same bytes are named. Whatever lies outside the file is left to libtiff to find. Errors: limit
/// (the ICC profile, XMP), damaged (a directory that names more bytes than the file has, or directories that
/// go in a circle).
Result<void> survey(ByteView file, const Limits& limits);

}  // namespace frugal::codec::tiff
