#include "cli/formats.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cli/values.hpp"

namespace frugal::cli {
namespace {

constexpr std::string_view kKeep = "keep";
constexpr std::string_view kAuto = "auto";

using Format = std::optional<codec::Format>;  // empty: keep

/// The name of the format that a name stands for: "jpg" is JPEG's.
std::string_view canonical(std::string_view name) {
  const codec::Codec* codec = codec::by_extension(name);
  return codec && codec->encode ? codec->name : name;
}

Result<Format> parse_format(std::string_view name) {
  const auto choices = format_choices();
  if (name == kAuto) return fail(ErrorKind::usage, "auto stands alone: it chooses among all formats itself");
  if (std::ranges::find(choices, name) != choices.end()) {
    return name == kKeep ? Format{} : Format{codec::by_name(name)->format};
  }
  if (canonical(name) == name) return std::unexpected(parse_choice(name, choices).error());
  return fail(ErrorKind::usage, "'" + std::string(name) + "' is not one of " + join(choices) +
                                    "; did you mean " + std::string(canonical(name)) + "?");
}

}  // namespace

std::span<const std::string_view> format_choices() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> list{kKeep, kAuto};
    for (const codec::Codec& codec : codec::all()) {
      if (codec.encode) list.push_back(codec.name);
    }
    return list;
  }();
  return names;
}

Result<void> set_formats(batch::Options& options, std::string_view value) {
  options.auto_format = value == kAuto;
  auto formats = parse_list(options.auto_format ? kKeep : value, parse_format);
  if (!formats) return std::unexpected(formats.error());
  options.formats = std::move(*formats);
  return {};
}

}  // namespace frugal::cli
