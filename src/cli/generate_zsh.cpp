#include <string>

#include "cli/generate.hpp"
#include "cli/option_table.hpp"
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
std::string exclusions(const Option& option) {
  std::string names;
  for (const Option& other : options()) {
    const bool itself = &other == &option && !option.repeatable;
    if (!itself && !exclude_each_other(option, other)) continue;
    if (other.letter) names += std::string{' ', '-', other.letter};
    names += " --" + std::string(other.name);
  }
  return names.empty() ? "" : "'(" + names.substr(1) + ")'";
}

/// One specification for _arguments: '(-q --quality)'{-q+,--quality=}'[help]:SCORE:(low high)'
std::string specification(const Option& option) {
  const std::string name = "--" + std::string(option.name) + (option.flag() ? "" : "=");
  std::string text = exclusions(option);
  if (option.repeatable) text += "'*'";
  text += option.letter ? std::string{'{', '-', option.letter} + (option.flag() ? "" : "+") + "," + name + "}"
                        : name;
  text += "'[" + escape(option.help) + "]";
  if (!option.flag()) text += ":" + escape(option.value) + ":" + action(option);
  return text + "'";
}

}  // namespace

std::string generate_zsh() {
  std::string text =
      "#compdef frugal\n# Made by frugal --generate zsh from its table of options: edit that.\n\n"
      "_arguments -s -S \\\n";
  for (const Option& option : options()) {
    if (!option.hidden) text += "  " + specification(option) + " \\\n";
  }
  return text + "  '*:image or directory:_files'\n";
}

}  // namespace frugal::cli
