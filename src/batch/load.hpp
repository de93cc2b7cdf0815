// A picture's file in memory.
#pragma once

#include <cstdint>
#include <string>

#include "cache/store.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::batch {

struct Loaded {
  Bytes bytes;
  cache::FileIdentity identity;  ///< of the file when it was opened
};

/// Reads the regular file at `path`, unless it is larger than any sane picture of `max_pixels` pixels.
/// Errors: missing, io, limit.
Result<Loaded> load(const std::string& path, std::uint64_t max_pixels);

}  // namespace frugal::batch
