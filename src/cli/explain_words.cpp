#include "cli/explain_words.hpp"

#include <algorithm>
#include <cmath>

#include "cli/numbers.hpp"
#include "util/text.hpp"

namespace frugal::cli {
namespace {

using adapt::Step;
using codec::Chroma;

constexpr std::string_view kNothing = "–";

std::string sentence(std::string text) {
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text + (text.back() == '.' ? "" : ".");
}

/// In place of a reason that decided: what was reached.
std::string outcome_of(const batch::Explanation& explanation) {
  if (!explanation.similarity) return {};
  const auto worst = explanation.similarity->worst().score;
  return "it scores " + short_score(explanation.similarity->score) + " where " + shortest(explanation.asked) +
         " is asked for, and its worst region " + short_score(worst);
}

}  // namespace

std::string_view name_of(Step::Kind kind) {
  switch (kind) {
    case Step::Kind::probe:
      return "probe";
    case Step::Kind::draft:
      return "draft";
    case Step::Kind::full:
      return "encode";
    case Step::Kind::lossless:
      break;
  }
  return "lossless";
}

bool is_lossless(const Step& step) {
  return step.kind == Step::Kind::lossless || step.params.lossless;
}

bool has_quality(const Step& step) {
  return !is_lossless(step) && step.params.near_lossless == 0;
}

std::string chroma_of(const Step& step, bool gray) {
  if (gray || !has_quality(step)) return std::string(kNothing);
  switch (step.params.chroma) {
    case Chroma::half:
      return "4:2:0";
    case Chroma::sharp:
      return "4:2:0 sharp";
    case Chroma::full:
      return "4:4:4";
    case Chroma::by_quality:
      break;
  }
  return "by quality";
}

std::string quality_of(const Step& step) {
  constexpr double kShownSteps = 100;
  return has_quality(step) ? shortest(std::round(step.params.quality * kShownSteps) / kShownSteps)
                           : std::string(kNothing);
}

std::string change(std::uint64_t before, std::uint64_t after) {
  if (before == after || before == 0) return "of the same size";
  const double share = 100 * (static_cast<double>(after) / static_cast<double>(before) - 1);
  return fixed(std::abs(share), 1) + " % " + (share < 0 ? "smaller" : "larger");
}

std::string shape_of(const batch::Explanation& explanation) {
  const auto& image = explanation.picture;
  std::string text = std::string(explanation.source->label) + ", " + std::to_string(image.width()) + "×" +
                     std::to_string(image.height());
  if (image.depth() > 8) text += ", " + std::to_string(image.depth()) + " bits";
  if (image.gray()) text += ", grey";
  if (image.alpha()) text += ", with alpha";
  return text;
}

std::string decision_of(const batch::Explanation& explanation) {
  if (!explanation.made) return "left alone";
  if (!explanation.kept_because.empty()) return "kept as it is";
  const auto& made = *explanation.made;
  const auto* step = taken_step(explanation);
  const bool lossless = step ? is_lossless(*step) : made.codec->lossless();
  std::string text(made.codec->label);
  if (lossless) {
    text += ", lossless";
  } else if (step && !has_quality(*step)) {
    text += ", nearly lossless";
  } else if (step) {
    text += ", quality " + quality_of(*step);
    if (!explanation.picture.gray()) text += ", " + chroma_of(*step, false);
  }
  return text + ": " + human_bytes(made.bytes.size()) + ", " +
         change(explanation.source_bytes, made.bytes.size());
}

std::string reason_of(const batch::Explanation& explanation) {
  if (!explanation.made) return sentence("left alone: " + explanation.refusal);
  std::string text =
      sentence(explanation.made->why.empty() ? outcome_of(explanation) : explanation.made->why);
  if (explanation.kept_because.empty()) return text;
  return text + (text.empty() ? "" : " ") +
         sentence("The file is left as it is: " + explanation.kept_because);
}

const Step* taken_step(const batch::Explanation& explanation) {
  if (!explanation.made) return nullptr;
  const auto& steps = explanation.made->steps;
  const auto taken = std::ranges::find_if(steps, &Step::taken);
  return taken == steps.end() ? nullptr : &*taken;
}

std::string short_score(double score) {
  return fixed(score, 2);
}

}  // namespace frugal::cli
