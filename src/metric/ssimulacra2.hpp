// SSIMULACRA2 2.1: how much alike two pictures look, on the scale on which frugal promises quality.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "image/image.hpp"
#include "image/metadata.hpp"
#include "image/rows.hpp"
#include "metric/kernels.hpp"
#include "metric/plane.hpp"
#include "metric/weights.hpp"
#include "util/result.hpp"

namespace frugal::metric {

/// A rectangle of pixels: left, top, width and height.
struct Area {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  friend bool operator==(const Area&, const Area&) = default;
};

/// The score of one region of a picture.
struct RegionScore {
  double score = 100;
  Area area;
};

/// Pictures with a side below this have no score, in pixels.
inline constexpr std::uint32_t kLeastSide = 8;

/// The regions of a picture, row by row: windows of 128×128 pixels on a grid of 64 pixels. The last one of a
/// row or column reaches to the picture's edge (so is up to 191 pixels long); where a side is shorter than
/// 128 pixels, the window takes the whole side.
std::vector<Area> regions_of(Size size);

/// How much a picture looks like its reference.
struct Similarity {
  double score =
      100;  ///< of the whole picture; 100: not to be told apart, 90: visually lossless, may be below 0
  std::vector<RegionScore> regions;  ///< in the order of regions_of

  /// The region with the lowest score, the first of several.
  const RegionScore& worst() const;
};

/// Side of the blocks of Sensitivity, in pixels of the full picture.
inline constexpr std::uint32_t kSensitivitySide = 8;

/// How strongly the weighted sum behind a score (score_of_sum) reacts to more errors in a block, for each
/// scale and channel: by so much does it grow with each unit of the mean squared error of the block's XYB
/// samples at that scale. A sample larger than a block counts for each block under it by equal shares.
struct Sensitivity {
  std::uint32_t columns = 0;  ///< of blocks; the last may be narrower
  std::uint32_t rows = 0;
  int scales = 0;
  /// Row by row; empty where the channel does not count at that scale.
  std::array<std::array<std::vector<float>, kChannels>, kMaxScales> planes;
};

/// By how much the weighted sum behind a score (score_of_sum) grows with each sample of the candidate, to
/// first order: red, green and blue (of a grey picture, parts of one sum), per step of the picture's coded
/// values.
struct Gradient {
  std::array<Plane, 3> planes;
};

/// A candidate's score, which can be kept up to date while the candidate changes.
class Scored {
 public:
  Scored(Scored&&) noexcept;
  Scored& operator=(Scored&&) noexcept;
  ~Scored();

  const Similarity& similarity() const;

  /// Scores again after pixels within `changed` were changed in the picture that was scored, at the cost of
  /// that place alone; the same digits as scoring all of it. Errors, after which the picture must be scored
  /// anew: unsupported (it was opaque and is now translucent, or the other way round; its profile works by
  /// look-up tables), limit (memory).
  Result<void> update(const Area& changed);

  /// How strongly the score reacts to a little more error around each block, to first order. The picture must
  /// be as it was last scored. Where two backgrounds are compared, it is that of the one which scores lower.
  /// `threads`: at most so many; they never change a digit. Error: limit (memory).
  Result<Sensitivity> sensitivity(int threads) const;

  /// Which way each sample would have to go for a better score. The picture must be as it was last scored.
  /// Takes up to about 40 bytes a pixel meanwhile. `threads`: at most so many; they never change a digit.
  /// Errors: unsupported (one of the pictures is translucent), limit (memory).
  Result<Gradient> gradient(int threads) const;

 private:
  friend class Reference;
  struct State;
  explicit Scored(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A picture with which many others are to be compared: what can be known beforehand is worked out once.
/// Takes about 28 bytes a pixel, twice as many where it is translucent.
class Reference {
 public:
  /// `image` must be upright. `threads`: at most so many; they never change a digit. Errors: usage (a side is
  /// under kLeastSide), those of Light::of, limit (memory).
  static Result<Reference> prepare(const Image& image, const Metadata& metadata, int threads,
                                   const KernelSet& kernels = best_kernels());

  /// The same without preparing anything: `image` and `metadata` are borrowed, and read again for each
  /// candidate. Takes nothing itself, and little while a candidate is scored: about a byte a pixel, of a
  /// large picture. It then has neither update nor sensitivity nor gradient. Errors: as prepare.
  static Result<Reference> borrow(const Image& image, const Metadata& metadata,
                                  const KernelSet& kernels = best_kernels());

  bool is_borrowed() const;

  Reference(Reference&&) noexcept;
  Reference& operator=(Reference&&) noexcept;
  ~Reference();

  /// Scores a candidate, with about 3 bytes a pixel (twice as many where one of the two is translucent). The
  /// image is borrowed, as is this object, for as long as the Scored is updated or asked for a sensitivity.
  /// Safe to call from several threads at once. Errors: usage (the sizes differ), those of Light::of, limit
  /// (memory).
  Result<Scored> score(const Image& image, const Metadata& metadata, int threads) const;

  /// The same of an opaque picture that is read as it is compared. Errors: unsupported (the reference is not
  /// a borrowed one), those of `rows`.
  Result<Similarity> score(RowReader& rows, const Metadata& metadata, int threads) const;

 private:
  friend class Scored;
  friend struct Scored::State;
  struct State;
  explicit Reference(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Compares two upright pictures of one size: as Reference does, but in one pass, with about a byte a pixel
/// and in less time when there is only one candidate. Errors: as Reference's.
Result<Similarity> ssimulacra2(const Image& reference, const Metadata& reference_metadata,
                               const Image& distorted, const Metadata& distorted_metadata, int threads,
                               const KernelSet& kernels = best_kernels());

}  // namespace frugal::metric
