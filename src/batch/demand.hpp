// How much memory a picture takes while it is worked on, and how it is worked on where there is little.
#pragma once

#include <array>
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

/// How a picture is made.
struct Manner {
  int effort = 5;
  codec::Room room = codec::Room::ample;
  friend bool operator==(const Manner&, const Manner&) = default;

  /// One thread is then granted.
  bool sparing() const { return room != codec::Room::ample; }
};

/// As the options ask for it.
Manner asked(const Options& options);

/// The options by which a picture is made in that manner.
Options in_manner(Options options, const Manner& manner);

/// The manners in which a picture may come to be made, that which is asked for first; none takes more
/// memory than the one before.
std::array<Manner, 3> manners(const Options& options);

/// What making all targets of `unit` takes in that manner, in bytes, the process for it included. `header`:
/// of its source, `size`: of its file, in bytes.
std::uint64_t demand(const Unit& unit, const codec::Header& header, std::uint64_t size,
                     const Options& options, const Manner& manner);

/// How `unit` is made where the run may take `limit` bytes; nothing where it would take more than that in
/// any manner.
std::optional<Manner> manner_within(std::uint64_t limit, const Unit& unit, const codec::Header& header,
                                    std::uint64_t size, const Options& options);

/// The same from what the cache knows of a picture; nothing where its header must be read.
std::optional<Manner> manner_within(std::uint64_t limit, const Unit& unit, Size picture, std::uint64_t size,
                                    const Options& options);

}  // namespace frugal::batch
