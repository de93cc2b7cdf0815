// Output names: templates, suffixes, extensions.
#pragma once

#include <string>
#include <string_view>

#include "batch/options.hpp"
#include "batch/plan.hpp"
#include "batch/scan.hpp"

namespace frugal::batch {

/// True when the template asks for {width} or {height}, which only the file's header tells.
bool wants_size(std::string_view name_template);

/// Where the output of `source` as `format` goes: the template (or {dir}/{stem}.{ext}) filled in,
/// below the output directory or, without one, below the source's own tree. Where the format stays so does
/// the extension. Errors: usage (unknown placeholder, a path that leaves the directory), those of `size_of`.
Result<std::string> output_path(const Source& source, codec::Format format, const Options& options,
                                const SizeOf& size_of);

}  // namespace frugal::batch
