#include "cli/explain_chart.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "cli/explain_words.hpp"
#include "cli/html.hpp"
#include "cli/numbers.hpp"

namespace frugal::cli {
namespace {

using adapt::Step;

constexpr double kWidth = 560;
constexpr double kHeight = 340;
constexpr double kLeft = 44;
constexpr double kRight = 12;
constexpr double kTop = 22;
constexpr double kBottom = 46;
constexpr double kBand = 1.5;  // a score may be so much above what is asked

std::string at(double value) {
  return fixed(value, 1);
}

/// Values along a line of the drawing.
struct Axis {
  double from = 0;
  double to = 1;
  double start = 0;  ///< where `from` is drawn
  double end = 1;    ///< where `to` is drawn

  double operator()(double value) const { return start + (value - from) / (to - from) * (end - start); }

  /// 1, 2 or 5 times a power of ten, so that there are about five ticks.
  double tick() const {
    constexpr double kTicks = 5;
    const double raw = (to - from) / kTicks;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    const double digit = raw / power;
    return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
  }
};

/// A span of values with some room on both sides.
struct Span {
  double low;
  double high;

  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  Axis axis(double least, double start, double end) const {
    constexpr double kRoom = 0.08;
    const double room = std::max((high - low) * kRoom, (least - (high - low)) / 2);
    return {low - room, high + room, start, end};
  }
};

bool is_shown(const Step& step, const codec::Codec& codec) {
  return step.codec == &codec && has_quality(step);
}

std::string line(double x1, double y1, double x2, double y2, std::string_view css_class) {
  return empty_element("line", attribute("x1", at(x1)) + attribute("y1", at(y1)) + attribute("x2", at(x2)) +
                                   attribute("y2", at(y2)) + attribute("class", css_class));
}

std::string words(double x, double y, std::string_view css_class, const std::string& text) {
  return element("text", attribute("x", at(x)) + attribute("y", at(y)) + attribute("class", css_class),
                 escaped(text));
}

std::string circle(double x, double y, double radius, std::string_view css_class) {
  return empty_element("circle", attribute("cx", at(x)) + attribute("cy", at(y)) +
                                     attribute("r", at(radius)) + attribute("class", css_class));
}

class Chart {
 public:
  /// `shown`: indices of steps, at least one.
  Chart(std::span<const Step> steps, std::vector<std::size_t> shown, const Aim& aim)
      : steps_(steps), shown_(std::move(shown)), aim_(aim) {
    const double first = steps[shown_.front()].params.quality;
    Span qualities{first, first};
    Span scores{aim.floor, aim.score + kBand};
    for (const auto i : shown_) {
      const Step& step = steps[i];
      qualities.take(step.params.quality);
      scores.take(step.score);
      if (step.predicted) scores.take(*step.predicted);
      if (step.kind == Step::Kind::full) scores.take(step.worst);
    }
    x_ = qualities.axis(6, kLeft, kWidth - kRight);
    y_ = scores.axis(8, kHeight - kBottom, kTop);
  }

  std::string draw() const {
    std::string drawing = band() + ticks() + floor_line();
    for (const auto i : shown_) drawing += hints(steps_[i]);
    for (const auto i : shown_) drawing += point(i);
    return element("svg",
                   attribute("class", "chart") +
                       attribute("viewBox", "0 0 " + fixed(kWidth, 0) + " " + fixed(kHeight, 0)) +
                       attribute("role", "img") +
                       attribute("aria-label", "The steps of the search: encoder quality and score"),
                   drawing);
  }

 private:
  std::string band() const {
    const double top = y_(aim_.score + kBand);
    return empty_element("rect", attribute("class", "band") + attribute("x", at(kLeft)) +
                                     attribute("y", at(top)) +
                                     attribute("width", at(kWidth - kRight - kLeft)) +
                                     attribute("height", at(y_(aim_.score) - top))) +
           words(kLeft + 6, top - 5, "note", "asked: " + shortest(aim_.score));
  }

  std::string floor_line() const {
    return line(kLeft, y_(aim_.floor), kWidth - kRight, y_(aim_.floor), "floor") +
           words(kLeft + 6, y_(aim_.floor) + 15, "note", "no region below " + shortest(aim_.floor));
  }

  std::string ticks() const {
    std::string drawing = line(kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom, "axis");
    const auto decimals = [](double tick) { return tick < 1 ? 1 : 0; };
    const double across = x_.tick();
    for (double value = std::ceil(x_.from / across) * across; value <= x_.to; value += across) {
      drawing += line(x_(value), kHeight - kBottom, x_(value), kHeight - kBottom + 4, "axis") +
                 words(x_(value), kHeight - kBottom + 18, "tick middle", fixed(value, decimals(across)));
    }
    const double up = y_.tick();
    for (double value = std::ceil(y_.from / up) * up; value <= y_.to; value += up) {
      drawing += line(kLeft, y_(value), kWidth - kRight, y_(value), "grid") +
                 words(kLeft - 6, y_(value) + 4, "tick end", fixed(value, decimals(up)));
    }
    return drawing + words((kLeft + kWidth - kRight) / 2, kHeight - 8, "tick middle", "encoder quality") +
           words(kLeft, kTop - 10, "tick middle", "score");
  }

  /// What was expected of a step, and its worst region.
  std::string hints(const Step& step) const {
    constexpr double kHalf = 7;
    const double x = x_(step.params.quality);
    std::string drawing;
    if (step.predicted) {
      const double y = y_(*step.predicted);
      drawing += line(x, y, x, y_(step.score), "thread") + line(x - kHalf, y, x + kHalf, y, "predicted");
    }
    if (step.kind != Step::Kind::probe) {
      const double y = y_(step.worst);
      drawing +=
          line(x, y, x, y_(step.score), "thread") +
          empty_element("path", attribute("class", "worst") +
                                    attribute("d", "M" + at(x - 4) + " " + at(y - 4) + "l8 8m0-8l-8 8"));
    }
    return drawing;
  }

  std::string point(std::size_t index) const {
    const Step& step = steps_[index];
    const double x = x_(step.params.quality);
    const double y = y_(step.score);
    const bool is_file = step.kind == Step::Kind::full;
    const auto* look = !is_file ? "probe" : step.taken ? "full taken" : "full";
    std::string drawing = circle(x, y, 5, look);
    if (step.taken) drawing += circle(x, y, 9, "ring");
    return drawing + words(x + 10, y - 8, "step", std::to_string(index + 1));
  }

  std::span<const Step> steps_;
  std::vector<std::size_t> shown_;
  Aim aim_;
  Axis x_;
  Axis y_;
};

}  // namespace

std::string explain_chart(std::span<const Step> steps, const codec::Codec& codec, const Aim& aim) {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (is_shown(steps[i], codec)) shown.push_back(i);
  }
  return shown.empty() ? std::string() : Chart(steps, std::move(shown), aim).draw();
}

}  // namespace frugal::cli
