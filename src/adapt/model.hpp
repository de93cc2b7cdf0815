// How a picture's score and size are expected to follow a codec's knob, and how that expectation sharpens
// with every encode seen.
//
// A factor model: the curves of a picture (its loss, its worst region's loss and its size, each also for its
// mosaic, at a few knots of the knob) are a mean plus a handful of factors, and the factors are a linear
// function of the picture's features plus what the features do not tell, a Gaussian. Each encode is an
// observation of one point of each curve; conditioning on it is plain Bayesian linear regression (Bishop,
// Pattern Recognition and Machine Learning, 3.3, 12.2). The tables are learned from pictures by
// bench/calibrate.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "adapt/features.hpp"
#include "codec/codec.hpp"

namespace frugal::adapt {

inline constexpr std::size_t kKnots = 10;
inline constexpr std::size_t kFactors = 8;

/// What a curve tells, in the order of the tables.
enum class Curve : std::uint8_t {
  loss,         ///< ln(100 - score)
  worst_loss,   ///< ln(100 - worst region's score)
  size,         ///< ln(bits a pixel)
  mosaic_loss,  ///< the same three of the mosaic
  mosaic_worst_loss,
  mosaic_size,
};
inline constexpr std::size_t kCurves = 6;
inline constexpr std::size_t kPoints = kCurves * kKnots;

/// One codec in one way of sampling chroma, for one kind of picture; made by bench/calibrate.
struct ModelTable {
  codec::Format format;
  codec::Chroma chroma;
  bool graphic;                      ///< for graphics, else for photographs
  std::array<double, kKnots> knots;  ///< qualities, ascending
  std::array<double, kPoints> mean;
  std::array<double, kPoints * kFactors> loadings;       ///< point by point
  std::array<double, kFactors*(kFeatures + 1)> weights;  ///< of the features, and a constant, on each factor
  std::array<double, kFactors * kFactors> spread;        ///< covariance of the factors, given the features
  std::array<double, kPoints> noise;                     ///< variance of each point, given the factors
};

/// The table for that codec, sampling and kind of picture; null where nothing was learned.
const ModelTable* model_of(codec::Format format, codec::Chroma chroma, bool graphic);

struct Estimate {
  double mean = 0;
  double sd = 0;
};

/// What is known of one picture's curves.
class Prediction {
 public:
  /// `table` is borrowed; those of model_of live forever.
  Prediction(const ModelTable& table, const Features& features);

  /// What `curve` is at `quality`; beyond the table's knots by straight lines. The uncertainty is that of a
  /// new encode there.
  Estimate at(Curve curve, double quality) const;

  /// Takes in that `curve` was seen to be `value` at `quality`.
  void learn(Curve curve, double quality, double value);

  const ModelTable& table() const { return *table_; }
  double least_quality() const { return table_->knots.front(); }
  double most_quality() const { return table_->knots.back(); }

 private:
  using Vector = std::array<double, kFactors>;
  using Matrix = std::array<Vector, kFactors>;

  /// A point between two knots.
  struct Place {
    std::size_t knot;  ///< the left one's point in the tables
    double part;       ///< of the way to the next; 0 to 1 between them, else beyond
  };
  Place place(Curve curve, double quality) const;
  Vector loading(const Place& place) const;
  double noise(const Place& place) const;
  double mean_at_knot(std::size_t point) const;
  double smooth(Curve curve, double quality) const;

  /// A point of a curve that was seen.
  struct Sight {
    double quality;
    double value;
  };

  /// How far the curve, as seen around `quality`, lies off the smooth one, and what part of the noise stays.
  struct Offset {
    double value = 0;
    double open = 1;
  };
  Offset offset(Curve curve, double quality) const;

  const ModelTable* table_;
  Vector factors_{};  ///< expected
  Matrix covariance_{};
  std::array<std::vector<Sight>, kCurves> seen_;  ///< by ascending quality
};

}  // namespace frugal::adapt
