// `frugal compare REF DIST`: its options and words; only command_table.cpp puts the commands together.
#pragma once

#include <span>
#include <string_view>

#include "batch/compare.hpp"
#include "cli/command_table.hpp"

namespace frugal::cli {

Command compare_command();

/// "ssimulacra2", "psnr", "ms-ssim"
std::string_view name_of(batch::Metric metric);

}  // namespace frugal::cli
