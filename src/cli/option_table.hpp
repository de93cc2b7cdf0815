// What an option is, and those of the main job, declared once: the parser, the help, the man page and the
// completions follow.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cli/request.hpp"
#include "util/result.hpp"

namespace frugal::cli {

/// The heading that an option stands under, in this order.
enum class Group : std::uint8_t { input, output, format, quality, metadata, run, report, help };

inline constexpr std::array kGroups{Group::input,    Group::output, Group::format, Group::quality,
                                    Group::metadata, Group::run,    Group::report, Group::help};

/// "Input", "Output"…
std::string_view heading(Group group);

/// What a shell offers for an option's value.
enum class ValueKind : std::uint8_t {
  none,       ///< nothing: a flag, or a value that only the user knows
  file,       ///< names of files and directories
  directory,  ///< names of directories
  choices,    ///< Option::choices
};

struct Option {
  std::string_view name;  ///< long name, without dashes
  char letter = 0;        ///< short name; 0: none
  Group group = Group::help;
  std::string_view value = {};  ///< what help calls the value; empty: a flag
  ValueKind kind = ValueKind::none;
  std::span<const std::string_view> (*choices)() = nullptr;  ///< null: no fixed words
  bool list = false;                                         ///< takes several choices, comma-separated
  bool open = false;        ///< takes other values than `choices` too; the long help names them
  bool repeatable = false;  ///< every time it is given counts; elsewhere the last one wins
  bool hidden = false;      ///< not in help, man page and completions
  bool local = false;       ///< no variable sets its default: it means something else in the main job
  std::string_view default_text = {};  ///< what holds when it is not given; empty: nothing
  std::string_view help = {};          ///< one line; -h adds the choices and the default
  std::string_view long_help = {};     ///< sentences; an empty line parts paragraphs
  std::string_view excludes = {};      ///< long names, space-separated, that it cannot be given with

  /// Reads `value` ("true" for a flag that stands alone) into the options of its command. Error: usage; the
  /// caller puts the option's or the variable's name before the message. Null for the options that run
  /// nothing: help, version, generate.
  Result<void> (*apply)(Request& request, std::string_view value) = nullptr;

  bool flag() const { return value.empty(); }
};

/// All options of the main job, in the order of their groups.
std::span<const Option> options();

/// The choices, or none.
std::span<const std::string_view> choices_of(const Option& option);

/// True when either of the two rules the other one out.
bool exclude_each_other(const Option& a, const Option& b);

/// The environment variable that sets the option's default: "max-pixels" -> "FRUGAL_MAX_PIXELS".
std::string environment_name(const Option& option);

}  // namespace frugal::cli
