// From the command line and the environment to typed options, or to a text to print.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "cli/request.hpp"
#include "util/result.hpp"

namespace frugal::cli {

/// The value of an environment variable; empty when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// What the command line asks for: work, or a text on standard output.
using Parsed = std::variant<Request, std::string>;

/// Reads `arguments` (argv without the program's name; the first may be a command) over the defaults that
/// FRUGAL_* variables set: an option on the command line displaces its own variable and those of options that
/// it excludes.
///
/// Touches no file. Error: usage, one line that names the option or the variable.
Result<Parsed> parse(std::span<const char* const> arguments, const Environment& environment);

}  // namespace frugal::cli
