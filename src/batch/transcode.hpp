// Conversion proper: from bytes and settings to bytes and figures. No file, no clock, no global: the same
// call runs in a thread, in an isolated process or on another machine.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapt/search.hpp"
#include "adapt/subject.hpp"
#include "batch/options.hpp"
#include "batch/outcome.hpp"
#include "codec/codec.hpp"
#include "image/image.hpp"
#include "image/metadata.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::batch {

using adapt::Clock;

/// Regions may lie this far below the whole picture's score where nothing else is asked, in points.
inline constexpr double kFloorBelow = 5;

/// What decides an output's bytes, beside the source.
struct Settings {
  std::optional<double> quality = 80;      ///< SSIMULACRA2; none: as high as `max_bytes` allows
  std::optional<double> region_floor;      ///< SSIMULACRA2; none: 5 below the quality
  std::optional<std::uint64_t> max_bytes;  ///< of the output
  std::optional<double> encoder_quality;   ///< the codec's own knob; wins over `quality`
  bool lossless = false;                   ///< wins over all of these
  bool lossy_png = false;                  ///< PNG may lose colours; only where one may be written
  int effort = 5;                          ///< 1 to 9
  codec::Room room = codec::Room::ample;   ///< for the whole of it
  MetadataPolicy metadata = MetadataPolicy::safe;
  bool recode = false;       ///< also what is compressed nearly as much already, where sizes alone decide
  bool source_goes = false;  ///< nothing but the output will be left
};

/// A source, decoded and upright, with the metadata that may travel on.
struct Picture {
  Image image;
  Metadata metadata;
  std::vector<std::string> extras;  ///< see codec::Decoded
  codec::Format format = codec::Format::jpeg;
  std::optional<double> quality = {};         ///< see codec::Decoded
  Orientation stored = Orientation::upright;  ///< as the file had it
  bool reduced_chroma = false;                ///< see codec::Decoded
  /// The file that it was decoded from, to be set by who keeps those bytes as long as the picture: a result
  /// of the same format can then build on what they store.
  ByteView file = {};
  std::unique_ptr<adapt::Subject> subject;  ///< what was worked out about `image`; made by the first `encode`
};

struct Made {
  const codec::Codec* codec = nullptr;  ///< which of the targets
  Bytes bytes;                          ///< empty where no file is of use; `why` says the reason
  Figures figures;
  std::vector<adapt::Step> steps;  ///< the search's
  std::string why;                 ///< adapt::Choice::why
};

/// True unless every one of `targets` is sure to keep every pixel, so that there is nothing to score.
/// `lossless`, `lossy_png`: as in Settings.
bool needs_score(std::span<const codec::Codec* const> targets, bool lossless, bool lossy_png);

/// Decodes `file`. Errors: those of Codec::decode. Adds to `ms.decode`.
Result<Picture> decode(ByteView file, const codec::Codec& source, MetadataPolicy policy,
                       const codec::Limits& limits, int threads, Clock clock, Timings& ms);

/// Makes the smallest file of any of `targets` that `settings` allow, decodes the result again and checks it:
/// size and channels, the very same pixels where it is lossless, the score where one was asked for.
/// `useless_from`: a result of so many bytes or more is of no use; the search then ends early, and Made.bytes
/// is empty. May
/// be called again for the same picture; `picture` must then stay where it is in memory. Errors: left_alone
/// where something would not survive or the goal cannot be met, internal where the result does not hold. Adds
/// to `ms.analyse`, `ms.encode` and `ms.score`.
Result<Made> encode(Picture& picture, std::span<const codec::Codec* const> targets, const Settings& settings,
                    std::optional<std::uint64_t> useless_from, int threads, Clock clock, Timings& ms);

}  // namespace frugal::batch
