// Guesses what a mistyped word was meant to be.
#pragma once

#include <span>
#include <string_view>

namespace frugal::cli {

/// The one of `candidates` that `word` was probably meant to be: the only one that starts with it, or else
/// the one at the least edit distance (insertions, deletions, replacements and swaps of neighbours: the
/// optimal string alignment distance), if that is at most a third of the word's length. Empty when none is
/// near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace frugal::cli
