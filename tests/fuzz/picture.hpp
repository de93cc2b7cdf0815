// What the harnesses of all formats share: how a file is read, and how seeds are made.
#pragma once

#include <stdexcept>
#include <utility>
#include <vector>

#include "codec/codec.hpp"
#include "fuzz/harness.hpp"
#include "image/metadata.hpp"
#include "pictures/pictures.hpp"

namespace frugal::fuzz {

/// What every picture is held to: few enough pixels for thousands of them.
inline constexpr codec::Limits kLimits{.max_pixels = 1 << 18};

/// Reads a file as the program does: tells its format, reads header and picture, turns it upright, filters
/// its metadata, and looks up what its colours mean.
Outcome read_picture(codec::Format format, ByteView file);

/// A file that frugal's own encoder makes of a synthetic picture.
Bytes encoded(codec::Format format, const pictures::Spec& spec, codec::EncodeParams params = {},
              Metadata metadata = {});

/// Some of everything.
Metadata full_metadata();

/// Adds the bombs of that format: valid in their way, and of shapes that no encoder here makes.
void add_bombs(codec::Format format, std::vector<Bytes>& seeds);

/// The value, or std::runtime_error.
template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

}  // namespace frugal::fuzz
