#include "cli/option_table.hpp"

#include <algorithm>
#include <vector>

#include "cli/option_groups.hpp"

namespace frugal::cli {
namespace {

std::vector<Option> gather() {
  std::vector<Option> table;
  for (auto part : {input_options(), output_options(), picture_options(), run_options(), report_options(),
                    help_options()}) {
    table.insert(table.end(), part.begin(), part.end());
  }
  return table;
}

/// True when `word` is one of the space-separated `words`.
bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

}  // namespace

std::string_view heading(Group group) {
  switch (group) {
    case Group::input:
      return "Input";
    case Group::output:
      return "Output";
    case Group::format:
      return "Format";
    case Group::quality:
      return "Quality";
    case Group::metadata:
      return "Metadata";
    case Group::run:
      return "Run";
    case Group::report:
      return "Report";
    case Group::help:
      return "Help";
  }
  return {};
}

std::span<const Option> options() {
  static const std::vector<Option> table = gather();
  return table;
}

std::span<const std::string_view> choices_of(const Option& option) {
  return option.choices ? option.choices() : std::span<const std::string_view>{};
}

bool exclude_each_other(const Option& a, const Option& b) {
  return has_word(a.excludes, b.name) || has_word(b.excludes, a.name);
}

std::string environment_name(const Option& option) {
  std::string name = "FRUGAL_";
  for (const char c : option.name) {
    name += c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return name;
}

}  // namespace frugal::cli
