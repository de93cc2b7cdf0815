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

std::size_t names_width() {
  std::size_t width = 0;
  for (const Option& option : options()) {
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

template <class Entry>
std::string by_group(Entry&& entry, std::string_view between) {
  std::string text;
  for (const Group group : kGroups) {
    text += std::string(heading(group)) + ":\n";
    for (const Option& option : options()) {
      if (option.group == group && !option.hidden) text += entry(option);
    }
    text += between;
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

std::string examples() {
  std::string text = "Examples:\n";
  for (const auto& [purpose, command] : kExamples) {
    text += wrap(purpose, kIndent) + spaces(kDocIndent) + std::string(command) + "\n";
  }
  return text;
}

std::string title() {
  std::string summary(kSummary);
  summary.front() = static_cast<char>(summary.front() - 'a' + 'A');
  return "frugal " + std::string(version_number()) + "\n" + summary + ".\n\n";
}

}  // namespace

std::string usage_line() {
  return "usage: " + std::string(kSynopsis);
}

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

std::string short_help() {
  const std::size_t width = names_width();
  return title() + usage_line() + "\n\nDefaults stand in [brackets].\n\n" +
         by_group([width](const Option& option) { return short_entry(option, width); }, "\n") +
         "frugal --help says more about each option, and man frugal is the manual page.\n";
}

std::string long_help() {
  std::string text = title() + usage_line() + "\n\n";
  for (const auto paragraph : kDescription) text += wrap(paragraph, 0) + "\n";
  text += by_group(long_entry, "");
  text += "Environment:\n";
  for (const auto paragraph : kEnvironment) text += wrap(paragraph, kIndent) + "\n";
  return text + exit_statuses() + examples();
}

}  // namespace frugal::cli
