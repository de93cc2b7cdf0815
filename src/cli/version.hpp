// What `frugal --version` says.
#pragma once

#include <string>
#include <string_view>

namespace frugal::cli {

/// "0.1.0"
std::string_view version_number();

/// The version, one line a format with what this build does with it and the libraries behind it, and how it
/// was built.
std::string version_text();

}  // namespace frugal::cli
