#include "cli/given.hpp"

#include <algorithm>

#include "cli/values.hpp"

namespace frugal::cli {
namespace {

bool switched_off(const Given& given) {
  const auto truth = given.option->flag() ? parse_truth(given.value) : true;
  return truth && !*truth;
}

bool displaces(const Given& given, const Option& option) {
  return given.option == &option || (!switched_off(given) && exclude_each_other(*given.option, option));
}

}  // namespace

std::string Given::name() const {
  return from_environment ? environment_name(*option) : "--" + std::string(option->name);
}

void add_environment(const Command& command, std::vector<Given>& given, const Environment& environment) {
  std::vector<Given> defaults;
  for (const Option& option : command.options()) {
    if (!option.apply || option.local) continue;
    if (std::ranges::any_of(given, [&](const Given& other) { return displaces(other, option); })) continue;
    auto value = environment(environment_name(option));
    if (value && !value->empty()) defaults.push_back({&option, std::move(*value), true});
  }
  given.insert(given.end(), defaults.begin(), defaults.end());
}

Result<void> check_exclusions(const std::vector<Given>& given) {
  for (const Given& a : given) {
    for (const Given& b : given) {
      if (&a == &b || switched_off(a) || switched_off(b)) continue;
      if (!exclude_each_other(*a.option, *b.option)) continue;
      return fail(ErrorKind::usage, a.name() + " cannot be used together with " + b.name());
    }
  }
  return {};
}

Result<void> apply_all(const std::vector<Given>& given, Request& request) {
  for (const Given& one : given) {
    if (!one.option->apply) continue;
    const auto applied = one.option->apply(request, one.value);
    if (!applied) return fail(ErrorKind::usage, one.name() + ": " + applied.error().message);
  }
  return {};
}

}  // namespace frugal::cli
