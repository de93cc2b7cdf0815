// Every command, declared once: the parser, the help, the man page and the completions follow.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option_table.hpp"
#include "cli/request.hpp"
#include "util/result.hpp"

namespace frugal::cli {

struct Example {
  std::string_view purpose;
  std::string_view command;
};

struct Command {
  std::string_view name = {};      ///< the first word; empty: the main job, which needs none
  std::string_view operands = {};  ///< what help calls the words that are no options: "REF DIST"
  std::span<const std::string_view> words = {};        ///< what the operand can be; empty: names of files
  std::string_view help = {};                          ///< one line, as an option's
  std::span<const std::string_view> description = {};  ///< paragraphs
  std::span<const Example> examples = {};
  std::span<const Option> (*options)() = nullptr;  ///< in the order of their groups
  Request (*request)() = nullptr;                  ///< its options at their defaults

  /// Takes in the operands, once all options are applied, and checks the whole without looking at any file.
  /// Error: usage.
  Result<void> (*complete)(Request& request, std::vector<std::string> operands) = nullptr;
};

/// What `frugal` does without a command.
const Command& main_job();

/// The commands that have a name, in the order in which help lists them.
std::span<const Command> commands();

/// By name. Null when there is none.
const Command* find_command(std::string_view name);

/// Of one command's options, by long name without dashes. Null when there is none.
const Option* find_option(const Command& command, std::string_view name);

/// "frugal", "frugal compare"
std::string invocation(const Command& command);

/// "frugal compare [OPTIONS] REF DIST"
std::string usage(const Command& command);

}  // namespace frugal::cli
