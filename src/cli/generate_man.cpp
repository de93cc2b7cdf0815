#include <algorithm>
#include <cctype>

#include "cli/command_table.hpp"
#include "cli/docs.hpp"
#include "cli/generate.hpp"
#include "cli/help.hpp"
#include "cli/option_table.hpp"
#include "cli/version.hpp"

namespace frugal::cli {
namespace {

constexpr std::size_t kColumns = 80;

/// Of the release: the page must not change with the clock.
constexpr std::string_view kDate = "2026-11-21";

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '-';
}

/// Characters that roff would read as commands or turn into typographic ones.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '\\':
        escaped += "\\e";
        break;
      case '-':
        escaped += "\\-";
        break;
      case '\'':
        escaped += "\\(aq";
        break;
      case '~':
        escaped += "\\(ti";
        break;
      case '^':
        escaped += "\\(ha";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string bold(std::string_view text) {
  return "\\fB" + escape(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escape(text) + "\\fR";
}

/// The length of an option's name ("--max-pixels", "-0") at `at`; 0 when there is none.
std::size_t option_length(std::string_view text, std::size_t at) {
  if (text[at] != '-' || (at > 0 && text[at - 1] != ' ' && text[at - 1] != '(')) return 0;
  const auto rest = text.substr(at);
  const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_name_char) - rest.begin());
  return end > 1 ? end : 0;
}

/// Sentences, with the names of options in bold.
std::string prose(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = option_length(text, at);
    out += length > 0 ? bold(text.substr(at, length)) : escape(text.substr(at, 1));
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

/// Text in lines of roff: a new one for each sentence and at 80 columns, as mandoc -Tlint wants them. A line
/// that starts with a dot would be a command.
std::string lines(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const bool breaks = column == 0 || out.ends_with('.') || column + 1 + word.size() > kColumns;
    if (column > 0) out += breaks ? '\n' : ' ';
    column = (breaks ? 0 : column + 1) + word.size();
    if (breaks && word.starts_with('.')) out += "\\&";
    out += word;
  }
  return out + "\n";
}

std::string section(std::string_view name) {
  return ".SH " + std::string(name) + "\n";
}

std::string paragraphs(std::string_view text, std::string_view between) {
  std::string out;
  while (true) {
    const auto end = text.find("\n\n");
    out += lines(prose(text.substr(0, end)));
    if (end == std::string_view::npos) return out;
    out += between;
    text.remove_prefix(end + 2);
  }
}

std::string entry(const Option& option) {
  std::string names = option.letter ? bold(std::string{'-', option.letter}) + ", " : "";
  names += bold("--" + std::string(option.name));
  if (!option.flag()) names += " " + italic(option.value);
  std::string text = ".TP\n" + lines(names) + paragraphs(option.long_help, ".IP\n");
  if (const auto last = facts(option); !last.empty()) text += ".IP\n" + lines(prose(last));
  return text;
}

std::string option_sections() {
  std::string text = section("OPTIONS");
  for (const Group group : kGroups) {
    text += ".SS " + std::string(heading(group)) + "\n";
    for (const Option& option : options()) {
      if (option.group == group && !option.hidden) text += entry(option);
    }
  }
  return text;
}

/// "[OPTIONS] REF DIST", what stands for something else in italics.
std::string call(const Command& command) {
  std::string operands(command.operands);
  std::string dots;
  if (operands.ends_with("...")) {
    dots = "...";
    operands.resize(operands.size() - dots.size());
  }
  return bold(invocation(command)) + " [" + italic("OPTIONS") + "] " + italic(operands) + dots;
}

std::string description(const Command& command) {
  std::string text;
  for (const auto paragraph : command.description) {
    text += (text.empty() ? "" : ".PP\n") + lines(prose(paragraph));
  }
  return text;
}

std::string commands_section() {
  std::string text = section("COMMANDS") + lines(prose(kCommandWord));
  for (const Command& command : commands()) {
    text += ".SS " + call(command) + "\n" + description(command);
    for (const Option& option : command.options()) {
      if (!option.hidden) text += entry(option);
    }
  }
  return text;
}

std::string exit_status_section() {
  std::string text = section("EXIT STATUS");
  for (const auto& [status, meaning] : kExitStatuses) {
    text += ".TP\n" + lines(bold(status)) + lines(prose(meaning));
  }
  return text;
}

std::string environment_section() {
  std::string text = section("ENVIRONMENT");
  text += ".TP\n" + lines(bold("FRUGAL_") + italic("NAME"));
  for (const auto paragraph : kEnvironment) text += lines(prose(paragraph));
  text += ".TP\n" + lines(bold("NO_COLOR")) + lines("When it is set and not empty, messages have no colour.");
  text +=
      ".TP\n" + lines(bold("XDG_CACHE_HOME")) + lines("The directory that holds the cache\\(aqs directory.");
  return text;
}

std::string files_section() {
  return section("FILES") + ".TP\n" + lines(italic("~/.cache/frugal")) +
         lines(prose(
             "The cache of finished work, or $XDG_CACHE_HOME/frugal where that variable is set. It can be "
             "deleted at any time: work is then done again, and nothing else is lost. frugal cache looks "
             "after it."));
}

std::string examples(const Command& command) {
  std::string text;
  for (const auto& [purpose, line] : command.examples) {
    text += ".PP\n" + lines(prose(purpose)) + ".PP\n.RS 4\n.nf\n" + escape(line) + "\n.fi\n.RE\n";
  }
  return text;
}

std::string examples_section() {
  std::string text = examples(main_job());
  for (const Command& command : commands()) text += examples(command);
  return section("EXAMPLES") + text.substr(text.find('\n') + 1);  // the first needs no .PP
}

}  // namespace

std::string generate_man() {
  std::string text = ".\\\" Made by frugal --generate man from its table of options: edit that.\n";
  text += ".TH FRUGAL 1 " + std::string(kDate) + " \"frugal " + std::string(version_number()) + "\"\n";
  text += section("NAME") + "frugal \\- " + lines(escape(kSummary));
  text += section("SYNOPSIS") + lines(call(main_job()));
  for (const Command& command : commands()) text += ".br\n" + lines(call(command));
  text += section("DESCRIPTION") + description(main_job());
  return text + option_sections() + commands_section() + exit_status_section() + environment_section() +
         files_section() + examples_section();
}

}  // namespace frugal::cli
