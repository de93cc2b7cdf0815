#include "cli/values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "cli/nearest.hpp"
#include "cli/numbers.hpp"

namespace frugal::cli {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::unexpected<Error> reject(std::string_view text, const std::string& why) {
  return fail(ErrorKind::usage, "'" + std::string(text) + "' " + why);
}

/// Digits with or without a fraction at the front of `text`, which loses them. Empty: there are none.
std::optional<double> take_decimal(std::string_view& text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

/// The factor that a unit's letter stands for at the front of `text`, which loses it; 1 where there is none.
double take_unit(std::string_view& text, double base) {
  constexpr std::string_view kLetters = "kmgt";
  if (text.empty()) return 1;
  const auto power = kLetters.find(lower(text.front()));
  if (power == std::string_view::npos) return 1;
  text.remove_prefix(1);
  return std::pow(base, static_cast<double>(power + 1));
}

/// Empty when the amount is none that a file or a machine could have.
std::optional<std::uint64_t> whole_amount(double value) {
  constexpr double kLargest = 0x1p62;
  if (!(value >= 1) || value > kLargest) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

}  // namespace

Result<bool> parse_truth(std::string_view text) {
  if (text == "1" || text == "true" || text == "yes") return true;
  if (text == "0" || text == "false" || text == "no") return false;
  return reject(text, "is neither true (1, yes) nor false (0, no)");
}

Result<std::uint64_t> parse_whole(std::string_view text, std::uint64_t min, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= min && value <= max) return value;
  return reject(text, "is not a whole number from " + std::to_string(min) + " to " + std::to_string(max));
}

Result<double> parse_number(std::string_view text, double min, double max) {
  auto rest = text;
  const auto value = take_decimal(rest);
  if (value && rest.empty() && *value >= min && *value <= max) return *value;
  return reject(text, "is not a number from " + shortest(min) + " to " + shortest(max));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  auto rest = text;
  const auto number = take_decimal(rest);
  const double unit = take_unit(rest, 1024);
  if (unit > 1 && rest.size() == 2 && rest.front() == 'i') rest.remove_prefix(1);
  if (rest.size() == 1 && lower(rest.front()) == 'b') rest.remove_prefix(1);
  const auto bytes = number && rest.empty() ? whole_amount(*number * unit) : std::nullopt;
  if (!bytes) return reject(text, "is not a size; write 2G, 512M or a number of bytes");
  return *bytes;
}

Result<batch::Amount> parse_amount(std::string_view text) {
  if (text.ends_with('%')) {
    const auto percent = parse_number(text.substr(0, text.size() - 1), 0, 100);
    if (percent) return batch::Amount{.percent = *percent};
  } else if (const auto bytes = parse_size(text)) {
    return batch::Amount{.bytes = *bytes};
  }
  return reject(text, "is neither a size (200k, 1.5M) nor a share of the source from 0% to 100%");
}

Result<double> parse_seconds(std::string_view text) {
  constexpr double kYear = 365.0 * 24 * 60 * 60;
  auto rest = text;
  const auto value = take_decimal(rest);
  if (value && rest.empty() && *value >= 0.001 && *value <= kYear) return *value;
  return reject(text, "is not a number of seconds; write 30 or 2.5");
}

Result<std::uint64_t> parse_pixels(std::string_view text) {
  auto rest = text;
  const auto number = take_decimal(rest);
  const double unit = take_unit(rest, 1000);
  const auto pixels = number && rest.empty() ? whole_amount(*number * unit) : std::nullopt;
  if (!pixels) return reject(text, "is not a number of pixels; write 100M or 100000000");
  return *pixels;
}

Result<std::size_t> parse_choice(std::string_view text, std::span<const std::string_view> choices) {
  const auto found = std::ranges::find(choices, text);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string why = "is not one of " + join(choices);
  const auto meant = nearest(text, choices);
  if (!meant.empty()) why += "; did you mean " + std::string(meant) + "?";
  return reject(text, why);
}

std::string join(std::span<const std::string_view> words, std::string_view separator) {
  std::string joined;
  for (const auto word : words) {
    if (!joined.empty()) joined += separator;
    joined += word;
  }
  return joined;
}

}  // namespace frugal::cli
