// Which setting of one format to try next: the sampling of chroma that seems best, and the quality that most
// likely ends the search.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "adapt/model.hpp"
#include "adapt/wanted.hpp"

namespace frugal::adapt {

/// A chance to be counted on.
inline constexpr double kCertain = 0.97;

/// ln(100 - score), which the model's curves tell of.
double loss(double score);

/// ln(bits a pixel).
double ln_bits(std::uint64_t bytes, Size size);

/// One way of sampling chroma, and what is known of the picture's curves in it.
struct Mode {
  codec::Chroma chroma;
  Prediction prediction;
  std::optional<double> low;   ///< the best quality lies above this one
  std::optional<double> high;  ///< and below this one
};

/// Where to encode next.
struct Aim {
  double quality = 0;
  double chance = -1;  ///< that the encode ends the search; below 0: nothing is left to try
  double meets = 0;    ///< chance that it meets the goal
};

class Aims {
 public:
  /// `wanted`, which may change, and `codec` are borrowed. `picture`: in pixels. `graphic`, `fine_colour`: as
  /// RegionMap tells them. `drafted`: a draft of the whole picture tells before an encode what it will score.
  Aims(const Wanted& wanted, const codec::Codec& codec, Size picture, bool graphic, double fine_colour,
       bool drafted);

  void add(codec::Chroma chroma, const Prediction& prediction);
  std::span<const Mode> modes() const { return modes_; }
  bool empty() const { return modes_.empty(); }

  /// Expects of that sampling what `features` tell, in place of all that was learned of it.
  void start_anew(codec::Chroma chroma, const Features& features);

  /// Takes in a try of some tiles, or a draft: what `step` scored, and ln(bits a pixel) of what it took. The
  /// samplings `alike` are known by nothing better: a picture that is harder than expected in one is so in
  /// all.
  void learn_part(const Step& step, double bits, std::span<const codec::Chroma> alike);

  /// Takes in an encode of the whole picture.
  void learn(const Step& step);

  /// Sets the bounds anew, after what is wanted has changed. `done`: all steps so far.
  void bound_again(std::span<const Step> done);

  /// The one that was begun with; else the one with the smallest file expected or, where size is given, the
  /// highest score. Null where none is likely to meet the goal.
  const Mode* likely() const;

  /// The most promising setting within the bounds, or a lower one that is nearly as promising. Towards the
  /// end of the tries one that all but certainly meets the goal.
  Aim at(const Mode& mode) const;

  /// True when no setting is left between one that is too low and one that is high enough, or, in a graphic,
  /// when what the next encode may save is not worth it: there a point costs few bytes, and the score jumps.
  bool is_settled(const Mode& mode) const;

  /// True when a file that meets the goal is all but certain to be of no use.
  bool cannot_pay(const Mode& mode, const Aim& next) const;

  /// True when a file that meets the goal is all but certain not to fit.
  bool cannot_fit(const Mode& mode, const Aim& next) const;

  /// Of the picture in that quality.
  static double expected_score(const Mode& mode, double quality);

  /// ln(bytes) of the file that would meet the goal; none where none is expected to.
  std::optional<Estimate> expected_size() const;

 private:
  Mode* mode_of(codec::Chroma chroma);
  void narrow(const Step& step);
  Aim judge(const Mode& mode, double quality) const;
  bool is_hopeless(const Mode& mode) const;
  double cost(const Mode& mode) const;

  const Wanted& wanted_;
  const codec::Codec& codec_;
  Size picture_;
  bool graphic_;
  double fine_colour_;
  bool drafted_;
  int encodes_ = 0;
  std::vector<Mode> modes_;
};

}  // namespace frugal::adapt
