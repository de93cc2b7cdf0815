// A picture that is to be compressed, with all that is worked out about it once, however many formats follow.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "adapt/features.hpp"
#include "adapt/mosaic.hpp"
#include "adapt/regions.hpp"
#include "adapt/stopwatch.hpp"
#include "adapt/trial.hpp"
#include "image/image.hpp"
#include "image/metadata.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/result.hpp"

namespace frugal::adapt {

/// What candidates can be scored against.
enum class Scoring : std::uint8_t {
  none,
  sparing,   ///< the picture itself: little memory, more time, and nothing told but scores
  prepared,  ///< a prepared reference, which takes several times the picture's memory
};

class Subject {
 public:
  /// Borrows `image` (upright) and `metadata`. `threads`: at most so many. Errors: limit (memory).
  static Result<Subject> of(const Image& image, const Metadata& metadata, int threads, Clock clock,
                            Scoring scoring = Scoring::prepared);

  /// Makes the reference, unless that was done or cannot be. Errors: limit (memory).
  Result<void> prepare_scoring(Scoring scoring, int threads);

  const Image& image() const { return *image_; }
  const Metadata& metadata() const { return *metadata_; }
  const RegionMap& regions() const { return regions_; }

  /// What candidates are scored against; null where the picture has no score, for which `unscored` is the
  /// reason, or where nobody asked for one.
  const metric::Reference* reference() const { return reference_ ? &*reference_ : nullptr; }
  const std::string& unscored() const { return unscored_; }

  /// Some of the picture's tiles, to try settings on, drawn when first asked for; null where the picture is
  /// too small for that to pay. Errors: as draw_mosaic.
  Result<const Mosaic*> mosaic(Part part, int threads);

  /// Where errors show in it at about that score, worked out when first asked for; its picture must have a
  /// reference. Errors: limit (memory).
  Result<const codec::Guide*> guide(double score, int threads);

  /// From which its curves are predicted, alone or together with what a mosaic will show.
  Features features() const { return features_of(regions_, image_->size(), {}); }
  Features features_with(const Mosaic& mosaic) const {
    return features_of(regions_, image_->size(), mosaic.tiles);
  }

  Clock clock() const { return clock_; }
  Costs& costs() { return costs_; }

 private:
  Subject(const Image& picture, const Metadata& description, Clock timer)
      : image_(&picture), metadata_(&description), clock_(timer) {}

  const Image* image_;
  const Metadata* metadata_;
  Clock clock_;
  Costs costs_;
  RegionMap regions_;
  std::optional<metric::Reference> reference_;
  std::string unscored_;
  std::map<Part, std::optional<Mosaic>> mosaics_;
  std::map<long, codec::Guide> guides_;  ///< by score, in steps of kGuideStep
};

}  // namespace frugal::adapt
