#include <string>
#include <vector>

#include "cli/command_table.hpp"
#include "cli/generate.hpp"
#include "cli/values.hpp"

namespace frugal::cli {
namespace {

constexpr std::string_view kHead = R"(# bash completion for frugal
# Made by frugal --generate bash from its table of options: edit that.

)";

/// Hands over to the functions of the commands, which see its variables.
constexpr std::string_view kEntry = R"(_frugal() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} word prefix
  COMPREPLY=()

  # bash parts --name=value into three words.
  if [[ $current == '=' ]]; then
    current=
  elif [[ $previous == '=' ]] && ((COMP_CWORD > 1)); then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi

  # After -- there are only names of files, which readline offers where this offers nothing.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word != -- ]] || return 0
  done

  if ((COMP_CWORD == 1)) && [[ $current != -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$_frugal_commands" -- "$current")
    if ((${#COMPREPLY[@]} > 0)); then
      compopt -o filenames 2>/dev/null
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
    fi
    return 0
  fi

  case ${COMP_WORDS[1]} in
$_frugal_cases    *) _frugal_main ;;
  esac
}

complete -o bashdefault -o default -F _frugal frugal
)";

/// "-f | --format"
std::string pattern(const Option& option) {
  const std::string name = "--" + std::string(option.name);
  return option.letter ? std::string{'-', option.letter} + " | " + name : name;
}

std::string clause(const std::vector<std::string>& patterns, std::string_view body) {
  std::string text = "    ";
  for (std::size_t i = 0; i < patterns.size(); ++i) text += (i > 0 ? " | \\\n      " : "") + patterns[i];
  return text + ")\n" + std::string(body) + "      return 0\n      ;;\n";
}

std::string offer_choices(const Option& option) {
  const std::string words = "'" + join(choices_of(option), " ") + "'";
  if (!option.list) return "      mapfile -t COMPREPLY < <(compgen -W " + words + " -- \"$current\")\n";
  return "      prefix=${current%\"${current##*,}\"}\n"
         "      mapfile -t COMPREPLY < <(compgen -P \"$prefix\" -W " +
         words + " -- \"${current##*,}\")\n";
}

std::vector<std::string> patterns_of(const Command& command, ValueKind kind) {
  std::vector<std::string> patterns;
  for (const Option& option : command.options()) {
    if (!option.flag() && option.kind == kind && !option.hidden) patterns.push_back(pattern(option));
  }
  return patterns;
}

std::string clauses(const Command& command) {
  std::string text;
  for (const Option& option : command.options()) {
    if (option.kind != ValueKind::choices || option.hidden) continue;
    text += clause({pattern(option)}, offer_choices(option));
  }
  const auto add = [&](ValueKind kind, std::string_view body) {
    const auto patterns = patterns_of(command, kind);
    if (!patterns.empty()) text += clause(patterns, body);
  };
  add(ValueKind::file, "");
  add(ValueKind::directory,
      "      compopt -o filenames 2>/dev/null\n"
      "      mapfile -t COMPREPLY < <(compgen -d -- \"$current\")\n");
  add(ValueKind::none, "      compopt +o bashdefault +o default 2>/dev/null\n");
  return text;
}

/// All names in lines of a group each; compgen takes any white space between them.
std::string names(const Command& command) {
  std::string text;
  Group group = command.options().front().group;
  for (const Option& option : command.options()) {
    if (option.hidden) continue;
    if (!text.empty()) text += option.group == group ? ' ' : '\n';
    group = option.group;
    if (option.letter) text += std::string{'-', option.letter, ' '};
    text += "--" + std::string(option.name);
  }
  return text;
}

std::string function_name(const Command& command) {
  return "_frugal_" + std::string(command.name.empty() ? "main" : command.name);
}

/// What stands where no option does.
std::string offer_words(const Command& command) {
  if (command.words.empty()) return {};
  return "  else\n"
         "    compopt +o bashdefault +o default 2>/dev/null\n"
         "    mapfile -t COMPREPLY < <(compgen -W '" +
         join(command.words, " ") + "' -- \"$current\")\n";
}

std::string function(const Command& command) {
  return function_name(command) + "() {\n  case $previous in\n" + clauses(command) +
         "  esac\n\n"
         "  if [[ $current == -* ]]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"" +
         names(command) + "\" -- \"$current\")\n" + offer_words(command) +
         "  fi\n"
         "}\n\n";
}

void replace(std::string& text, std::string_view what, std::string_view with) {
  text.replace(text.find(what), what.size(), with);
}

}  // namespace

std::string generate_bash() {
  std::string functions = function(main_job());
  std::string words;
  std::string cases;
  for (const Command& command : commands()) {
    functions += function(command);
    words += (words.empty() ? "" : " ") + std::string(command.name);
    cases += "    " + std::string(command.name) + ") " + function_name(command) + " ;;\n";
  }
  std::string entry(kEntry);
  replace(entry, "$_frugal_commands", words);
  replace(entry, "$_frugal_cases", cases);
  return std::string(kHead) + functions + entry;
}

}  // namespace frugal::cli
