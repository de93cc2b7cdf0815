// The search within one format, in stages, so that several formats can be weighed against each other halfway.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapt/aims.hpp"
#include "adapt/search.hpp"
#include "adapt/trial.hpp"
#include "adapt/wanted.hpp"
#include "codec/fit.hpp"

namespace frugal::adapt {

class FormatSearch {
 public:
  /// Borrows everything, for as long as it lives.
  FormatSearch(Subject& subject, const codec::Codec& codec, const Goal& goal, const Means& means);
  FormatSearch(const FormatSearch&) = delete;
  FormatSearch& operator=(const FormatSearch&) = delete;

  const codec::Codec& codec() const { return codec_; }

  /// True where `lossless` may work out.
  bool can_keep_pixels() const { return codec_.can_keep_pixels(means_.origin); }

  /// Makes the picture fit the codec. Errors: left_alone, as codec::fit.
  Result<void> prepare();

  /// Tries settings on the picture's mosaic, or on a draft of the whole, which also tells where errors show.
  /// Errors: those of try_out.
  Result<void> probe();

  /// ln(bytes) of the file that would meet the goal, as far as is known; none where none is expected to, or
  /// nothing is known.
  std::optional<Estimate> expected_size() const { return aims_->expected_size(); }

  /// Searches, encodes, chooses. `useless_from`: as Goal's, which it replaces. Errors: as `search`.
  Result<Choice> finish(std::optional<std::uint64_t> useless_from);

  /// No search: every pixel as it is. Errors: left_alone where the codec cannot, those of try_out.
  Result<Choice> lossless();

 private:
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
  void drop_losers();
  Result<void> probe(const Mode& mode, const Image& fitted, const Mosaic& mosaic, const Features& features);
  bool drafts() const;
  bool needs_draft(const Mode& mode) const;
  Result<void> draft_likely();
  Result<void> draft(const Mode& mode);
  Result<Step> draft(const codec::EncodeParams& params);
  Result<void> look_where_errors_show();
  codec::EncodeParams whole(const codec::EncodeParams& params) const;

  bool has_met() const;
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
  std::string best_so_far() const;
  std::unexpected<Error> does_not_fit() const;

  const Image& image() const { return fitted_->image(); }

  Subject& subject_;
  const codec::Codec& codec_;
  const Means& means_;
  Wanted wanted_;
  std::optional<codec::Fitted> fitted_;  ///< to the codec; from `prepare` on
  Metadata metadata_;
  std::optional<Aims> aims_;  ///< from `prepare` on, without modes where the picture has no score
  std::map<codec::Chroma, codec::Guide> guides_;  ///< told by drafts
  const codec::Guide* guide_ = nullptr;           ///< for all samplings, where the codec does not draft
  std::vector<Candidate> candidates_;
  Choice choice_;
};

}  // namespace frugal::adapt
