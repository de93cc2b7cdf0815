#include "adapt/model.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "adapt/model_tables.hpp"

namespace frugal::adapt {

namespace {

/// Parts of the knob's range over which what a curve is off by stays about the same.
constexpr double kKeptOver = 8;

}  // namespace

const ModelTable* model_of(codec::Format format, codec::Chroma chroma, bool graphic) {
  const auto found = std::ranges::find_if(kModelTables, [&](const ModelTable& table) {
    return table.format == format && table.chroma == chroma && table.graphic == graphic;
  });
  return found == std::end(kModelTables) ? nullptr : &*found;
}

Prediction::Prediction(const ModelTable& table, const Features& features) : table_(&table) {
  for (std::size_t i = 0; i < kFactors; ++i) {
    const double* weights = &table.weights[i * (kFeatures + 1)];
    factors_[i] = weights[kFeatures];
    for (std::size_t j = 0; j < kFeatures; ++j) factors_[i] += weights[j] * features[j];
    for (std::size_t j = 0; j < kFactors; ++j) covariance_[i][j] = table.spread[i * kFactors + j];
  }
}

Prediction::Place Prediction::place(Curve curve, double quality) const {
  const auto& knots = table_->knots;
  const auto right = std::ranges::upper_bound(knots, quality);
  const auto left = static_cast<std::size_t>(
      std::clamp<std::ptrdiff_t>(right - knots.begin() - 1, 0, static_cast<std::ptrdiff_t>(kKnots) - 2));
  const double width = knots[left + 1] - knots[left];
  // No further than a knot's distance beyond the table: there a straight line is a guess.
  const double part = std::clamp((quality - knots[left]) / width, -1.0, 2.0);
  return {static_cast<std::size_t>(curve) * kKnots + left, part};
}

Prediction::Vector Prediction::loading(const Place& place) const {
  const double* left = &table_->loadings[place.knot * kFactors];
  Vector loading;
  for (std::size_t i = 0; i < kFactors; ++i) {
    loading[i] = left[i] + place.part * (left[kFactors + i] - left[i]);
  }
  return loading;
}

double Prediction::noise(const Place& place) const {
  const double left = table_->noise[place.knot];
  return left + place.part * (table_->noise[place.knot + 1] - left);
}

double Prediction::mean_at_knot(std::size_t point) const {
  double mean = table_->mean[point];
  for (std::size_t i = 0; i < kFactors; ++i) mean += table_->loadings[point * kFactors + i] * factors_[i];
  return mean;
}

double Prediction::smooth(Curve curve, double quality) const {
  const auto where = place(curve, quality);
  const std::size_t first = static_cast<std::size_t>(curve) * kKnots;
  const std::size_t k = where.knot - first;
  const auto& knots = table_->knots;
  const auto value = [&](std::size_t i) { return mean_at_knot(first + i); };
  const double t = where.part;
  if (t < 0 || t > 1) {
    // A curve that is flat at its end may bend back by what was learned of noise: not beyond it.
    const double rise = value(k + 1) - value(k);
    const bool grows = curve == Curve::size || curve == Curve::mosaic_size;
    const double onward = grows ? std::max(rise, 0.0) : std::min(rise, 0.0);
    return t < 0 ? value(k) + t * onward : value(k + 1) + (t - 1) * onward;
  }
  // A cubic through the knots (Catmull-Rom, for unequal distances): straight lines would cut the bend.
  const auto slope = [&](std::size_t i) {
    const std::size_t left = i == 0 ? 0 : i - 1;
    const std::size_t right = std::min(i + 1, kKnots - 1);
    return (value(right) - value(left)) / (knots[right] - knots[left]);
  };
  const double width = knots[k + 1] - knots[k];
  return (1 + 2 * t) * (1 - t) * (1 - t) * value(k) + t * (1 - t) * (1 - t) * width * slope(k) +
         t * t * (3 - 2 * t) * value(k + 1) - t * t * (1 - t) * width * slope(k + 1);
}

Prediction::Offset Prediction::offset(Curve curve, double quality) const {
  const auto& seen = seen_[static_cast<std::size_t>(curve)];
  if (seen.empty()) return {};
  const auto off = [&](const Sight& sight) { return sight.value - smooth(curve, sight.quality); };
  const auto right = std::ranges::lower_bound(seen, quality, {}, &Sight::quality);
  if (right != seen.end() && right != seen.begin()) {
    const auto left = std::prev(right);
    const double part = (quality - left->quality) / (right->quality - left->quality);
    return {off(*left) + part * (off(*right) - off(*left)), std::min(1.0, 0.1 + 2 * part * (1 - part))};
  }
  // What one point is off by fades with distance.
  const auto& nearest = right == seen.end() ? seen.back() : seen.front();
  const double reach = (most_quality() - least_quality()) / kKeptOver;
  const double kept = std::exp(-std::abs(quality - nearest.quality) / reach);
  return {off(nearest) * kept, 1 - 0.95 * kept * kept};
}

Estimate Prediction::at(Curve curve, double quality) const {
  const auto where = place(curve, quality);
  const auto local = offset(curve, quality);
  const auto weight = loading(where);
  double variance = noise(where) * local.open;
  for (std::size_t i = 0; i < kFactors; ++i) {
    for (std::size_t j = 0; j < kFactors; ++j) variance += weight[i] * covariance_[i][j] * weight[j];
  }
  return {smooth(curve, quality) + local.value, std::sqrt(std::max(variance, 0.0))};
}

void Prediction::learn(Curve curve, double quality, double value) {
  const auto where = place(curve, quality);
  const auto weight = loading(where);
  Vector gain{};
  double variance = noise(where);
  for (std::size_t i = 0; i < kFactors; ++i) {
    for (std::size_t j = 0; j < kFactors; ++j) gain[i] += covariance_[i][j] * weight[j];
    variance += weight[i] * gain[i];
  }
  const double surprise = (value - smooth(curve, quality)) / variance;
  for (std::size_t i = 0; i < kFactors; ++i) {
    factors_[i] += gain[i] * surprise;
    for (std::size_t j = 0; j < kFactors; ++j) covariance_[i][j] -= gain[i] * gain[j] / variance;
  }
  auto& seen = seen_[static_cast<std::size_t>(curve)];
  seen.insert(std::ranges::upper_bound(seen, quality, {}, &Sight::quality), {quality, value});
}

}  // namespace frugal::adapt
