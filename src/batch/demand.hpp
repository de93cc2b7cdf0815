// How much memory a picture takes while it is worked on, and how it is worked on where there is little.
#pragma once

#include <cstdint>
#include <optional>

#include "batch/options.hpp"
#include "batch/plan.hpp"
#include "codec/codec.hpp"
#include "image/image.hpp"

namespace frugal::batch {

/// Up to this effort nothing is drafted: a picture that would take too much memory at the effort that was
/// asked for is made at this one.
inline constexpr int kSparingEffort = 3;

/// What making all targets of `unit` takes at that effort, in bytes, the process for it included. `header`:
/// of its source, `size`: of its file, in bytes. `sparing`: see Grant; one thread is then granted.
std::uint64_t demand(const Unit& unit, const codec::Header& header, std::uint64_t size,
                     const Options& options, int effort, bool sparing);

/// The effort at which a picture is made, and whether sparingly.
struct Manner {
  int effort = 5;
  bool sparing = false;
};

/// How `unit` is made where the run may take `limit` bytes; nothing where it would take more than that in
/// any manner.
std::optional<Manner> manner_within(std::uint64_t limit, const Unit& unit, const codec::Header& header,
                                    std::uint64_t size, const Options& options);

/// The effort of that manner, from what the cache knows of a picture; nothing where its header must be read.
std::optional<int> effort_within(std::uint64_t limit, const Unit& unit, Size picture, std::uint64_t size,
                                 const Options& options);

}  // namespace frugal::batch
