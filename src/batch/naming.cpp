#include "batch/naming.hpp"

#include <algorithm>
#include <filesystem>

namespace frugal::batch {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDefault = "{dir}/{stem}.{ext}";

struct Fields {
  fs::path relative;  ///< of the source, below the directory that the result is below
  std::string extension;
  std::string suffix;
  Size size;
};

/// The source's own extension where it fits the format ("JPG", "jpeg"), else the format's usual one.
std::string extension_for(const Source& source, codec::Format format) {
  const auto own = fs::path(source.relative).extension().string();
  const auto bare = own.empty() ? std::string() : own.substr(1);
  const auto* claimed = codec::by_extension(bare);
  const bool fits = claimed && claimed->format == format;
  return fits ? bare : std::string(codec::of(format).extensions.front());
}

Result<std::string> value_of(std::string_view field, const Fields& fields) {
  if (field == "dir") return fields.relative.parent_path().string();
  if (field == "stem") return fields.relative.stem().string() + fields.suffix;
  if (field == "name") return fields.relative.filename().string();
  if (field == "ext") return fields.extension;
  if (field == "width") return std::to_string(fields.size.width);
  if (field == "height") return std::to_string(fields.size.height);
  return fail(ErrorKind::usage, "--template: there is no {" + std::string(field) +
                                    "}; write {dir}, {stem}, {name}, {ext}, {width} or {height}");
}

Result<std::string> fill(std::string_view text, const Fields& fields) {
  std::string filled;
  while (!text.empty()) {
    const auto open = text.find('{');
    filled += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) return fail(ErrorKind::usage, "--template: '{' without '}'");
    auto value = value_of(text.substr(open + 1, close - open - 1), fields);
    if (!value) return value;
    filled += *value;
    text.remove_prefix(close + 1);
  }
  return filled;
}

/// A filled template begins with "/" where {dir} was empty: still a path below the directory.
Result<fs::path> below(const std::string& filled, bool dir_first) {
  const auto start = dir_first ? filled.find_first_not_of('/') : 0;
  auto path = fs::path(start == std::string::npos ? "" : filled.substr(start)).lexically_normal();
  const bool leaves = path.is_absolute() || (!path.empty() && *path.begin() == "..");
  if (leaves || !path.has_filename() || path == ".") {
    return fail(ErrorKind::usage, "--template: '" + filled + "' is no file below the output directory");
  }
  return path;
}

}  // namespace

bool wants_size(std::string_view name_template) {
  return name_template.find("{width}") != std::string_view::npos ||
         name_template.find("{height}") != std::string_view::npos;
}

Result<std::string> output_path(const Source& source, codec::Format format, const Options& options,
                                const SizeOf& size_of) {
  const std::string_view text =
      options.name_template.empty() ? kDefault : std::string_view(options.name_template);
  const bool mirrored = !options.output.empty();
  Fields fields{
      mirrored ? source.mirror : source.relative, extension_for(source, format), options.suffix, {}};
  // Kept as it is, a file keeps its name to the letter, so that whatever refers to it still finds it.
  const bool keeps_name = source.codec && source.codec->format == format && options.name_template.empty();
  if (keeps_name && options.suffix.empty()) {
    return (fs::path(mirrored ? options.output : source.base) / fields.relative).string();
  }
  if (wants_size(text)) {
    auto size = size_of(source);
    if (!size) return std::unexpected(size.error());
    fields.size = *size;
  }
  const auto filled = fill(text, fields);
  if (!filled) return filled;
  const auto path = below(*filled, text.starts_with("{dir}"));
  if (!path) return std::unexpected(path.error());
  return (fs::path(mirrored ? options.output : source.base) / *path).string();
}

}  // namespace frugal::batch
