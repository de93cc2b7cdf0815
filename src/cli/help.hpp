// What -h and --help say, made from the tables of commands and options.
#pragma once

#include <string>

#include "cli/command_table.hpp"

namespace frugal::cli {

/// Columns that no line of help exceeds.
inline constexpr std::size_t kHelpColumns = 100;

/// One line an option, and for the main job one line a command.
std::string short_help(const Command& command);

/// All that the manual page says of each option.
std::string long_help(const Command& command);

/// "-q, --quality SCORE"
std::string synopsis(const Option& option);

/// The default and the choices, as a last paragraph after the long help: "One of never, changed, always;
/// changed by default." Empty when there are neither.
std::string facts(const Option& option);

}  // namespace frugal::cli
