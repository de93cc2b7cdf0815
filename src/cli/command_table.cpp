#include "cli/command_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/check.hpp"
#include "cli/command_cache.hpp"
#include "cli/command_compare.hpp"
#include "cli/command_explain.hpp"
#include "cli/docs.hpp"

namespace frugal::cli {
namespace {

Result<void> complete_main_job(Request& request, std::vector<std::string> operands) {
  auto& options = std::get<batch::Options>(request);
  options.paths = std::move(operands);
  return check(options);
}

constexpr Command kMainJob{.operands = "PATH...",
                           .help = kSummary,
                           .description = kDescription,
                           .examples = kExamples,
                           .options = options,
                           .request = [] { return Request(batch::Options{}); },
                           .complete = complete_main_job};

}  // namespace

const Command& main_job() {
  return kMainJob;
}

std::span<const Command> commands() {
  static const std::array table{compare_command(), explain_command(), cache_command()};
  return table;
}

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(commands(), name, &Command::name);
  return found == commands().end() ? nullptr : &*found;
}

const Option* find_option(const Command& command, std::string_view name) {
  const auto options = command.options();
  const auto found = std::ranges::find(options, name, &Option::name);
  return found == options.end() ? nullptr : &*found;
}

std::string invocation(const Command& command) {
  return command.name.empty() ? "frugal" : "frugal " + std::string(command.name);
}

std::string usage(const Command& command) {
  return invocation(command) + " [OPTIONS] " + std::string(command.operands);
}

}  // namespace frugal::cli
