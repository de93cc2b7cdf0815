// Readers of option values. Every error is a usage error that names the offending value.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "batch/options.hpp"
#include "util/result.hpp"

namespace frugal::cli {

/// 1, true, yes or 0, false, no.
Result<bool> parse_truth(std::string_view text);

/// A whole number in [min, max], in decimal digits.
Result<std::uint64_t> parse_whole(std::string_view text, std::uint64_t min, std::uint64_t max);

/// A number in [min, max], with or without a fraction ("82.5").
Result<double> parse_number(std::string_view text, double min, double max);

/// A size of at least one byte: "2G", "512MiB", "1.5g", "100000". The units k, M, G, T (with or without B or
/// iB, in any case) are powers of 1024.
Result<std::uint64_t> parse_size(std::string_view text);

/// A size, as parse_size reads it, or a share of a source's: "60%", from 0 to 100.
Result<batch::Amount> parse_amount(std::string_view text);

/// A time in s, more than none and at most a year.
Result<double> parse_seconds(std::string_view text);

/// A number of pixels, at least one: "100M", "100000000". The units k, M, G are powers of 1000.
Result<std::uint64_t> parse_pixels(std::string_view text);

/// The index of `text` in `choices`. The error names them, and the one that was probably meant.
Result<std::size_t> parse_choice(std::string_view text, std::span<const std::string_view> choices);

/// The comma-separated words of `text`, each read by `parse` (of std::string_view, returning a Result). None
/// may mean the same as another.
template <class Parse>
auto parse_list(std::string_view text, Parse&& parse) {
  using Value = std::invoke_result_t<Parse, std::string_view>::value_type;
  std::vector<Value> values;
  for (auto rest = text;;) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto word = rest.substr(0, comma);
    auto value = parse(word);
    if (!value) return Result<std::vector<Value>>(std::unexpected(value.error()));
    if (std::ranges::find(values, *value) != values.end()) {
      return Result<std::vector<Value>>(
          fail(ErrorKind::usage, "'" + std::string(text) + "' names " + std::string(word) + " twice"));
    }
    values.push_back(std::move(*value));
    if (comma == rest.size()) return Result<std::vector<Value>>(std::move(values));
    rest.remove_prefix(comma + 1);
  }
}

/// "never, changed, always"
std::string join(std::span<const std::string_view> words, std::string_view separator = ", ");

}  // namespace frugal::cli
