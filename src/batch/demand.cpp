#include "batch/demand.hpp"

#include <algorithm>
#include <span>

#include "adapt/search.hpp"
#include "batch/terms.hpp"
#include "batch/transcode.hpp"

namespace frugal::batch {

namespace {

/// A worker process, and what no picture's size decides, in bytes.
constexpr std::uint64_t kProcess = 16U << 20;

/// A JPEG's draft, what its score tells, and the gradient on the way to that, beside the reference: measured
/// on 2 MP, 92 in all; where two samplings are drafted up to 25 more.
constexpr std::uint64_t kDraftBytesAPixel = 80;

/// A JPEG that is drafted for a codec that heeds where errors show, and what its score tells: measured on 3
/// MP.
constexpr std::uint64_t kGuideBytesAPixel = 15;

/// To read a PNG takes less than half of what writing one does.
constexpr std::uint64_t kPngReadBytesAPixel = 18;

/// Peak memory while a picture of that format is read or made, in bytes a pixel: the decoded picture, one
/// that fits the format, the encoder's own planes and the decoded result. Measured on 12 MP pictures of
/// 8-bit RGB, a photograph and one of text, and rounded up.
std::uint64_t bytes_a_pixel(codec::Format format) {
  switch (format) {
    case codec::Format::jpeg:
      return 22;  // with full chroma; 14 with half of it
    case codec::Format::png:
      return 40;  // four ways of filtering at once, with their streams
    case codec::Format::tiff:
      return 12;
    case codec::Format::webp:
      return 29;  // 26, and the planes once more while libwebp looks at a pattern, or to check them
    case codec::Format::avif:
      return 52;  // coded in 10 bits
    case codec::Format::heic:
      return 46;  // in 10 bits, too
  }
  return 52;
}

/// PNG that may lose colours: the quantiser's copy.
constexpr std::uint64_t kLossyPngBytesAPixel = 26;

/// Narrower pictures are scored at fewer scales, and in larger blocks.
constexpr std::uint32_t kNarrow = 113;

bool has_alpha(const codec::Header& header) {
  return header.channels == 2 || header.channels == 4;
}

bool is_narrow(const codec::Header& header) {
  return std::min(header.size.width, header.size.height) < kNarrow;
}

/// What scoring takes beside that, in bytes a pixel: the prepared reference and the candidate, more than
/// twice as much where the picture is translucent. Measured as above: 31 opaque, 79 with alpha.
std::uint64_t scoring_bytes_a_pixel(const codec::Header& header) {
  return has_alpha(header) || is_narrow(header) ? 80 : 32;
}

/// What scoring in one pass takes in all, in bytes: some rows of both pictures, and of narrow ones all.
std::uint64_t passing_bytes(const codec::Header& header) {
  constexpr std::uint64_t kWhole = 54;  // a pixel
  constexpr std::uint64_t kAColumn = 2048;
  const std::uint64_t backgrounds = has_alpha(header) ? 2 : 1;
  const auto whole = backgrounds * kWhole * header.size.width * header.size.height;
  return is_narrow(header) ? whole : std::min(whole, backgrounds * kAColumn * header.size.width);
}

/// Tenths of bytes a pixel at the peak while a picture of 8 bits is read sparingly: it, and what decoders
/// keep beside it, but for what a header tells.
std::uint64_t sparing_tenths_to_read(codec::Format format, int channels) {
  const auto picture = static_cast<std::uint64_t>(channels) * 10;
  switch (format) {
    case codec::Format::jpeg:
    case codec::Format::png:
      return picture + 1;
    case codec::Format::webp:
      return picture + 45;  // a lossless one's pixels once more
    case codec::Format::tiff:
      return 120;
    default:
      return bytes_a_pixel(format) * 10;
  }
}

/// The same while it is encoded, or read back by rows. Measured on a photograph of 60 MP, and rounded up:
/// JPEG 6.9 with chroma halved, 10.2 in full, 17.5 of a file that stores it in full; PNG 5; WebP 7.3.
std::uint64_t sparing_tenths_to_make(const codec::Codec& codec, const codec::Header& header,
                                     codec::Format source, const Options& options, codec::Room room) {
  const bool least = room == codec::Room::scarcest && !options.lossless;
  const auto picture = static_cast<std::uint64_t>(header.channels) * 10;
  const bool alpha = has_alpha(header);
  switch (codec.format) {
    case codec::Format::jpeg: {
      const bool turned = source == codec::Format::jpeg && header.orientation != Orientation::upright;
      return (least ? 70 : source == codec::Format::jpeg ? 180 : 110) + (alpha ? 10 : 0) + (turned ? 10 : 0);
    }
    case codec::Format::png:
      if (options.lossy_png) return kLossyPngBytesAPixel * 10;
      return picture + (header.depth > 8 ? picture : 0) + (alpha ? 80 : 40);  // samples are turned about
    case codec::Format::webp:
      if (least && !alpha) return 74;
      [[fallthrough]];
    default:
      return bytes_a_pixel(codec.format) * 10 + (alpha ? 40 : 0);
  }
}

/// Bytes a pixel of the copy that is made of a picture to fit `codec`, where it does not fit by itself: all
/// formats' at once.
std::uint64_t copy_bytes(const codec::Codec& codec, const codec::Header& header) {
  const bool deep = header.depth > 8;
  const bool alpha = has_alpha(header);
  const bool widened = header.channels < 3 && !codec.gray;
  if (!deep && !alpha && !widened) return 0;
  const int channels = header.channels + (widened ? 2 : 0) - (alpha && !codec.alpha ? 1 : 0);
  return static_cast<std::uint64_t>(channels) * (deep ? 2 : 1);
}

/// Bytes a pixel of a file that is kept while others are made to be held against it: lossless, it may be as
/// large as the picture, where even photographs are made so; drawn ones shrink.
std::uint64_t file_bytes(std::span<const codec::Codec* const> codecs, const Settings& settings,
                         const codec::Header& header) {
  const bool lossless = std::ranges::any_of(codecs, &codec::Codec::has_lossless);
  const bool always = settings.lossless || settings.quality.value_or(100) >= adapt::kNearlyLossless;
  return lossless && always ? static_cast<std::uint64_t>(header.channels) * (header.depth > 8 ? 2 : 1) : 1;
}

/// Files that are kept beside the last one where a size is given, in bytes: the best so far, or all, where it
/// is not yet clear what is best.
std::uint64_t tries_bytes(const Settings& settings, std::uint64_t pixels) {
  if (!settings.max_bytes) return 0;
  return (settings.quality ? adapt::kMostEncodes - 1 : 1) * std::min(*settings.max_bytes, pixels);
}

/// What came through a pipe stays as it came.
std::uint64_t piped_bytes(const Unit& unit, std::uint64_t size) {
  return unit.source.content ? size : 0;
}

/// What making all targets sparingly takes. The file is here and there until it was read; after that only a
/// file on which a result may build.
std::uint64_t sparing_demand(const Unit& unit, const codec::Header& header, std::uint64_t size,
                             const Options& options, codec::Room room) {
  const auto pixels = std::uint64_t{header.size.width} * header.size.height;
  const std::uint64_t deep = header.depth > 8 ? 2 : 1;
  const auto& source = *unit.source.codec;
  const auto picture = static_cast<std::uint64_t>(header.channels) * deep * pixels;
  auto reading = sparing_tenths_to_read(source.format, header.channels) * deep * pixels / 10;
  if (header.orientation != Orientation::upright) reading = std::max(reading, 2 * picture);
  reading =
      std::max(reading, header.working_bytes + header.working_bytes / 16);  // gone when the rows are there
  std::uint64_t making = 0;
  for (const auto& target : unit.targets) {
    const auto codecs = codecs_of(target, room);
    std::uint64_t most = 0;
    std::uint64_t beside = 0;
    std::uint64_t packed = 0;  // more tightly, without loss
    for (const auto* codec : codecs) {
      most = std::max(most, deep * sparing_tenths_to_make(*codec, header, source.format, options, room));
      beside += 10 * copy_bytes(*codec, header);
      if (codec == &source && source.recompresses) packed = size;
    }
    const auto settings = settings_of(options, target, size);
    if (codecs.size() > 1) beside += 10 * file_bytes(codecs, settings, header);
    const bool scored = needs_score(codecs, options.lossless, options.lossy_png);
    making = std::max(making, (most + beside) * pixels / 10 + (scored ? passing_bytes(header) : 0) + packed +
                                  tries_bytes(settings, pixels));
  }
  const auto piped = piped_bytes(unit, size);
  return kProcess + piped + std::max(2 * size + reading, piped + (source.recompresses ? size : 0) + making);
}

}  // namespace

Manner asked(const Options& options) {
  return {options.effort, options.room};
}

Options in_manner(Options options, const Manner& manner) {
  options.effort = manner.effort;
  options.room = manner.room;
  return options;
}

std::array<Manner, 3> manners(const Options& options) {
  const int effort = std::min(options.effort, kSparingEffort);
  return {asked(options), Manner{effort, codec::Room::scarce}, Manner{effort, codec::Room::scarcest}};
}

std::uint64_t demand(const Unit& unit, const codec::Header& header, std::uint64_t size,
                     const Options& options, const Manner& manner) {
  if (manner.sparing()) return sparing_demand(unit, header, size, options, manner.room);
  const auto pixels = std::uint64_t{header.size.width} * header.size.height;
  const auto source = unit.source.codec->format;
  std::uint64_t most = source == codec::Format::png ? kPngReadBytesAPixel : bytes_a_pixel(source);
  std::size_t formats = 1;  // weighed against each other, each with a picture that fits it
  bool scored = false;
  const bool drafts = manner.effort >= adapt::kDraftEffort;
  for (const auto& target : unit.targets) {
    const auto codecs = codecs_of(target, manner.room);
    scored = scored || needs_score(codecs, options.lossless, options.lossy_png);
    for (const auto* codec : codecs) {
      auto own = bytes_a_pixel(codec->format);
      if (options.lossy_png && codec->format == codec::Format::png) own = std::max(own, kLossyPngBytesAPixel);
      if (drafts && codec->heeds_guide) own += kGuideBytesAPixel;
      if (drafts && codec->draft) own = std::max(own, kDraftBytesAPixel);
      most = std::max(most, own);
    }
    formats = std::max(formats, codecs.size());
  }
  most += (formats - 1) * static_cast<std::uint64_t>(header.channels);
  const std::uint64_t deep = header.depth > 8 ? 2 : 1;
  const auto scoring = scored ? scoring_bytes_a_pixel(header) : 0;
  // The file is here, and there.
  return kProcess + piped_bytes(unit, size) + 2 * size + pixels * (most * deep + scoring);
}

std::optional<Manner> manner_within(std::uint64_t limit, const Unit& unit, const codec::Header& header,
                                    std::uint64_t size, const Options& options) {
  for (const auto& manner : manners(options)) {
    if (demand(unit, header, size, options, manner) <= limit) return manner;
  }
  return std::nullopt;
}

std::optional<Manner> manner_within(std::uint64_t limit, const Unit& unit, Size picture, std::uint64_t size,
                                    const Options& options) {
  if (picture.width == 0) return std::nullopt;  // it was left alone before that was known
  const auto pixels = std::uint64_t{picture.width} * picture.height;
  const auto manner = [&](int channels, int depth, std::uint64_t working_bytes) {
    const codec::Header header{picture, Orientation::upright, channels, depth, working_bytes};
    return manner_within(limit, unit, header, size, options);
  };
  const auto least = manner(3, 8, 0);
  // A JPEG has neither alpha nor more than 8 bits, but may have several scans.
  const bool plain = unit.source.codec->format == codec::Format::jpeg;
  const auto most = plain ? manner(3, 8, 6 * pixels) : manner(4, 16, 0);
  return least == most ? least : std::nullopt;
}

}  // namespace frugal::batch
