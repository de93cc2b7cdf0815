#include <string>
#include <vector>

#include "cli/generate.hpp"
#include "cli/option_table.hpp"
#include "cli/values.hpp"

namespace frugal::cli {
namespace {

constexpr std::string_view kHead = R"(# bash completion for frugal
# Made by frugal --generate bash from its table of options: edit that.

_frugal() {
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

  case $previous in
)";

constexpr std::string_view kTail = R"(  esac

  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$_frugal_options" -- "$current")
  fi
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

std::vector<std::string> patterns_of(ValueKind kind) {
  std::vector<std::string> patterns;
  for (const Option& option : options()) {
    if (!option.flag() && option.kind == kind && !option.hidden) patterns.push_back(pattern(option));
  }
  return patterns;
}

std::string clauses() {
  std::string text;
  for (const Option& option : options()) {
    if (option.kind != ValueKind::choices || option.hidden) continue;
    text += clause({pattern(option)}, offer_choices(option));
  }
  text += clause(patterns_of(ValueKind::file), "");
  text += clause(patterns_of(ValueKind::directory),
                 "      compopt -o filenames 2>/dev/null\n"
                 "      mapfile -t COMPREPLY < <(compgen -d -- \"$current\")\n");
  text += clause(patterns_of(ValueKind::none), "      compopt +o bashdefault +o default 2>/dev/null\n");
  return text;
}

/// All names in lines of a group each; compgen takes any white space between them.
std::string names() {
  std::string text;
  for (const Group group : kGroups) {
    for (const Option& option : options()) {
      if (option.hidden || option.group != group) continue;
      if (option.letter) text += std::string{'-', option.letter, ' '};
      text += "--" + std::string(option.name) + " ";
    }
    text.back() = '\n';
  }
  text.pop_back();
  return text;
}

}  // namespace

std::string generate_bash() {
  std::string text(kHead);
  text += clauses();
  std::string tail(kTail);
  constexpr std::string_view kNames = "$_frugal_options";
  tail.replace(tail.find(kNames), kNames.size(), names());
  return text + tail;
}

}  // namespace frugal::cli
