// The parts of the option table, one file each; only option_table.cpp puts them together.
#pragma once

#include <span>

#include "cli/option_table.hpp"

namespace frugal::cli {

std::span<const Option> input_options();
std::span<const Option> output_options();
std::span<const Option> picture_options();  ///< format, quality and metadata
std::span<const Option> run_options();
std::span<const Option> report_options();
std::span<const Option> help_options();

}  // namespace frugal::cli
