// The usual ways in which an option's value becomes a member of Options; for the option table alone.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "batch/options.hpp"
#include "cli/values.hpp"

namespace frugal::cli {

template <const auto& Words>
std::span<const std::string_view> words() {
  return Words;
}

/// A flag; `Given` is what the member becomes when the flag is given.
template <auto Member, bool Given = true>
Result<void> set_flag(batch::Options& options, std::string_view value) {
  const auto truth = parse_truth(value);
  if (!truth) return std::unexpected(truth.error());
  options.*Member = *truth ? Given : !Given;
  return {};
}

/// A name or pattern, which cannot be empty.
template <auto Member>
Result<void> set_text(batch::Options& options, std::string_view value) {
  if (value.empty()) return fail(ErrorKind::usage, "the value is empty");
  options.*Member = value;
  return {};
}

template <auto Member>
Result<void> add_text(batch::Options& options, std::string_view value) {
  if (value.empty()) return fail(ErrorKind::usage, "the value is empty");
  (options.*Member).emplace_back(value);
  return {};
}

template <auto Member, int Min, int Max>
Result<void> set_whole(batch::Options& options, std::string_view value) {
  const auto number = parse_whole(value, Min, Max);
  if (!number) return std::unexpected(number.error());
  options.*Member = static_cast<int>(*number);
  return {};
}

template <auto Member, auto Parse>
Result<void> set_amount(batch::Options& options, std::string_view value) {
  const auto amount = Parse(value);
  if (!amount) return std::unexpected(amount.error());
  options.*Member = *amount;
  return {};
}

/// One of `Words`, which stand in the order of the member's enumerators.
template <auto Member, const auto& Words>
Result<void> set_choice(batch::Options& options, std::string_view value) {
  const auto index = parse_choice(value, Words);
  if (!index) return std::unexpected(index.error());
  using Enum = std::remove_reference_t<decltype(options.*Member)>;
  options.*Member = static_cast<Enum>(*index);
  return {};
}

}  // namespace frugal::cli
