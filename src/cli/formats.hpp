// The value of --format: a list of the formats that this build writes, and keep; or auto.
#pragma once

#include <span>
#include <string_view>

#include "batch/options.hpp"
#include "util/result.hpp"

namespace frugal::cli {

/// "keep", "auto" and the names of all codecs that can encode, in the order of codec::all().
std::span<const std::string_view> format_choices();

/// Reads "keep" or "avif,webp" into options.formats, or "auto". Error: usage, for an unknown name, one given
/// twice, or auto among others.
Result<void> set_formats(batch::Options& options, std::string_view value);

}  // namespace frugal::cli
