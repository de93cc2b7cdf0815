// What the options ask of one output of one source: they speak of shares and defaults, encoding takes
// numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "batch/options.hpp"
#include "batch/plan.hpp"
#include "batch/transcode.hpp"
#include "codec/codec.hpp"

namespace frugal::batch {

/// For a source of `size` bytes.
Settings settings_of(const Options& options, const Target& target, std::uint64_t size);

/// From so many bytes on a result is of no use, for a source of `size` bytes in the format `from`; nothing
/// where every size is.
std::optional<std::uint64_t> useless_from(const Options& options, const Target& target, std::uint64_t size,
                                          const codec::Codec& from);

/// True when the source of `size` bytes itself is as good a result as there can be: it may stay, is not too
/// large, and nobody wants it smaller than that.
bool fits_as_it_is(const Options& options, const Target& target, std::uint64_t size);

/// True when --max-size rules out the source's own bytes as the result.
bool too_large(const Options& options, std::uint64_t size);

/// The formats that the output may have. Where memory is scarcest, those that take much are no choice beside
/// others.
std::vector<const codec::Codec*> codecs_of(const Target& target, codec::Room room);

/// Tells in a cache key which formats those are.
std::string tag_of(const Target& target);

/// The candidate in the source's own format: where the source's bytes go when they are the result. The target
/// itself where its format is no choice, or there is no such candidate.
const Target& home_of(const Target& target);

/// What `target` would be for its own output, of the format `codec`, as a source.
Target met_again(const Target& target, const codec::Codec& codec);

/// True when the source's own bytes are a valid result.
bool may_stay(const Target& target);

}  // namespace frugal::batch
