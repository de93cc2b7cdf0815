// The manual page and the shells' completions, made from the option table.
#pragma once

#include <string>
#include <string_view>

#include "util/result.hpp"

namespace frugal::cli {

std::string generate_man();   ///< roff, man(7) macros
std::string generate_bash();  ///< for bash 4.4 or later
std::string generate_zsh();
std::string generate_fish();

/// One of them by the name that --generate takes: "man", "bash", "zsh", "fish". Error: usage.
Result<std::string> generate(std::string_view what);

}  // namespace frugal::cli
