#include "util/glob.hpp"

#include <fnmatch.h>

#include <algorithm>

namespace frugal {

bool glob_matches(const std::string& pattern, std::string_view relative) {
  const bool whole = pattern.find('/') != std::string::npos;
  const std::string subject(whole ? relative : relative.substr(relative.rfind('/') + 1));
  return ::fnmatch(pattern.c_str(), subject.c_str(), 0) == 0;
}

bool any_glob_matches(const std::vector<std::string>& patterns, std::string_view relative) {
  return std::ranges::any_of(patterns, [&](const std::string& p) { return glob_matches(p, relative); });
}

}  // namespace frugal
