#include "batch/share_out.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace frugal;
using namespace frugal::batch;
using codec::Format;

namespace {

std::vector<Unit> units_of(std::size_t count) {
  std::vector<Unit> units(count);
  for (std::size_t i = 0; i < count; ++i) {
    units[i].source.path = std::to_string(i);
    Target target;
    target.codec = &codec::of(Format::webp);
    units[i].targets.push_back(target);
    target.codec = &codec::of(Format::png);
    units[i].targets.push_back(target);
  }
  return units;
}

/// Ten bytes a PNG; a WebP takes as many as its source's name says, times 100 at a score of 0.
Outcome outcome_of(const Unit& unit, const Target& target) {
  Outcome outcome;
  outcome.status = Status::converted;
  outcome.output_bytes = 10;
  outcome.figures.encodes = 2;
  outcome.ms.encode = 3;
  if (target.codec->format == Format::png) return outcome;
  const double base = 100 * (1 + std::stod(unit.source.path));
  outcome.figures.score = target.quality;
  outcome.output_bytes = static_cast<std::uint64_t>(base * std::exp(0.05 * *target.quality));
  return outcome;
}

std::vector<std::vector<Outcome>> measure(const std::vector<Unit>& units) {
  std::vector<std::vector<Outcome>> all;
  for (const auto& unit : units) {
    all.emplace_back();
    for (const auto& target : unit.targets) all.back().push_back(outcome_of(unit, target));
  }
  return all;
}

Options with_total(std::uint64_t bytes) {
  Options options;
  options.total_size = bytes;
  return options;
}

}  // namespace

TEST_CASE("every target gets a quality, and all together fill the size") {
  auto units = units_of(6);
  const auto spent = share_out(units, with_total(100'000), measure);
  REQUIRE(spent);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      REQUIRE(units[i].targets[j].quality);
      sum += *outcome_of(units[i], units[i].targets[j]).output_bytes;
      CHECK((*spent)[i][j].status == Status::converted);
      CHECK((*spent)[i][j].encodes >= 2);
      CHECK((*spent)[i][j].ms.encode == 1.5 * (*spent)[i][j].encodes);
    }
    CHECK((*spent)[i][1].encodes == 2);  // a PNG is made once
  }
  CHECK(sum <= 100'000);
  CHECK(sum >= 97'000);
}

TEST_CASE("a size that nothing fits in is an error that names the least") {
  auto units = units_of(3);
  const auto spent = share_out(units, with_total(100), measure);
  REQUIRE_FALSE(spent.has_value());
  CHECK(spent.error().kind == ErrorKind::limit);
  CHECK(spent.error().message.starts_with("--total-size: all outputs together do not get smaller than "));
  CHECK(spent.error().message.find("nothing was written") != std::string::npos);
}

TEST_CASE("quality is the most that is aimed at") {
  auto units = units_of(3);
  auto options = with_total(1ULL << 40);
  options.quality = 60;
  REQUIRE(share_out(units, options, measure));
  for (const auto& unit : units) CHECK(unit.targets[0].quality == 60.0);
}

TEST_CASE("a run that is stopped meanwhile chooses nothing") {
  auto units = units_of(3);
  const auto spent = share_out(units, with_total(100'000),
                               [](const std::vector<Unit>&) { return std::vector<std::vector<Outcome>>(); });
  REQUIRE(spent);
  CHECK_FALSE(units[0].targets[0].quality.has_value());
}

TEST_CASE("what fails counts no bytes and is not tried again") {
  auto units = units_of(3);
  int tries = 0;
  const auto spent = share_out(units, with_total(50'000), [&](const std::vector<Unit>& tried) {
    auto all = measure(tried);
    for (std::size_t i = 0; i < tried.size(); ++i) {
      if (tried[i].source.path != "1") continue;
      ++tries;
      for (auto& outcome : all[i]) {
        outcome.status = Status::failed;
        outcome.output_bytes.reset();
      }
    }
    return all;
  });
  REQUIRE(spent);
  CHECK(tries == 1);
  CHECK((*spent)[1][0].status == Status::failed);
}
