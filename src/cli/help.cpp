#include "cli/help.hpp"

#include <algorithm>
#include <string_view>

#include "cli/docs.hpp"
#include "cli/values.hpp"
#include "cli/version.hpp"

namespace frugal::cli {
namespace {

constexpr std::size_t kTextColumns = 88;  // prose reads better in shorter lines
constexpr std::size_t kIndent = 2;
constexpr std::size_t kDocIndent = 8;

std::string spaces(std::size_t count) {
  return std::string(count, ' ');
}

/// `text` in lines of at most kTextColumns, each indented; an empty line stays one.
std::string wrap(std::string_view text, std::size_t indent) {
  std::string wrapped;
  std::size_t column = 0;
  while (!text.empty()) {
    if (text.starts_with('\n')) {
      wrapped += '\n';
      column = 0;
      text.remove_prefix(1);
      continue;
    }
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    const bool fits = column > 0 && column + 1 + end <= kTextColumns;
    if (column > 0 && !fits) wrapped += '\n';
    const std::string lead = fits ? " " : spaces(indent);
    wrapped += lead;
    wrapped += text.substr(0, end);
    column = (fits ? column : 0) + lead.size() + end;
    text.remove_prefix(std::min(text.size(), end + (text.substr(end).starts_with(' ') ? 1 : 0)));
  }
  return wrapped + "\n";
}

std::size_t names_width(const Command& command) {
  std::size_t width = 0;
  for (const Option& option : command.options()) {
    if (!option.hidden) width = std::max(width, synopsis(option).size());
  }
  return width;
}

bool has_short_default(const Option& option) {
  return !option.default_text.empty() && !option.default_text.contains('{');
}

std::string short_entry(const Option& option, std::size_t width) {
  std::string names = synopsis(option);
  names.resize(width, ' ');
  std::string line = spaces(kIndent) + names + spaces(kIndent) + std::string(option.help);
  if (option.choices && !option.open) line += ": " + join(choices_of(option));
  if (has_short_default(option)) line += " [" + std::string(option.default_text) + "]";
  return line + "\n";
}

std::string long_entry(const Option& option) {
  std::string entry = spaces(kIndent) + synopsis(option) + "\n" + wrap(option.long_help, kDocIndent);
  if (const auto last = facts(option); !last.empty()) entry += "\n" + wrap(last, kDocIndent);
  return entry + "\n";
}

/// The options under their headings, each as `entry` has it.
template <class Entry>
std::string by_group(const Command& command, Entry&& entry, std::string_view between) {
  std::string text;
  for (const Group group : kGroups) {
    std::string entries;
    for (const Option& option : command.options()) {
      if (option.group == group && !option.hidden) entries += entry(option);
    }
    if (!entries.empty()) text += std::string(heading(group)) + ":\n" + entries + std::string(between);
  }
  return text;
}

/// One line a command, its help at column `width` after the indent.
std::string command_list(std::size_t width) {
  std::string text = "Commands (frugal COMMAND -h says more):\n";
  for (const Command& command : commands()) {
    std::string names = std::string(command.name) + " " + std::string(command.operands);
    names.resize(std::max(width, names.size()), ' ');
    text += spaces(kIndent) + names + spaces(kIndent) + std::string(command.help) + "\n";
  }
  return text;
}

std::string exit_statuses() {
  constexpr std::size_t kStatusWidth = 10;
  std::string text = "Exit status:\n";
  for (const auto& [status, meaning] : kExitStatuses) {
    std::string shown(status);
    shown.resize(kStatusWidth, ' ');
    text += spaces(kIndent) + shown + std::string(meaning) + "\n";
  }
  return text + "\n";
}

std::string examples(const Command& command) {
  std::string text = "Examples:\n";
  for (const auto& [purpose, line] : command.examples) {
    text += wrap(purpose, kIndent) + spaces(kDocIndent) + std::string(line) + "\n";
  }
  return text;
}

bool is_main(const Command& command) {
  return command.name.empty();
}

/// What it is and how it is called.
std::string title(const Command& command) {
  std::string summary(command.help);
  summary.front() = static_cast<char>(summary.front() - 'a' + 'A');
  return (is_main(command) ? "frugal " + std::string(version_number()) : invocation(command)) + "\n" +
         summary + ".\n\nusage: " + usage(command) + "\n" +
         (is_main(command) ? "       frugal COMMAND [OPTIONS] ...\n\n" : "\n");
}

}  // namespace

std::string synopsis(const Option& option) {
  std::string text = option.letter ? std::string{'-', option.letter, ',', ' '} : spaces(4);
  text += "--" + std::string(option.name);
  if (!option.flag()) text += " " + std::string(option.value);
  return text;
}

std::string facts(const Option& option) {
  std::string text;
  if (option.choices && !option.open) text = "Choices: " + join(choices_of(option)) + ". ";
  if (!option.default_text.empty()) text += "Default: " + std::string(option.default_text) + ".";
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string short_help(const Command& command) {
  const std::size_t width = names_width(command);
  std::string text = title(command);
  if (is_main(command)) text += command_list(width) + "\n";
  return text + "Defaults stand in [brackets].\n\n" +
         by_group(
             command, [width](const Option& option) { return short_entry(option, width); }, "\n") +
         invocation(command) + " --help says more about each option, and man frugal is the manual page.\n";
}

std::string long_help(const Command& command) {
  std::string text = title(command);
  for (const auto paragraph : command.description) text += wrap(paragraph, 0) + "\n";
  if (is_main(command)) text += command_list(0) + "\n" + wrap(kCommandWord, kIndent) + "\n";
  text += by_group(command, long_entry, "") + "Environment:\n";
  for (const auto paragraph : kEnvironment) text += wrap(paragraph, kIndent) + "\n";
  if (is_main(command)) text += exit_statuses();
  return text + examples(command);
}

}  // namespace frugal::cli
