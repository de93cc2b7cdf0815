#include "codec/webp/mapped.hpp"

#include <webp/decode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

namespace frugal::codec::webp {

namespace {

constexpr std::uint8_t kGrey = 128;
constexpr std::uint32_t kPatch = 4;  // side of the one block in a macroblock that is not grey

/// Samples to be read or written.
struct Samples {
  std::uint8_t* data = nullptr;
  std::size_t stride = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t cell = 0;  ///< side of a macroblock, in samples of this plane

  std::uint8_t* row(std::uint32_t y) const { return data + stride * y; }
};

std::array<Samples, 3> planes_of(const WebPPicture& picture) {
  const auto width = static_cast<std::uint32_t>(picture.width);
  const auto height = static_cast<std::uint32_t>(picture.height);
  const auto luma = static_cast<std::size_t>(picture.y_stride);
  const auto chroma = static_cast<std::size_t>(picture.uv_stride);
  const std::uint32_t half_width = (width + 1) / 2;
  const std::uint32_t half_height = (height + 1) / 2;
  return {{{picture.y, luma, width, height, kMacroblockSide},
           {picture.u, chroma, half_width, half_height, kMacroblockSide / 2},
           {picture.v, chroma, half_width, half_height, kMacroblockSide / 2}}};
}

/// The pixels that are to be coded, and how far they are back in the picture that libwebp sees.
class Stage {
 public:
  explicit Stage(const WebPPicture& picture) : seen_(planes_of(picture)) {
    for (std::size_t p = 0; p < seen_.size(); ++p) {
      const auto& plane = seen_[p];
      kept_[p].resize(std::size_t{plane.width} * plane.height);
      for (std::uint32_t y = 0; y < plane.height; ++y)
        std::copy_n(plane.row(y), plane.width, kept_[p].data() + std::size_t{plane.width} * y);
    }
  }

  void paint(const SegmentMap& map, const Steering& steering) {
    for (std::size_t p = 0; p < seen_.size(); ++p) {
      const auto& plane = seen_[p];
      for (std::uint32_t y = 0; y < plane.height; ++y) {
        std::fill_n(plane.row(y), plane.width, kGrey);
        if (p > 1 || y % plane.cell >= kPatch) continue;
        for (std::uint32_t x = 0; x < plane.width; ++x) {
          if (x % plane.cell >= kPatch) continue;
          const auto segment = map.of[std::size_t{y / plane.cell} * map.columns + x / plane.cell];
          const int amplitude = p == 0 ? steering.amplitudes[segment] : steering.chroma_amplitude;
          plane.row(y)[x] = static_cast<std::uint8_t>(kGrey + amplitude);
        }
      }
    }
    restored_ = 0;
  }

  /// Puts the pixels back, in the rows of macroblocks before `end` (all, where there are fewer).
  void restore(std::uint32_t end) noexcept {
    for (std::size_t p = 0; p < seen_.size(); ++p) {
      const auto& plane = seen_[p];
      const std::uint32_t rows = (plane.height + plane.cell - 1) / plane.cell;
      const std::uint32_t last = std::min(end, rows) * plane.cell;
      for (std::uint32_t y = restored_ * plane.cell; y < std::min(last, plane.height); ++y)
        std::memcpy(plane.row(y), kept_[p].data() + std::size_t{plane.width} * y, plane.width);
    }
    restored_ = std::max(restored_, end);
  }

 private:
  std::array<Samples, 3> seen_;
  std::array<std::vector<std::uint8_t>, 3> kept_;
  std::uint32_t restored_ = 0;
};

/// What libwebp's progress tells.
struct Progress {
  Stage* stage = nullptr;
  std::uint32_t columns = 0;  ///< of macroblocks
  std::uint32_t count = 0;    ///< of macroblocks
};

/// The analysis makes the first 20 %, and ends without being heard of; at 20 % the first macroblocks may be
/// coded already. So what was analysed is put back meanwhile, but for the row that the analysis of the next
/// looks at.
int on_progress(int percent, const WebPPicture* picture) noexcept {
  constexpr std::uint32_t kAnalysis = 20;
  const auto& progress = *static_cast<const Progress*>(picture->user_data);
  const auto done = static_cast<std::uint32_t>(std::max(percent, 0));
  if (done >= kAnalysis) {
    progress.stage->restore(progress.count);
  } else {
    const auto row = static_cast<std::uint32_t>((std::uint64_t{done} * progress.count + kAnalysis - 1) /
                                                kAnalysis / progress.columns);
    if (row > 1) progress.stage->restore(row - 1);
  }
  return 1;
}

/// The encode reads nothing of a picture that is lower than this before it is back in its place; others must
/// be gone through once more before they are coded, as libwebp does to save memory.
constexpr std::uint32_t kLeastRows = 8;

/// The first macroblock is another susceptibility than the pattern's, having no neighbours: of few it moves
/// the mean a little.
constexpr int kMostQuantizersOff = 3;

bool quantised_as_wanted(const WebPAuxStats& stats, const std::vector<std::uint8_t>& segments,
                         const SegmentMap& map, const Steering& steering) {
  for (std::size_t i = 0; i < map.of.size(); ++i) {
    if (segments[i] >= kMaxSegments) return false;
    const int wanted = steering.quantizers[map.of[i]];
    if (std::abs(stats.segment_quant[segments[i]] - wanted) > kMostQuantizersOff) return false;
  }
  return true;
}

/// True where every macroblock is about as light as it should be: it is not the pattern that was coded.
bool coded_the_picture(ByteView file, const Samples& given, const SegmentMap& map) {
  constexpr int kMostOff = 24;  // the coarsest quantizer leaves a mean nearer than that
  int width = 0;
  int height = 0;
  int stride = 0;
  int chroma_stride = 0;
  std::uint8_t* u = nullptr;
  std::uint8_t* v = nullptr;
  const std::unique_ptr<std::uint8_t, decltype(&WebPFree)> luma(
      WebPDecodeYUV(file.data(), file.size(), &width, &height, &u, &v, &stride, &chroma_stride), WebPFree);
  if (!luma) return false;
  std::vector<int> off(map.columns);
  std::vector<int> samples(map.columns);
  for (int y = 0; y < height; ++y) {
    const auto* wanted = given.row(static_cast<std::uint32_t>(y));
    const auto* got = luma.get() + static_cast<std::ptrdiff_t>(stride) * y;
    for (int x = 0; x < width; ++x) {
      off[static_cast<std::size_t>(x) / kMacroblockSide] += got[x] - wanted[x];
      ++samples[static_cast<std::size_t>(x) / kMacroblockSide];
    }
    if (static_cast<std::uint32_t>(y) % kMacroblockSide != kMacroblockSide - 1 && y + 1 != height) continue;
    for (std::uint32_t column = 0; column < map.columns; ++column) {
      if (std::abs(off[column]) > kMostOff * samples[column]) return false;
      off[column] = samples[column] = 0;
    }
  }
  return true;
}

}  // namespace

bool encode_mapped(Picture& picture, WebPConfig config, const SegmentMap& map, const Steering& steering) {
  auto& seen = picture.picture;
  std::optional<Stage> stage(seen);
  Progress progress{&*stage, map.columns, map.columns * map.rows};
  std::vector<std::uint8_t> segments(map.of.size(), kMaxSegments);
  WebPAuxStats stats{};
  config.quality = steering.quality;
  config.sns_strength = steering.sns_strength;
  config.segments = static_cast<int>(kMaxSegments);
  config.thread_level = 0;
  if (map.rows < kLeastRows) config.low_memory = 1;
  config.exact = 1;  // what transparency hides was tidied before
  stage->paint(map, steering);
  seen.progress_hook = on_progress;
  seen.user_data = &progress;
  seen.extra_info_type = 2;  // segments
  seen.extra_info = segments.data();
  seen.stats = &stats;
  const bool encoded = WebPEncode(&config, &seen) != 0;
  stage->restore(progress.count);
  stage.reset();
  seen.progress_hook = nullptr;
  seen.user_data = nullptr;
  seen.extra_info_type = 0;
  seen.extra_info = nullptr;
  seen.stats = nullptr;
  if (encoded && quantised_as_wanted(stats, segments, map, steering) &&
      coded_the_picture(picture.file(), planes_of(seen)[0], map))
    return true;
  WebPMemoryWriterClear(&picture.writer);
  return false;
}

}  // namespace frugal::codec::webp
