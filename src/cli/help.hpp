// What `frugal -h` and `frugal --help` say, made from the option table.
#pragma once

#include <string>

#include "cli/option_table.hpp"

namespace frugal::cli {

/// Columns that no line of help exceeds.
inline constexpr std::size_t kHelpColumns = 100;

/// "usage: frugal [OPTIONS] PATH..."
std::string usage_line();

/// One line an option.
std::string short_help();

/// All that the manual page says of each option.
std::string long_help();

/// "-q, --quality SCORE"
std::string synopsis(const Option& option);

/// The default and the choices, as a last paragraph after the long help: "One of never, changed, always;
/// changed by default." Empty when there are neither.
std::string facts(const Option& option);

}  // namespace frugal::cli
