// `frugal cache ACTION`: its options and words; only command_table.cpp puts the commands together.
#pragma once

#include "cli/command_table.hpp"

namespace frugal::cli {

Command cache_command();

}  // namespace frugal::cli
