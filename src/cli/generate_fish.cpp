#include <string>

#include "cli/command_table.hpp"
#include "cli/generate.hpp"
#include "cli/values.hpp"

namespace frugal::cli {
namespace {

std::string quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

/// What is offered as a value: -x takes one and offers no files, -r takes one and offers files.
std::string value(const Option& option) {
  if (option.flag()) return {};
  const std::string words = join(choices_of(option), " ");
  if (option.list)
    return " -x -a " + quote("(__fish_complete_list , 'string split \" \" \"" + words + "\"')");
  switch (option.kind) {
    case ValueKind::none:
      return " -x";
    case ValueKind::file:
      return " -r -F";
    case ValueKind::directory:
      return " -x -a '(__fish_complete_directories)'";
    case ValueKind::choices:
      return " -x -a " + quote(words);
  }
  return {};
}

/// True where the words before the cursor begin with the command $argv[1] or, without one, with none.
constexpr std::string_view kRuns = R"(function __frugal_runs
    set -l words (commandline -opc)
    set -l first
    contains -- "$words[2]" $__frugal_commands; and set first $words[2]
    test "$first" = "$argv[1]"
end

)";

std::string completions(const Command& command) {
  const std::string name(command.name);
  std::string text;
  if (!command.words.empty()) {
    text += "complete -c frugal -n " + quote("__frugal_runs " + name) + " -f -a " +
            quote(join(command.words, " ")) + "\n";
  }
  for (const Option& option : command.options()) {
    if (option.hidden) continue;
    text += "complete -c frugal -n " + quote(name.empty() ? "__frugal_runs" : "__frugal_runs " + name);
    if (option.letter) text += std::string(" -s ") + option.letter;
    text += " -l " + std::string(option.name) + value(option) + " -d " + quote(option.help) + "\n";
  }
  return text;
}

}  // namespace

std::string generate_fish() {
  std::string text =
      "# fish completion for frugal\n# Made by frugal --generate fish from its table of options: edit "
      "that.\n\nset -g __frugal_commands";
  for (const Command& command : commands()) text += " " + std::string(command.name);
  text += "\n\n" + std::string(kRuns);
  for (const Command& command : commands()) {
    text += "complete -c frugal -n 'test (count (commandline -opc)) -eq 1' -a " + std::string(command.name) +
            " -d " + quote(command.help) + "\n";
  }
  text += "\n" + completions(main_job());
  for (const Command& command : commands()) text += "\n" + completions(command);
  return text;
}

}  // namespace frugal::cli
