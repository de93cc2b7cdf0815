// Standard output and standard error.
#pragma once

#include <string>

namespace frugal::cli {

/// Exit statuses.
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kNoInput = 3;

/// A line on standard error.
void say(const std::string& line);

/// Text on standard output. False, after saying so, where it cannot be written.
bool print(const std::string& text);

}  // namespace frugal::cli
