#include "batch/demand.hpp"

#include <algorithm>

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
std::uint64_t bytes_a_pixel(codec::Format format, bool one_thread) {
  switch (format) {
    case codec::Format::jpeg:
      return 22;  // with full chroma; 14 with half of it
    case codec::Format::png:
      return one_thread ? 20 : 40;  // four ways of filtering at once, with their streams
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

/// What scoring takes beside that, in bytes a pixel: the prepared reference and the candidate, more than
/// twice as much where the picture is translucent; narrow ones are scored in larger blocks. Measured as
/// above: 31 opaque, 79 with alpha. Where nothing is prepared it comes after the encode, not beside it: both
/// pictures and twice 3 bytes, or 6.
std::uint64_t scoring_bytes_a_pixel(const codec::Header& header, bool sparing) {
  constexpr std::uint32_t kNarrow = 113;
  const bool alpha = header.channels == 2 || header.channels == 4;
  const bool more = alpha || std::min(header.size.width, header.size.height) < kNarrow;
  if (sparing) return more ? 24 : 14;
  return more ? 80 : 32;
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
  const bool sparing = manner.sparing();
  const auto pixels = std::uint64_t{header.size.width} * header.size.height;
  const auto source = unit.source.codec->format;
  std::uint64_t most = source == codec::Format::png ? kPngReadBytesAPixel : bytes_a_pixel(source, sparing);
  std::size_t formats = 1;  // weighed against each other, each with a picture that fits it
  bool scored = false;
  const bool drafts = manner.effort >= adapt::kDraftEffort;
  for (const auto& target : unit.targets) {
    const auto codecs = codecs_of(target);
    scored = scored || needs_score(codecs, options.lossless, options.lossy_png);
    for (const auto* codec : codecs) {
      auto own = bytes_a_pixel(codec->format, sparing);
      if (options.lossy_png && codec->format == codec::Format::png) own = std::max(own, kLossyPngBytesAPixel);
      if (drafts && codec->heeds_guide) own += kGuideBytesAPixel;
      if (drafts && codec->draft) own = std::max(own, kDraftBytesAPixel);
      most = std::max(most, own);
    }
    formats = std::max(formats, codecs.size());
  }
  most += (formats - 1) * static_cast<std::uint64_t>(header.channels);
  const std::uint64_t deep = header.depth > 8 ? 2 : 1;
  const auto scoring = scored ? scoring_bytes_a_pixel(header, sparing) : 0;
  const auto each = sparing ? std::max(most * deep, scoring * deep) : most * deep + scoring;
  return kProcess + 2 * size + pixels * each;  // the file is here, and there
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
  const auto manner = [&](int channels, int depth) {
    const codec::Header header{picture, Orientation::upright, channels, depth};
    return manner_within(limit, unit, header, size, options);
  };
  const bool plain = unit.source.codec->format == codec::Format::jpeg;  // neither alpha nor more than 8 bits
  const auto least = manner(3, 8);
  return plain || least == manner(4, 16) ? least : std::nullopt;
}

}  // namespace frugal::batch
