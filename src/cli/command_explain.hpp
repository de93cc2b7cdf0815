// `frugal explain IMAGE`: its options and words; only command_table.cpp puts the commands together.
#pragma once

#include <string_view>

#include "batch/explain.hpp"
#include "cli/command_table.hpp"

namespace frugal::cli {

Command explain_command();

/// True for the name of a PNG file, by its extension.
bool names_png(std::string_view path);

}  // namespace frugal::cli
