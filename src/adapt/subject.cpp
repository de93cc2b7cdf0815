#include "adapt/subject.hpp"

#include <utility>

#include "adapt/stopwatch.hpp"

namespace frugal::adapt {

Result<Subject> Subject::of(const Image& image, const Metadata& metadata, int threads, Clock clock) {
  Subject subject(image, metadata, clock);
  Costs costs;
  auto prepared = subject.prepare(threads, costs);
  if (!prepared) return std::unexpected(prepared.error());
  subject.costs_ = costs;
  return subject;
}

Result<void> Subject::prepare(int threads, Costs& costs) {
  {
    const Stopwatch watch(clock_, costs.analyse);
    auto regions = analyse(*image_, threads);
    if (!regions) return std::unexpected(regions.error());
    regions_ = std::move(*regions);
  }
  const Stopwatch watch(clock_, costs.score);
  auto reference = metric::Reference::prepare(*image_, *metadata_, threads);
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

}  // namespace frugal::adapt
