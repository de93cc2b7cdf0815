#include <string>

#include "cli/command_table.hpp"
#include "cli/generate.hpp"
#include "cli/values.hpp"

namespace frugal::cli {
namespace {

/// Text within a description of _arguments, which stands in single quotes.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\'') {
      escaped += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string action(const Option& option) {
  if (option.list) return "_values -s , " + escape(option.value) + " " + join(choices_of(option), " ");
  switch (option.kind) {
    case ValueKind::choices:
      return "(" + join(choices_of(option), " ") + ")";
    case ValueKind::file:
      return "_files";
    case ValueKind::directory:
      return "_files -/";
    case ValueKind::none:
      return " ";
  }
  return {};
}

/// The options that may no longer follow this one: itself and those it excludes.
std::string exclusions(const Command& command, const Option& option) {
  std::string names;
  for (const Option& other : command.options()) {
    const bool itself = &other == &option && !option.repeatable;
    if (!itself && !exclude_each_other(option, other)) continue;
    if (other.letter) names += std::string{' ', '-', other.letter};
    names += " --" + std::string(other.name);
  }
  return names.empty() ? "" : "'(" + names.substr(1) + ")'";
}

/// One specification for _arguments: '(-q --quality)'{-q+,--quality=}'[help]:SCORE:(low high)'
std::string specification(const Command& command, const Option& option) {
  const std::string name = "--" + std::string(option.name) + (option.flag() ? "" : "=");
  std::string text = exclusions(command, option);
  if (option.repeatable) text += "'*'";
  text += option.letter ? std::string{'{', '-', option.letter} + (option.flag() ? "" : "+") + "," + name + "}"
                        : name;
  text += "'[" + escape(option.help) + "]";
  if (!option.flag()) text += ":" + escape(option.value) + ":" + action(option);
  return text + "'";
}

/// The call that completes the words of one command.
std::string arguments(const Command& command, const std::string& indent) {
  std::string text = indent + "_arguments -s -S \\\n";
  for (const Option& option : command.options()) {
    if (!option.hidden) text += indent + "  " + specification(command, option) + " \\\n";
  }
  if (command.words.empty()) return text + indent + "  '*:" + escape(command.operands) + ":_files'\n";
  return text + indent + "  '1:" + escape(command.operands) + ":(" + join(command.words, " ") + ")'\n";
}

/// The first word is a command or what the main job takes.
constexpr std::string_view kFirstWord = R"(if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
  local ret=1
  _describe -t commands command frugal_commands && ret=0
  _files && ret=0
  return ret
fi

)";

}  // namespace

std::string generate_zsh() {
  std::string text =
      "#compdef frugal\n# Made by frugal --generate zsh from its table of options: edit that.\n\n"
      "local -a frugal_commands=(\n";
  for (const Command& command : commands()) {
    text += "  '" + std::string(command.name) + ":" + escape(command.help) + "'\n";
  }
  text += ")\n" + std::string(kFirstWord) + "case $words[2] in\n";
  for (const Command& command : commands()) {
    text += "  " + std::string(command.name) + ")\n    shift words\n    (( CURRENT-- ))\n" +
            arguments(command, "    ") + "    return\n    ;;\n";
  }
  return text + "esac\n\n" + arguments(main_job(), "");
}

}  // namespace frugal::cli
