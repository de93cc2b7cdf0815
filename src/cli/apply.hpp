// The usual ways in which an option's value becomes a member of a command's options; for the option tables
// alone.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "cli/request.hpp"
#include "cli/values.hpp"

namespace frugal::cli {

template <const auto& Words>
std::span<const std::string_view> words() {
  return Words;
}

/// The member of whichever options it belongs to.
template <class Options, class T>
T& member(Request& request, T Options::*at) {
  return std::get<Options>(request).*at;
}

/// A reader of its own for one option.
template <class Options, Result<void> (*Read)(Options&, std::string_view)>
Result<void> with(Request& request, std::string_view value) {
  return Read(std::get<Options>(request), value);
}

/// A flag; `Given` is what the member becomes when the flag is given.
template <auto Member, bool Given = true>
Result<void> set_flag(Request& request, std::string_view value) {
  const auto truth = parse_truth(value);
  if (!truth) return std::unexpected(truth.error());
  member(request, Member) = *truth ? Given : !Given;
  return {};
}

/// A name or pattern, which cannot be empty.
template <auto Member>
Result<void> set_text(Request& request, std::string_view value) {
  if (value.empty()) return fail(ErrorKind::usage, "the value is empty");
  member(request, Member) = value;
  return {};
}

template <auto Member>
Result<void> add_text(Request& request, std::string_view value) {
  if (value.empty()) return fail(ErrorKind::usage, "the value is empty");
  member(request, Member).emplace_back(value);
  return {};
}

template <auto Member, int Min, int Max>
Result<void> set_whole(Request& request, std::string_view value) {
  const auto number = parse_whole(value, Min, Max);
  if (!number) return std::unexpected(number.error());
  member(request, Member) = static_cast<int>(*number);
  return {};
}

template <auto Member, auto Parse>
Result<void> set_amount(Request& request, std::string_view value) {
  const auto amount = Parse(value);
  if (!amount) return std::unexpected(amount.error());
  member(request, Member) = *amount;
  return {};
}

/// One of `Words`, which stand in the order of the member's enumerators.
template <auto Member, const auto& Words>
Result<void> set_choice(Request& request, std::string_view value) {
  const auto index = parse_choice(value, Words);
  if (!index) return std::unexpected(index.error());
  auto& chosen = member(request, Member);
  chosen = static_cast<std::remove_reference_t<decltype(chosen)>>(*index);
  return {};
}

/// A comma-separated list of `Words`, none twice; these stand in the order of the enumerators in the member.
template <auto Member, const auto& Words>
Result<void> set_choices(Request& request, std::string_view value) {
  const auto indices = parse_list(value, [](std::string_view word) { return parse_choice(word, Words); });
  if (!indices) return std::unexpected(indices.error());
  auto& list = member(request, Member);
  using Enum = std::remove_reference_t<decltype(list)>::value_type;
  list.clear();
  for (const std::size_t index : *indices) list.push_back(static_cast<Enum>(index));
  return {};
}

}  // namespace frugal::cli
