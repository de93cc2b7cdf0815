#include <string>

#include "cli/generate.hpp"
#include "cli/option_table.hpp"
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

}  // namespace

std::string generate_fish() {
  std::string text =
      "# fish completion for frugal\n# Made by frugal --generate fish from its table of options: edit "
      "that.\n\n";
  for (const Option& option : options()) {
    if (option.hidden) continue;
    text += "complete -c frugal";
    if (option.letter) text += std::string(" -s ") + option.letter;
    text += " -l " + std::string(option.name) + value(option) + " -d " + quote(option.help) + "\n";
  }
  return text;
}

}  // namespace frugal::cli
