// The search within one format, in stages, so that several formats can be weighed against each other halfway.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapt/model.hpp"
#include "adapt/search.hpp"
#include "adapt/trial.hpp"
#include "codec/fit.hpp"

namespace frugal::adapt {

class FormatSearch {
 public:
  /// Borrows everything, for as long as it lives.
  FormatSearch(Subject& subject, const codec::Codec& codec, const Goal& goal, const Means& means);

  const codec::Codec& codec() const { return codec_; }

  /// True where `lossless` may work out.
  bool can_keep_pixels() const { return codec_.can_keep_pixels(means_.origin); }

  /// Makes the picture fit the codec. Errors: left_alone, as
  /// codec::fit.
  Result<void> prepare();

  /// Tries settings on the picture's mosaic, or on a draft of the whole, which also tells where errors show.
  /// Errors: those of try_out.
  Result<void> probe();

  /// ln(bytes) of the file that would meet the goal, as far as is known; none where none is expected to, or
  /// nothing is known.
  std::optional<Estimate> expected_size() const;

  /// Searches, encodes, chooses. `useless_from`: as Goal's, which it replaces. Errors: as `search`.
  Result<Choice> finish(std::optional<std::uint64_t> useless_from);

  /// No search: every pixel as it is. Errors: left_alone where the codec cannot, those of try_out.
  Result<Choice> lossless();

 private:
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

  /// A whole encode, and the step that tells of it.
  struct Candidate {
    Trial trial;
    std::size_t step;
  };

  void make_modes();
  codec::EncodeParams settings(double quality, codec::Chroma chroma) const;
  codec::EncodeParams lossless_settings() const;
  codec::EncodeParams nearly_lossless_settings(int level) const;

  Result<void> encode(const codec::EncodeParams& params, std::optional<double> predicted);
  void learn(const Step& step);
  void drop_losers();
  void narrow(Mode& mode, const Step& step) const;
  Result<void> probe(Mode& mode, const Image& fitted, const Mosaic& mosaic, const Features& features);
  bool drafts() const;
  bool needs_draft(const Mode& mode) const;
  Result<void> draft_likely();
  Result<void> draft(Mode& mode);
  Result<Step> draft(const codec::EncodeParams& params);
  Result<void> look_where_errors_show();
  codec::EncodeParams whole(const codec::EncodeParams& params) const;

  bool meets(const Step& step) const;
  bool has_met() const;
  bool fits(const Step& step) const { return !goal_.max_bytes || step.bytes <= *goal_.max_bytes; }
  bool is_better(const Step& step, const Step& than) const;
  bool is_settled(const Mode& mode) const;
  bool is_good_enough(const Step& step, const Mode& mode) const;

  Aim judge(const Mode& mode, double quality) const;
  Aim aim(const Mode& mode) const;
  double cost(const Mode& mode) const;
  double expected_score(const Mode& mode, double quality) const;
  const Mode* likely_mode() const;
  bool is_hopeless(const Mode& mode) const;
  bool cannot_fit(const Mode& mode, const Aim& next) const;
  bool cannot_pay(const Mode& mode, const Aim& next) const;

  bool may_repack(std::optional<std::uint64_t> into) const;
  Result<bool> repack();
  Result<void> try_lossless_first();
  Result<void> try_nearly_lossless();
  std::optional<std::uint64_t> smallest_met() const;
  codec::EncodeParams last_resort() const;
  codec::EncodeParams best_settings() const;
  Result<std::optional<Choice>> try_settings();
  bool may_lose_nothing() const;
  bool is_quick() const;
  bool tries_best() const;
  Result<Choice> search_knob();
  Result<Choice> search_for_size();
  const Candidate* best_candidate() const;
  Result<Choice> conclude();
  Result<Choice> fall_back();
  Result<Choice> only(const codec::EncodeParams& params, std::string why);
  Choice take(std::size_t candidate, std::string why);
  Result<Choice> give_up_as_useless(std::uint64_t bytes);
  std::string reason_of(const Step& step) const;
  std::string best_so_far() const;
  std::unexpected<Error> does_not_fit() const;

  const Image& image() const { return fitted_->image(); }

  Subject& subject_;
  const codec::Codec& codec_;
  Goal goal_;
  const Means& means_;
  double band_;            ///< points above the score asked for that need no further try
  double region_band_;     ///< the same for the worst region
  bool for_size_ = false;  ///< as high a score as fits, in place of as small a file as meets the goal
  std::optional<codec::Fitted> fitted_;  ///< to the codec; from `prepare` on
  Metadata metadata_;
  std::vector<Mode> modes_;
  std::map<codec::Chroma, codec::Guide> guides_;  ///< told by drafts
  const codec::Guide* guide_ = nullptr;           ///< for all samplings, where the codec does not draft
  std::vector<Candidate> candidates_;
  Choice choice_;
};

}  // namespace frugal::adapt
