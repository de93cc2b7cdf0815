#include "batch/allot.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace frugal::batch;

namespace {

/// A picture whose size grows by `slope` a point from `at_zero` bytes on; its scores come in steps.
struct Model {
  double at_zero = 1000;
  double slope = 0.04;
  double step = 0.3;
  double most = 100;  ///< the highest score that it can reach

  Trial at(double quality) const {
    const double score = std::ceil(quality / step) * step;
    return {score, static_cast<std::uint64_t>(at_zero * std::exp(slope * score))};
  }
};

struct Found {
  std::uint64_t bytes = 0;
  double worst = 100;
  int rounds = 0;
  int encodes = 0;
};

Found search(const std::vector<Model>& models, std::uint64_t budget, double most = kBestQuality) {
  std::vector<Portion> portions(models.size());
  Found found;
  for (; found.rounds < 12; ++found.rounds) {
    const auto wanted = next_trials(portions, budget, most);
    REQUIRE(wanted.size() == models.size());
    if (std::ranges::none_of(wanted, [](const auto& one) { return one.has_value(); })) break;
    for (std::size_t i = 0; i < models.size(); ++i) {
      if (!wanted[i]) continue;
      CHECK(*wanted[i] >= kLeastQuality);
      CHECK(*wanted[i] <= most);
      CHECK_FALSE(portions[i].trials.contains(*wanted[i]));
      ++found.encodes;
      const auto trial = models[i].at(*wanted[i]);
      if (trial.score > models[i].most) {
        portions[i].barred = std::min(portions[i].barred.value_or(*wanted[i]), *wanted[i]);
      } else {
        portions[i].trials[*wanted[i]] = trial;
      }
    }
  }
  const auto choice = best_choice(portions, budget);
  REQUIRE(choice);
  for (std::size_t i = 0; i < models.size(); ++i) {
    const auto& trial = portions[i].trials.at((*choice)[i]);
    found.bytes += trial.bytes;
    found.worst = std::min(found.worst, trial.score);
  }
  return found;
}

std::vector<Model> batch_of(std::size_t count, double step) {
  std::vector<Model> models;
  for (std::size_t i = 0; i < count; ++i) {
    const auto n = static_cast<double>(i);
    models.push_back({500 + 700 * std::fmod(n * 0.37, 5.0), 0.025 + 0.03 * std::fmod(n * 0.61, 1.0), step});
  }
  return models;
}

std::uint64_t bytes_at(const std::vector<Model>& models, double quality) {
  return std::accumulate(
      models.begin(), models.end(), std::uint64_t{0},
      [&](std::uint64_t sum, const Model& model) { return sum + model.at(quality).bytes; });
}

Portion portion_of(std::initializer_list<std::pair<const double, Trial>> trials) {
  Portion portion;
  portion.trials = trials;
  return portion;
}

}  // namespace

TEST_CASE("a batch fills its budget, and its worst score is that of the best uniform quality or higher") {
  for (const std::size_t count : {5U, 30U}) {
    for (const double step : {0.3, 1.0}) {
      const auto models = batch_of(count, step);
      for (const double quality : {31.7, 55.2, 66.6, 75.0, 83.1, 91.3}) {
        CAPTURE(count);
        CAPTURE(step);
        CAPTURE(quality);
        const auto budget = bytes_at(models, quality);
        const auto found = search(models, budget);
        CHECK(found.bytes <= budget);
        CHECK(static_cast<double>(found.bytes) >= 0.97 * static_cast<double>(budget));
        CHECK(found.worst >= quality - step);
        CHECK(found.rounds < 12);
      }
    }
  }
}

TEST_CASE("with more room than the best takes, everything is at its best and the search ends soon") {
  const auto models = batch_of(10, 0.3);
  const auto found = search(models, 1ULL << 40);
  CHECK(found.worst >= kBestQuality);
  CHECK(found.rounds <= 3);
  const auto capped = search(models, 1ULL << 40, 70);
  CHECK(capped.worst >= 70);
  CHECK(capped.bytes == bytes_at(models, 70));
}

TEST_CASE("an output that cannot be made so well does not hold back the others") {
  auto models = batch_of(10, 0.3);
  models[3].most = 60;
  const auto budget = bytes_at(models, 80);
  const auto found = search(models, budget);
  CHECK(found.worst > 50);
  CHECK(found.worst <= 60);
  CHECK(static_cast<double>(found.bytes) >= 0.97 * static_cast<double>(budget));
}

TEST_CASE("of all trials those are chosen whose worst score is the highest that fits") {
  const std::vector portions{portion_of({{60, {60, 100}}, {70, {70, 200}}}),
                             portion_of({{60, {62, 300}}, {70, {71, 500}}})};
  CHECK(best_choice(portions, 700) == std::vector<double>{70, 70});
  CHECK(best_choice(portions, 699) == std::vector<double>{70, 60});
  CHECK(best_choice(portions, 499) == std::vector<double>{60, 60});
  CHECK_FALSE(best_choice(portions, 399).has_value());
  CHECK(least_bytes(portions) == 400);
}

TEST_CASE("a budget that is full because one output takes far too much is not well spent") {
  const std::vector portions{portion_of({{75, {75, 100}}, {93, {93, 500}}}),
                             portion_of({{75, {76, 100}}, {93, {93, 500}}})};
  const auto wanted = next_trials(portions, 600, kBestQuality);
  for (const auto& quality : wanted) {
    REQUIRE(quality.has_value());
    CHECK(*quality > 80);
    CHECK(*quality < 93);
  }
}

TEST_CASE("what scored enough when less was asked is tried last") {
  std::vector portions{portion_of({{70, {70, 800}}, {79, {80.4, 1000}}}),
                       portion_of({{70, {70, 800}}, {79, {79.2, 1000}}})};
  const auto budget = static_cast<std::uint64_t>(1000 + portions[1].predicted_bytes(80) + 1);
  auto wanted = next_trials(portions, budget, kBestQuality);
  CHECK_FALSE(wanted[0].has_value());
  CHECK(wanted[1] == 80);
  portions[1].trials[80] = {80.1, budget - 1000};
  wanted = next_trials(portions, budget, kBestQuality);
  CHECK(wanted[0] == 80);
  CHECK_FALSE(wanted[1].has_value());
}

TEST_CASE("what is left goes to the lowest scores first") {
  const std::vector portions{portion_of({{60, {65, 100}}, {70, {70, 200}}}),
                             portion_of({{60, {60, 100}}, {70, {72, 200}}}), portion_of({{60, {60, 900}}})};
  CHECK(best_choice(portions, 1200) == std::vector<double>{60, 70, 60});
  CHECK(best_choice(portions, 1300) == std::vector<double>{70, 70, 60});
}

TEST_CASE("a size is foreseen from the trials, and without any slope among them from a typical one") {
  auto portion = portion_of({{60, {60, 1000}}, {70, {70, 2000}}});
  CHECK(portion.predicted_bytes(60) == 1000);
  CHECK(portion.predicted_bytes(65) == doctest::Approx(1415).epsilon(0.01));
  CHECK(portion.predicted_bytes(80) == doctest::Approx(4000).epsilon(0.01));
  CHECK(portion.predicted_bytes(50) == doctest::Approx(500).epsilon(0.01));
  portion = portion_of({{60, {60, 1000}}});
  CHECK(portion.predicted_bytes(70) == doctest::Approx(1492).epsilon(0.01));
  CHECK(portion.predicted_bytes(50) == doctest::Approx(670).epsilon(0.01));
  portion.flat = true;
  CHECK(portion.predicted_bytes(10) == 1000);
}

TEST_CASE("what comes out the same at any quality is tried once, what failed not again") {
  std::vector<Portion> portions(2);
  portions[0].flat = true;
  auto wanted = next_trials(portions, 1000, kBestQuality);
  CHECK(wanted[0].has_value());
  CHECK(wanted[1].has_value());
  portions[0].trials[*wanted[0]] = {100, 500};
  portions[1].flat = true;
  portions[1].barred = wanted[1];
  wanted = next_trials(portions, 1000, kBestQuality);
  CHECK_FALSE(wanted[0].has_value());
  CHECK_FALSE(wanted[1].has_value());
  CHECK(best_choice(portions, 1000).has_value());
  CHECK_FALSE(best_choice(portions, 499).has_value());
}

TEST_CASE("nothing to share is shared without complaint") {
  CHECK(next_trials({}, 1000, kBestQuality).empty());
  CHECK(best_choice({}, 1000)->empty());
  CHECK(least_bytes({}) == 0);
}
