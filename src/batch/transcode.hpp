// Conversion proper: from bytes and settings to bytes and figures. No file, no clock, no global: the same
// call runs in a thread, in an isolated process or on another machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "batch/options.hpp"
#include "batch/outcome.hpp"
#include "codec/codec.hpp"
#include "image/image.hpp"
#include "image/metadata.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::batch {

/// Tells the time in ms from any fixed moment; handed in, so that transcoding itself asks nobody.
using Clock = double (*)();

/// What decides an output's bytes, beside the source.
struct Settings {
  double quality = 80;                    ///< SSIMULACRA2
  std::optional<double> encoder_quality;  ///< the codec's own knob; wins over `quality`
  int effort = 5;                         ///< 1 to 9
  MetadataPolicy metadata = MetadataPolicy::safe;
  bool source_goes = false;  ///< nothing but the output will be left
};

/// A source, decoded and upright, with the metadata that may travel on.
struct Picture {
  Image image;
  Metadata metadata;
  std::vector<std::string> extras;  ///< see codec::Decoded
  codec::Format format = codec::Format::jpeg;
};

struct Made {
  Bytes bytes;
  Figures figures;
};

/// Decodes `file`. Errors: those of Codec::decode. Adds to `ms.decode`.
Result<Picture> decode(ByteView file, const codec::Codec& source, MetadataPolicy policy,
                       const codec::Limits& limits, int threads, Clock clock, Timings& ms);

/// Encodes `picture` to `target`, then decodes the result again and checks it: the same size and channels,
/// and the very same pixels where the codec is lossless. Errors: left_alone where something would not
/// survive, internal where the result does not hold. Adds to `ms.encode` and `ms.score`.
Result<Made> encode(Picture picture, const codec::Codec& target, const Settings& settings, int threads,
                    Clock clock, Timings& ms);

}  // namespace frugal::batch
