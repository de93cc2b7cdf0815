// The options that were given, each with where it came from.
#pragma once

#include <string>
#include <vector>

#include "cli/command_table.hpp"
#include "cli/option_table.hpp"
#include "cli/parse.hpp"
#include "cli/request.hpp"
#include "util/result.hpp"

namespace frugal::cli {

struct Given {
  const Option* option = nullptr;
  std::string value;  ///< "true" for a flag that stands alone
  bool from_environment = false;

  /// "--quality", or "FRUGAL_QUALITY" for one from the environment.
  std::string name() const;
};

/// Adds the options of `command` that FRUGAL_* variables set, where `given` (the command line's) does not
/// displace them. An empty variable counts as not set.
void add_environment(const Command& command, std::vector<Given>& given, const Environment& environment);

/// Error: usage, for two options of which one excludes the other. A flag given as false excludes nothing.
Result<void> check_exclusions(const std::vector<Given>& given);

/// Reads every value into `request`. Error: usage, naming the option or the variable.
Result<void> apply_all(const std::vector<Given>& given, Request& request);

}  // namespace frugal::cli
