#include "cli/numbers.hpp"

#include <array>
#include <charconv>

namespace frugal::cli {

std::string fixed(double value, int decimals) {
  std::array<char, 400> text{};  // the largest double has 309 digits before its point
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals).ptr;
  std::string shown(text.data(), end);
  const bool zero = shown.find_first_not_of("-0.") == std::string::npos;
  return zero && shown.starts_with('-') ? shown.substr(1) : shown;
}

std::string shortest(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

}  // namespace frugal::cli
