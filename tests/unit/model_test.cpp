#include "adapt/model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "pictures/pictures.hpp"

namespace frugal::adapt {
namespace {

constexpr std::array kAllCurves{Curve::loss,        Curve::worst_loss,        Curve::size,
                                Curve::mosaic_loss, Curve::mosaic_worst_loss, Curve::mosaic_size};

/// Calls `check(codec, table)` for every table that a search may ask for.
template <class Check>
void for_every_table(const Check& check) {
  for (const auto& codec : codec::all()) {
    for (const auto chroma : codec.samplings) {
      for (const bool graphic : {false, true}) {
        CAPTURE(codec.name);
        CAPTURE(static_cast<int>(chroma));
        CAPTURE(graphic);
        const auto* table = model_of(codec.format, chroma, graphic);
        REQUIRE(table != nullptr);
        check(codec, *table);
      }
    }
  }
}

Features features_of_picture(pictures::Kind kind) {
  const Size size{384, 256};
  const auto image = pictures::make({.kind = kind, .size = size});
  const auto regions = analyse(image, 1);
  REQUIRE(regions.has_value());
  return features_of(*regions, size, {});
}

/// What is expected of a picture of the table's kind before anything is seen of it.
Prediction prior(const ModelTable& table) {
  static const auto photo = features_of_picture(pictures::Kind::photo);
  static const auto text = features_of_picture(pictures::Kind::text);
  return {table, table.graphic ? text : photo};
}

/// A table of knots at 0, 10, … 90 whose curves are 0 throughout.
ModelTable blank_table() {
  ModelTable table{};
  for (std::size_t i = 0; i < kKnots; ++i) table.knots[i] = 10.0 * static_cast<double>(i);
  return table;
}

/// Of no factor: all that curves differ by is each point's own noise, of variance 1.
ModelTable table_of_noise() {
  auto table = blank_table();
  table.noise.fill(1);
  return table;
}

/// Of one factor, of variance 1, which lifts all points of all curves together; hardly any noise.
ModelTable table_of_one_factor() {
  auto table = blank_table();
  for (std::size_t point = 0; point < kPoints; ++point) table.loadings[point * kFactors] = 1;
  table.spread[0] = 1;
  table.noise.fill(1e-6);
  return table;
}

/// Points over the table's range and a little beyond.
std::array<double, 41> qualities_of(const ModelTable& table) {
  std::array<double, 41> list{};
  const double low = table.knots.front() - 4;
  const double high = table.knots.back() + 4;
  for (std::size_t i = 0; i < list.size(); ++i) list[i] = low + (high - low) * static_cast<double>(i) / 40;
  return list;
}

TEST_CASE("there is a table for every lossy codec, each of its samplings and both kinds of picture") {
  for (const auto& codec : codec::all()) {
    CAPTURE(codec.name);
    CHECK(codec.samplings.empty() == codec.lossless());
  }
  for_every_table([](const codec::Codec& codec, const ModelTable& table) {
    CHECK(table.format == codec.format);
    CHECK(std::ranges::is_sorted(table.knots, std::less_equal{}));
    CHECK(table.knots.front() >= codec.quality.min);
    CHECK(table.knots.back() <= codec.quality.max);
    CHECK(std::ranges::all_of(table.noise, [](double variance) { return variance >= 0; }));
  });
}

TEST_CASE("there is no table for what a codec cannot do") {
  CHECK(model_of(codec::Format::png, codec::Chroma::full, false) == nullptr);
  CHECK(model_of(codec::Format::jpeg, codec::Chroma::sharp, false) == nullptr);
  CHECK(model_of(codec::Format::webp, codec::Chroma::by_quality, true) == nullptr);
}

TEST_CASE("before anything is seen, a higher quality is expected to lose less and take more") {
  for_every_table([](const codec::Codec&, const ModelTable& table) {
    const auto prediction = prior(table);
    // A drawing's curves are jagged, and this one is none that they were learned from.
    const std::size_t apart = table.graphic ? 3 : 1;
    for (std::size_t i = apart; i < kKnots; ++i) {
      CAPTURE(table.knots[i]);
      const auto step = [&](Curve curve) {
        return prediction.at(curve, table.knots[i]).mean - prediction.at(curve, table.knots[i - apart]).mean;
      };
      CHECK(step(Curve::loss) < 0);
      CHECK(step(Curve::size) > 0);
      if (table.graphic) continue;
      CHECK(step(Curve::worst_loss) < 0);
      CHECK(step(Curve::mosaic_loss) < 0);
      CHECK(step(Curve::mosaic_size) > 0);
    }
  });
}

TEST_CASE("a point that was seen is what is expected there, and more surely so") {
  for_every_table([](const codec::Codec&, const ModelTable& table) {
    for (const auto curve : kAllCurves) {
      CAPTURE(static_cast<int>(curve));
      auto prediction = prior(table);
      const double quality = table.knots[5] + 0.3;
      const auto before = prediction.at(curve, quality);
      prediction.learn(curve, quality, before.mean + 0.3);
      const auto after = prediction.at(curve, quality);
      CHECK(after.mean == doctest::Approx(before.mean + 0.3));
      CHECK(after.sd < 0.5 * before.sd);
      CHECK(after.sd > 0);
    }
  });
}

TEST_CASE("every point that was seen is kept, however many there are") {
  for_every_table([](const codec::Codec&, const ModelTable& table) {
    auto prediction = prior(table);
    const std::array places{6U, 2U, 8U, 4U};
    std::array<double, 4> values{};
    for (std::size_t i = 0; i < places.size(); ++i) {
      const double quality = table.knots[places[i]];
      values[i] = prediction.at(Curve::loss, quality).mean + (i % 2 == 0 ? 0.1 : -0.1);
      prediction.learn(Curve::loss, quality, values[i]);
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      CHECK(prediction.at(Curve::loss, table.knots[places[i]]).mean == doctest::Approx(values[i]));
    }
  });
}

TEST_CASE("what the mosaic shows is learned about the whole picture") {
  for_every_table([](const codec::Codec&, const ModelTable& table) {
    auto prediction = prior(table);
    const double quality = table.knots[5];
    const auto before = prediction.at(Curve::loss, quality);
    const auto size_before = prediction.at(Curve::size, quality);
    prediction.learn(Curve::mosaic_loss, quality, prediction.at(Curve::mosaic_loss, quality).mean + 0.3);
    prediction.learn(Curve::mosaic_size, quality, prediction.at(Curve::mosaic_size, quality).mean + 0.3);
    const auto after = prediction.at(Curve::loss, quality);
    CHECK(after.mean > before.mean + 0.05);
    CHECK(after.sd < before.sd);
    CHECK(prediction.at(Curve::size, quality).mean > size_before.mean + 0.01);
    CHECK(prediction.at(Curve::size, quality).sd < size_before.sd);
  });
}

TEST_CASE("the features move the expectation") {
  const auto other = features_of_picture(pictures::Kind::noise);
  for_every_table([&](const codec::Codec&, const ModelTable& table) {
    const double quality = table.knots[4];
    const auto here = prior(table).at(Curve::size, quality).mean;
    CHECK(std::abs(Prediction(table, other).at(Curve::size, quality).mean - here) > 0.05);
  });
}

TEST_CASE("what one point is off by fades with distance") {
  const auto table = table_of_noise();
  Prediction prediction(table, {});
  prediction.learn(Curve::loss, 40, 1);
  const double reach = 90.0 / 8;
  CHECK(prediction.at(Curve::loss, 40).mean == doctest::Approx(1));
  CHECK(prediction.at(Curve::loss, 40 + reach).mean == doctest::Approx(std::exp(-1)));
  CHECK(prediction.at(Curve::loss, 40 - reach).mean == doctest::Approx(std::exp(-1)));
  CHECK(prediction.at(Curve::loss, 90).mean < 0.02);
  double last = prediction.at(Curve::loss, 40).sd;
  for (double quality = 45; quality <= 90; quality += 5) {
    const double sd = prediction.at(Curve::loss, quality).sd;
    CHECK(sd > last);
    last = sd;
  }
  CHECK(last == doctest::Approx(1).epsilon(0.01));
  CHECK(prediction.at(Curve::size, 40).mean == 0);  // a curve's noise tells nothing of another curve
  CHECK(prediction.at(Curve::size, 40).sd == 1);
}

TEST_CASE("between two points that were seen lies a straight line, least sure in its middle") {
  const auto table = table_of_noise();
  Prediction prediction(table, {});
  prediction.learn(Curve::loss, 60, 3);  // in any order
  prediction.learn(Curve::loss, 40, 1);
  CHECK(prediction.at(Curve::loss, 50).mean == doctest::Approx(2));
  CHECK(prediction.at(Curve::loss, 45).mean == doctest::Approx(1.5));
  CHECK(prediction.at(Curve::loss, 50).sd > prediction.at(Curve::loss, 45).sd);
  CHECK(prediction.at(Curve::loss, 45).sd > prediction.at(Curve::loss, 40).sd);
}

TEST_CASE("a factor that all curves share is learned from any of them, everywhere") {
  const auto table = table_of_one_factor();
  Prediction prediction(table, {});
  CHECK(prediction.at(Curve::loss, 20).mean == 0);
  CHECK(prediction.at(Curve::loss, 20).sd == doctest::Approx(1).epsilon(0.001));
  prediction.learn(Curve::mosaic_size, 70, 2);
  for (const auto curve : kAllCurves) {
    CHECK(prediction.at(curve, 20).mean == doctest::Approx(2).epsilon(0.001));
    CHECK(prediction.at(curve, 20).sd < 0.01);
  }
}

TEST_CASE("features and a constant weigh on the factors") {
  auto table = table_of_one_factor();
  table.weights[3] = 0.5;
  table.weights[kFeatures] = 7;
  Features features{};
  features[3] = 4;
  CHECK(Prediction(table, features).at(Curve::loss, 50).mean == doctest::Approx(9));
}

TEST_CASE("a bent curve is followed between the knots") {
  auto table = blank_table();
  for (std::size_t i = 0; i < kKnots; ++i) table.mean[i] = table.knots[i] * table.knots[i] / 100;
  const Prediction prediction(table, {});
  CHECK(prediction.at(Curve::loss, 40).mean == doctest::Approx(16));
  CHECK(prediction.at(Curve::loss, 45).mean == doctest::Approx(20.25).epsilon(0.001));  // a line: 20.5
}

TEST_CASE("beyond its knots a curve goes on in the same direction, not far, and stays finite") {
  for_every_table([](const codec::Codec& codec, const ModelTable& table) {
    const auto prediction = prior(table);
    double last = prediction.at(Curve::size, table.knots.front() - 4).mean;
    for (const double quality : qualities_of(table)) {
      CAPTURE(quality);
      const auto size = prediction.at(Curve::size, quality);
      CHECK(size.mean >= last);
      last = size.mean;
      for (const auto curve : kAllCurves) {
        CHECK(std::isfinite(prediction.at(curve, quality).mean));
        CHECK(std::isfinite(prediction.at(curve, quality).sd));
      }
    }
    const double loss = prediction.at(Curve::loss, table.knots.back()).mean;
    CHECK(prediction.at(Curve::loss, codec.quality.max).mean <= loss);
    // One knot's distance beyond, it stops.
    const auto far = prediction.at(Curve::size, 10'000).mean;
    CHECK(far == prediction.at(Curve::size, 20'000).mean);
    CHECK(far >= prediction.at(Curve::size, table.knots.back()).mean);
    CHECK(prediction.at(Curve::size, -10'000).mean <= prediction.at(Curve::size, table.knots.front()).mean);
  });
}

TEST_CASE("the same value seen again and again does no harm") {
  for_every_table([](const codec::Codec&, const ModelTable& table) {
    auto prediction = prior(table);
    const double quality = table.knots[5];
    for (int i = 0; i < 20; ++i) prediction.learn(Curve::loss, quality, 3);
    CHECK(prediction.at(Curve::loss, quality).mean == doctest::Approx(3));
    for (const double place : qualities_of(table)) {
      CHECK(std::isfinite(prediction.at(Curve::loss, place).mean));
      CHECK(std::isfinite(prediction.at(Curve::size, place).sd));
    }
  });
}

}  // namespace
}  // namespace frugal::adapt
