// Shell patterns for --include and --exclude.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace frugal {

/// True when `relative` (a path below a tree's root) matches `pattern` (fnmatch(3)). A pattern with a slash
/// is held against the whole path, where `*` also spans slashes; one without against the last name alone.
bool glob_matches(const std::string& pattern, std::string_view relative);

/// True when any of the patterns matches.
bool any_glob_matches(const std::vector<std::string>& patterns, std::string_view relative);

}  // namespace frugal
