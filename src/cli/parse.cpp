#include "cli/parse.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command_table.hpp"
#include "cli/generate.hpp"
#include "cli/given.hpp"
#include "cli/help.hpp"
#include "cli/nearest.hpp"
#include "cli/version.hpp"

namespace frugal::cli {
namespace {

/// The command line, taken apart but not yet read.
struct CommandLine {
  std::vector<Given> given;
  std::vector<std::string> operands;
  bool short_help = false;  ///< -h, not --help
};

std::string flag_names(const Option& option) {
  std::string names = "--" + std::string(option.name);
  if (option.letter != 0) names = std::string{'-', option.letter} + "," + names;
  return names;
}

CLI::Option* declare(CLI::App& app, const Option& option) {
  if (option.flag()) return app.add_flag(flag_names(option));
  auto* declared = app.add_option(flag_names(option));
  // CLI11 must neither join, split nor count values: the table's own readers do.
  return declared->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
}

/// CLI11 takes "--suffix=" for an option whose value comes next; two words say what is meant.
std::vector<std::string> split_empty_values(const Command& command, std::span<const char* const> arguments) {
  std::vector<std::string> words;
  bool options_ended = false;
  for (const std::string_view word : arguments) {
    options_ended = options_ended || word == "--";
    const bool assigns_nothing = !options_ended && word.starts_with("--") && word.ends_with('=');
    const Option* option = assigns_nothing ? find_option(command, word.substr(2, word.size() - 3)) : nullptr;
    if (option && !option->flag()) {
      words.emplace_back(word.substr(0, word.size() - 1));
      words.emplace_back();
    } else {
      words.emplace_back(word);
    }
  }
  return words;
}

std::unexpected<Error> unknown_option(const Command& command, std::string_view word) {
  const auto name = word.substr(0, word.find('='));
  std::vector<std::string_view> names;
  for (const Option& option : command.options()) {
    if (!option.hidden) names.push_back(option.name);
  }
  const auto meant = name.starts_with("--") ? nearest(name.substr(2), names) : std::string_view{};
  const std::string way_out = meant.empty() ? "; " + invocation(command) + " -h lists the options"
                                            : "; did you mean --" + std::string(meant) + "?";
  return fail(ErrorKind::usage, "unknown option " + std::string(name) + way_out);
}

/// Of the words that are no known option: those before "--" that look like one are unknown, the rest are
/// operands.
Result<std::vector<std::string>> operands_of(const Command& command, const std::vector<std::string>& words) {
  std::vector<std::string> operands;
  bool options_ended = false;
  for (const std::string& word : words) {
    if (!options_ended && word == "--") {
      options_ended = true;
    } else if (!options_ended && word.size() > 1 && word.front() == '-') {
      return unknown_option(command, word);
    } else {
      operands.push_back(word);
    }
  }
  return operands;
}

/// CLI11's messages start with the option's name.
std::unexpected<Error> parse_error(const Command& command, const CLI::ParseError& error) {
  const std::string_view text = error.what();
  const auto name = text.substr(0, text.find_first_of(":\n"));
  const Option* option = name.starts_with("--") ? find_option(command, name.substr(2)) : nullptr;
  if (!option) return fail(ErrorKind::usage, std::string(text.substr(0, text.find('\n'))));
  return fail(ErrorKind::usage, std::string(name) + " needs a value: " + std::string(option->value));
}

Result<CommandLine> take_apart(const Command& command, std::span<const char* const> arguments) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<std::pair<const Option*, CLI::Option*>> declared;
  for (const Option& option : command.options()) {
    if (option.name != "help") declared.emplace_back(&option, declare(app, option));
  }
  const auto* short_help = app.add_flag("-h");
  const auto* help = app.add_flag("--help");
  auto words = split_empty_values(command, arguments);
  std::ranges::reverse(words);  // as CLI11 takes them
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return parse_error(command, error);
  }
  CommandLine line;
  line.short_help = help->count() == 0;
  if (help->count() + short_help->count() > 0) line.given.push_back({find_option(command, "help"), "true"});
  for (const auto& [option, parsed] : declared) {
    for (const std::string& value : parsed->results()) line.given.push_back({option, value});
  }
  const auto asks_text = [](const Given& given) { return given.option->apply == nullptr; };
  if (std::ranges::any_of(line.given, asks_text)) return line;  // help helps even where a word is wrong
  auto operands = operands_of(command, app.remaining());
  if (!operands) return std::unexpected(operands.error());
  line.operands = std::move(*operands);
  return line;
}

/// The text that an option without `apply` asks for; empty when there is no such option.
Result<std::string> text_for(const Command& command, const CommandLine& line) {
  for (const Given& given : line.given) {
    if (given.option->name == "help") return line.short_help ? short_help(command) : long_help(command);
    if (given.option->name == "version") return version_text();
    if (given.option->name == "generate") return generate(given.value);
  }
  return std::string{};
}

}  // namespace

Result<Parsed> parse(std::span<const char* const> arguments, const Environment& environment) {
  const Command* named = arguments.empty() ? nullptr : find_command(arguments.front());
  const Command& command = named ? *named : main_job();
  auto line = take_apart(command, arguments.subspan(named ? 1 : 0));
  if (!line) return std::unexpected(line.error());
  auto text = text_for(command, *line);
  if (!text) return std::unexpected(text.error());
  if (!text->empty()) return Parsed{std::move(*text)};

  add_environment(command, line->given, environment);
  Request request = command.request();
  if (auto applied = apply_all(line->given, request); !applied) return std::unexpected(applied.error());
  if (auto fits = check_exclusions(line->given); !fits) return std::unexpected(fits.error());
  auto completed = command.complete(request, std::move(line->operands));
  if (!completed) return std::unexpected(completed.error());
  return Parsed{std::move(request)};
}

}  // namespace frugal::cli
