#include "metric/ssimulacra2.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "image/rows.hpp"
#include "metric/comparison.hpp"
#include "metric/one_pass.hpp"

namespace frugal::metric {
namespace {

std::string text(Size size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

Result<void> check_size(Size size) {
  if (std::min(size.width, size.height) >= kLeastSide) return {};
  return fail(ErrorKind::usage, "pictures under " + std::to_string(kLeastSide) +
                                    " pixels a side have no SSIMULACRA2 score, and this is " + text(size));
}

Result<void> check_sizes(Size reference, Size distorted) {
  if (reference == distorted) return {};
  return fail(ErrorKind::usage,
              "the pictures differ in size: " + text(reference) + " and " + text(distorted));
}

std::unexpected<Error> no_memory() {
  return fail(ErrorKind::limit, "no memory for scoring: try fewer jobs or a smaller picture");
}

std::unexpected<Error> nothing_kept() {
  return fail(ErrorKind::unsupported, "nothing is kept of a score against a borrowed reference");
}

Similarity perfect(const Measures& measures) {
  Similarity similarity;
  for (const Area& area : measures.regions()) similarity.regions.push_back({100, area});
  return similarity;
}

void keep_lower(double& kept, double other) {
  kept = std::min(kept, other);
}

void keep_lower(Similarity& kept, const Measures& measures, const Sums& sums) {
  keep_lower(kept.score, sums.score(measures));
  for (std::size_t i = 0; i < kept.regions.size(); ++i)
    keep_lower(kept.regions[i].score, sums.region_score(measures, i));
}

/// A picture that is read from the top down, what its samples mean, and the light of what is there of it.
class Passing {
 public:
  /// `blends`: see Light::of_rows.
  Passing(RowReader& rows, const Metadata& metadata, bool blends)
      : rows_(rows), metadata_(metadata), blends_(blends) {}

  bool blends() const { return blends_; }

  /// Room for so many rows at a time. Errors: limit.
  Result<void> make_room(std::uint32_t rows) {
    auto window = RowWindow::over(rows_, rows);
    if (!window) return std::unexpected(window.error());
    window_ = std::move(*window);
    return {};
  }

  /// Goes on to the rows [first, end), seen on those backgrounds. Errors: those of RowWindow::move and of
  /// Light::of_rows.
  Result<void> move(std::uint32_t first, std::uint32_t end, std::span<const float> backgrounds) {
    if (auto moved = window_->move(first, end); !moved) return moved;
    if (!lights_.empty()) {
      for (auto& light : lights_) {
        if (auto moved = light.move(window_->rows(), window_->first(), metadata_); !moved) return moved;
      }
      return {};
    }
    for (const float background : backgrounds) {
      auto light = Light::of_rows(window_->rows(), window_->first(), blends_, metadata_, background);
      if (!light) return std::unexpected(light.error());
      lights_.push_back(std::move(*light));
    }
    return {};
  }

  const Light& light(std::size_t background) const { return lights_[background]; }

 private:
  RowReader& rows_;
  const Metadata& metadata_;
  bool blends_;
  std::optional<RowWindow> window_;
  std::vector<Light> lights_;  ///< by background
};

/// Compares two pictures of one size in one pass, with little memory.
Result<Similarity> compared(Passing reference, Passing distorted, const Measures& measures,
                            const Kernels& run, int threads) {
  constexpr auto kAround = static_cast<std::uint32_t>(kReach);
  const std::uint32_t height = measures.size().height;
  const std::uint32_t strip = OnePass::strip(measures);
  const auto backgrounds = std::span(kBackgrounds).first(reference.blends() || distorted.blends() ? 2 : 1);
  std::vector<OnePass> passes;
  for (std::size_t i = 0; i < backgrounds.size(); ++i) passes.emplace_back(measures, run);
  for (auto* picture : {&reference, &distorted}) {
    if (auto made = picture->make_room(strip + 2 * kAround); !made) return std::unexpected(made.error());
  }
  for (std::uint32_t y = 0; y < height; y += strip) {
    const std::uint32_t end = std::min(y + strip, height);
    for (auto* picture : {&reference, &distorted}) {
      if (auto moved = picture->move(y - std::min(y, kAround), std::min(end + kAround, height), backgrounds);
          !moved)
        return std::unexpected(moved.error());
    }
    for (std::size_t i = 0; i < passes.size(); ++i)
      passes[i].take(reference.light(i), distorted.light(i), end, threads);
  }
  Similarity similarity = perfect(measures);
  for (const auto& pass : passes) keep_lower(similarity, measures, pass.sums());
  return similarity;
}

/// Whether the colours that `metadata` describes can be scored at all. Errors: those of Light::of.
Result<void> check_colours(const Image& image, const Metadata& metadata) {
  ImageRows reader(image);
  auto row = RowWindow::over(reader, 1);
  if (!row) return std::unexpected(row.error());
  if (auto moved = row->move(0, 1); !moved) return moved;
  const auto light = Light::of(row->rows(), metadata, kBackgrounds.front());
  return light ? Result<void>() : std::unexpected(light.error());
}

/// Pixels whose change a region's score can feel: its own, and those that the blur carries in at 1:2.
bool feels(const Area& region, const Area& changed) {
  constexpr std::uint32_t kAround = 2 * kReach;
  return changed.x < region.x + region.width + kAround && region.x < changed.x + changed.width + kAround &&
         changed.y < region.y + region.height + kAround && region.y < changed.y + changed.height + kAround;
}

}  // namespace

std::vector<Area> regions_of(Size size) {
  std::vector<Area> regions;
  for (const Span& y : windows_along(size.height)) {
    for (const Span& x : windows_along(size.width)) regions.push_back({x.from, y.from, x.length, y.length});
  }
  return regions;
}

const RegionScore& Similarity::worst() const {
  return *std::ranges::min_element(regions, {}, &RegionScore::score);
}

/// One side, or one for each background.
struct Reference::State {
  Measures measures;
  const KernelSet* kernels;
  std::vector<ReferenceSide> sides;
  const Image* image = nullptr;  ///< borrowed, as its metadata; null where sides were prepared
  const Metadata* metadata = nullptr;

  const ReferenceSide& side(std::size_t background) const {
    return sides[std::min(background, sides.size() - 1)];
  }
};

struct Scored::State {
  const Reference::State* reference;
  std::vector<CandidateSide> sides;
  Similarity similarity;

  void update_scores(const Area& changed) {
    const Measures& measures = reference->measures;
    similarity.score = 100;
    for (const CandidateSide& side : sides) keep_lower(similarity.score, side.sums().score(measures));
    for (std::size_t i = 0; i < similarity.regions.size(); ++i) {
      RegionScore& region = similarity.regions[i];
      if (!feels(region.area, changed)) continue;
      region.score = 100;
      for (const CandidateSide& side : sides) {
        keep_lower(region.score, side.sums().region_score(measures, i));
      }
    }
  }
};

Reference::Reference(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reference::Reference(Reference&&) noexcept = default;
Reference& Reference::operator=(Reference&&) noexcept = default;
Reference::~Reference() = default;

Result<Reference> Reference::prepare(const Image& image, const Metadata& metadata, int threads,
                                     const KernelSet& kernels) {
  if (auto fits = check_size(image.size()); !fits) return std::unexpected(fits.error());
  try {
    auto state = std::make_unique<State>(State{Measures(image.size()), &kernels, {}, nullptr, nullptr});
    const std::size_t sides = translucent(image) ? kBackgrounds.size() : 1;
    for (std::size_t i = 0; i < sides; ++i) {
      auto light = Light::of(image, metadata, kBackgrounds[i]);
      if (!light) return std::unexpected(light.error());
      state->sides.emplace_back(state->measures, *light, kernels.run, threads);
    }
    return Reference(std::move(state));
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

Result<Reference> Reference::borrow(const Image& image, const Metadata& metadata, const KernelSet& kernels) {
  if (auto fits = check_size(image.size()); !fits) return std::unexpected(fits.error());
  if (auto fits = check_colours(image, metadata); !fits) return std::unexpected(fits.error());
  try {
    return Reference(std::make_unique<State>(State{Measures(image.size()), &kernels, {}, &image, &metadata}));
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

bool Reference::is_borrowed() const {
  return state_->image != nullptr;
}

Result<Scored> Reference::score(const Image& image, const Metadata& metadata, int threads) const {
  const Measures& measures = state_->measures;
  if (auto same = check_sizes(measures.size(), image.size()); !same) return std::unexpected(same.error());
  try {
    if (state_->image) {
      auto similarity =
          ssimulacra2(*state_->image, *state_->metadata, image, metadata, threads, *state_->kernels);
      if (!similarity) return std::unexpected(similarity.error());
      return Scored(std::make_unique<Scored::State>(Scored::State{state_.get(), {}, std::move(*similarity)}));
    }
    auto state = std::make_unique<Scored::State>(Scored::State{state_.get(), {}, {}});
    const std::size_t sides = translucent(image) ? kBackgrounds.size() : state_->sides.size();
    for (std::size_t i = 0; i < sides; ++i) {
      auto light = Light::of(image, metadata, kBackgrounds[i]);
      if (!light) return std::unexpected(light.error());
      state->sides.emplace_back(measures, state_->side(i), std::move(*light), state_->kernels->run, threads);
    }
    state->similarity = perfect(measures);
    state->update_scores({0, 0, measures.size().width, measures.size().height});
    return Scored(std::move(state));
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

Result<Similarity> Reference::score(RowReader& rows, const Metadata& metadata, int threads) const {
  const Measures& measures = state_->measures;
  if (auto same = check_sizes(measures.size(), rows.size()); !same) return std::unexpected(same.error());
  if (!state_->image)
    return fail(ErrorKind::unsupported, "only a borrowed reference is gone through by rows");
  try {
    ImageRows own(*state_->image);
    return compared({own, *state_->metadata, translucent(*state_->image)}, {rows, metadata, false}, measures,
                    state_->kernels->run, threads);
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

Scored::Scored(std::unique_ptr<State> state) : state_(std::move(state)) {}
Scored::Scored(Scored&&) noexcept = default;
Scored& Scored::operator=(Scored&&) noexcept = default;
Scored::~Scored() = default;

const Similarity& Scored::similarity() const {
  return state_->similarity;
}

Result<void> Scored::update(const Area& changed) try {
  if (state_->sides.empty()) return nothing_kept();
  for (const CandidateSide& side : state_->sides) {
    if (side.is_live()) continue;
    return fail(ErrorKind::unsupported,
                "the change is of a kind that asks for scoring the whole picture anew");
  }
  for (std::size_t i = 0; i < state_->sides.size(); ++i) {
    state_->sides[i].update(state_->reference->measures, state_->reference->side(i),
                            state_->reference->kernels->run, changed);
  }
  state_->update_scores(changed);
  return {};
} catch (const std::bad_alloc&) {
  return no_memory();
}

Result<Sensitivity> Scored::sensitivity(int threads) const try {
  if (state_->sides.empty()) return nothing_kept();
  const Reference::State& reference = *state_->reference;
  const auto lower = std::ranges::min_element(
      state_->sides, {}, [&](const CandidateSide& side) { return side.sums().score(reference.measures); });
  const auto background = static_cast<std::size_t>(lower - state_->sides.begin());
  return lower->sensitivity(reference.measures, reference.side(background), reference.kernels->run, threads);
} catch (const std::bad_alloc&) {
  return no_memory();
}

Result<Gradient> Scored::gradient(int threads) const try {
  if (state_->sides.empty()) return nothing_kept();
  const Reference::State& reference = *state_->reference;
  const CandidateSide& side = state_->sides.front();
  if (state_->sides.size() > 1 || side.blends())
    return fail(ErrorKind::unsupported, "translucent pictures have no gradient");
  return side.gradient(reference.measures, reference.side(0), reference.kernels->run, threads);
} catch (const std::bad_alloc&) {
  return no_memory();
}

Result<Similarity> ssimulacra2(const Image& reference, const Metadata& reference_metadata,
                               const Image& distorted, const Metadata& distorted_metadata, int threads,
                               const KernelSet& kernels) {
  for (const Image* image : {&reference, &distorted}) {
    if (auto fits = check_size(image->size()); !fits) return std::unexpected(fits.error());
  }
  if (auto same = check_sizes(reference.size(), distorted.size()); !same)
    return std::unexpected(same.error());
  try {
    ImageRows rows(reference);
    ImageRows other_rows(distorted);
    return compared({rows, reference_metadata, translucent(reference)},
                    {other_rows, distorted_metadata, translucent(distorted)}, Measures(reference.size()),
                    kernels.run, threads);
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

}  // namespace frugal::metric
