#include "cli/presets.hpp"

#include <string>

#include "cli/values.hpp"

namespace frugal::cli {

Result<double> parse_quality(std::string_view text) {
  const auto preset = std::ranges::find(kPresets, text, &Preset::name);
  if (preset != kPresets.end()) return preset->score;
  auto score = parse_number(text, 0, 100);
  if (score) return score;
  return fail(ErrorKind::usage, score.error().message + ", nor one of " + join(kPresetNames));
}

}  // namespace frugal::cli
