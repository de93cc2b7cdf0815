// How the parts of an explanation are called, on the page and in text.
#pragma once

#include <string>
#include <string_view>

#include "adapt/search.hpp"
#include "batch/explain.hpp"

namespace frugal::cli {

/// "probe", "draft", "encode", "lossless"
std::string_view name_of(adapt::Step::Kind kind);

bool is_lossless(const adapt::Step& step);

/// True where the codec's own quality was set to something.
bool has_quality(const adapt::Step& step);

/// "4:2:0", "4:2:0 sharp", "4:4:4", or "by quality" where the coder chooses; a dash where nothing is sampled.
std::string chroma_of(const adapt::Step& step, bool gray);

/// The encoder's own quality, or a dash where it has none to do with it.
std::string quality_of(const adapt::Step& step);

/// "83.1 % smaller", "4.0 % larger", "of the same size"
std::string change(std::uint64_t before, std::uint64_t after);

/// "JPEG, 4000×3000, 16 bits, with alpha"
std::string shape_of(const batch::Explanation& explanation);

/// What would become of the file, without why: "WebP, quality 74.5, 4:2:0: 410 kB, 83.1 % smaller".
std::string decision_of(const batch::Explanation& explanation);

/// Why, as a sentence with a capital and a full stop.
std::string reason_of(const batch::Explanation& explanation);

/// The step that made the result; null where there is none.
const adapt::Step* taken_step(const batch::Explanation& explanation);

/// A score on the page, where four decimals would be noise.
std::string short_score(double score);

}  // namespace frugal::cli
