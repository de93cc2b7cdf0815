#include "adapt/subject.hpp"

#include <cmath>
#include <utility>

#include "adapt/guide.hpp"
#include "adapt/stopwatch.hpp"

namespace frugal::adapt {

namespace {

constexpr double kGuideStep = 5;  // points; where errors show changes slowly with the score

}  // namespace

Result<Subject> Subject::of(const Image& image, const Metadata& metadata, int threads, Clock clock,
                            Scoring scoring) {
  Subject subject(image, metadata, clock);
  {
    const Stopwatch watch(clock, subject.costs_.analyse);
    auto regions = analyse(image, threads);
    if (!regions) return std::unexpected(regions.error());
    subject.regions_ = std::move(*regions);
  }
  if (scoring != Scoring::none) {
    if (auto prepared = subject.prepare_scoring(scoring, threads); !prepared)
      return std::unexpected(prepared.error());
  }
  return subject;
}

Result<void> Subject::prepare_scoring(Scoring scoring, int threads) {
  if (reference_ || !unscored_.empty()) return {};
  const Stopwatch watch(clock_, costs_.score);
  auto reference = scoring == Scoring::sparing ? metric::Reference::borrow(*image_, *metadata_)
                                               : metric::Reference::prepare(*image_, *metadata_, threads);
  if (!reference) {
    if (reference.error().kind == ErrorKind::limit) return std::unexpected(reference.error());
    unscored_ = reference.error().message;
    return {};
  }
  reference_ = std::move(*reference);
  return {};
}

Result<const Mosaic*> Subject::mosaic(Part part, int threads) {
  auto drawn = mosaics_.find(part);
  if (drawn == mosaics_.end()) {
    const Stopwatch watch(clock_, costs_.analyse);
    auto mosaic = draw_mosaic(*image_, *metadata_, regions_, part, threads);
    if (!mosaic) return std::unexpected(mosaic.error());
    drawn = mosaics_.emplace(part, std::move(*mosaic)).first;
  }
  return drawn->second ? &*drawn->second : nullptr;
}

Result<const codec::Guide*> Subject::guide(double score, int threads) {
  const auto step = std::lround(score / kGuideStep);
  auto known = guides_.find(step);
  if (known == guides_.end()) {
    const Stopwatch watch(clock_, costs_.analyse);
    const auto told = features();
    auto guide = guide_at({*image_, *metadata_, *reference_, told, regions_.is_graphic()},
                          static_cast<double>(step) * kGuideStep, threads);
    if (!guide) return std::unexpected(guide.error());
    known = guides_.emplace(step, std::move(*guide)).first;
  }
  return &known->second;
}

}  // namespace frugal::adapt
