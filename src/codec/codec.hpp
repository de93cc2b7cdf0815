// The interface behind which every image format stands, and the one ordered table of them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/image.hpp"
#include "image/metadata.hpp"
#include "image/rows.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec {

enum class Format : std::uint8_t { jpeg, png, webp, avif, heic, tiff };

/// How much memory there is.
enum class Room : std::uint8_t {
  ample,     ///< time counts
  scarce,    ///< what takes much is made anew whenever it is needed
  scarcest,  ///< and files are made in ways that take little: JPEG with chroma of half the resolution
};

/// Bounds checked from a file's header, before anything of the picture's size is allocated. The others (see
/// Bound) follow from this one.
struct Limits {
  std::uint64_t max_pixels = 100'000'000;  ///< of one picture, width × height
  /// To read it. Changes nothing of what is read; but what a PNG's pixels are not valid zlib for is then not
  /// read, which else may be.
  Room room = Room::ample;
};

/// What a file may have of something else than pixels: so much by default, and in proportion where
/// Limits::max_pixels is raised. A lower one does not lower it.
struct Bound {
  std::uint64_t by_default;
  std::string_view unit;  ///< in messages: "scans"
};

inline constexpr Bound kMostOnASide{32'768, "pixels on a side"};
inline constexpr Bound kMostScans{100, "scans"};
inline constexpr Bound kMostProfile{8U << 20, "bytes of ICC profile"};
inline constexpr Bound kMostMetadata{32U << 20, "bytes of metadata"};  ///< in one block or chunk
inline constexpr Bound kMostItems{4096, "items"};                      ///< of a HEIF file
inline constexpr Bound kMostPictures{4096, "pictures in one"};         ///< tiles and layers, alpha's too
/// Of those pictures together: colour and alpha, each of them padded to whole tiles.
inline constexpr Bound kMostCoded{400'000'000, "coded pixels"};

/// What a header tells, without decoding.
struct Header {
  Size size;  ///< of the stored samples, before `orientation` is applied
  Orientation orientation = Orientation::upright;
  int channels = 3;  ///< 1 to 4, as in Image
  int depth = 8;     ///< significant bits a sample, 8 to 16 (less is widened to 8)
  /// Bytes that decoding takes beside the picture, as far as that depends on more than all this: told of
  /// JPEG. In another Room than ample they go as the picture comes.
  std::uint64_t working_bytes = 0;
};

struct Decoded {
  Image image;  ///< as stored; `metadata.orientation` says how to turn it upright
  Metadata metadata;
  /// What the file holds beside this one picture and would be lost by writing the picture alone to the same
  /// format again (an HDR gain map, data after the end, further images): short noun phrases for a message.
  std::vector<std::string> extras;
  /// The codec's own quality at which the file was coded, as far as its data tell; none where lossless or
  /// unknown.
  std::optional<double> quality = {};
  bool reduced_chroma = false;  ///< no more than a sample for four pixels is stored of it; told of JPEG
};

/// A file that is read a few rows at a time.
struct OpenedRows {
  std::unique_ptr<RowReader> rows;  ///< as stored
  Metadata metadata;
};

/// How a coder samples colour.
enum class Chroma : std::uint8_t {
  by_quality,  ///< the codec's own rule: full from a high quality on where it can
  half,        ///< 4:2:0
  sharp,       ///< 4:2:0, luma and chroma chosen together so that edges in colour stay sharp
  full,        ///< 4:4:4
};

/// The file that a picture was decoded from, where the picture is nothing but that file's, turned upright.
struct Origin {
  Format format = Format::jpeg;
  ByteView file;                                   ///< borrowed
  Orientation orientation = Orientation::upright;  ///< of the samples as stored
  bool reduced = false;                            ///< Decoded::reduced_chroma
};

/// How much errors matter in each block of 8×8 pixels, beside other blocks of the same picture: in luma, in
/// blue and in red difference. Only the ratios within one plane count.
struct Importance {
  std::uint32_t columns = 0;  ///< of blocks; the last may be narrower
  std::uint32_t rows = 0;
  std::array<std::vector<float>, 3> planes;  ///< row by row
};

/// True when `importance` can be that of a picture of `size`.
bool is_of(const Importance& importance, Size size);

/// What a codec keeps of a draft for the encodes that follow.
class DraftWork {
 public:
  DraftWork() = default;
  DraftWork(const DraftWork&) = delete;
  DraftWork& operator=(const DraftWork&) = delete;
  virtual ~DraftWork() = default;
};

/// What decoders would make of a file that was not written.
struct Draft {
  Image image;
  double bits = 0;  ///< that the file would take, roughly
  std::shared_ptr<const DraftWork> work;
};

/// What a draft, once it was judged, tells of how to encode the same picture. All but importance is for the
/// codec and the sampling that drafted it.
struct Guide {
  Importance importance;
  /// By how much the picture gets worse with each step of the draft's red, green and blue samples, in any
  /// unit; row by row. Empty where that is not known.
  std::array<std::vector<float>, 3> slopes;
  std::shared_ptr<const DraftWork> work;  ///< Draft::work
};

struct EncodeParams {
  /// The codec's own knob, within Codec::quality; ignored where the codec, or this encode, is lossless.
  double quality = 0;
  int effort = 5;                      ///< 1 (fast) … 9 (small)
  int threads = 1;                     ///< at most so many for this picture; never changes the bytes
  Room room = Room::ample;             ///< may change the bytes
  Chroma chroma = Chroma::by_quality;  ///< by_quality, or one of Codec::samplings; nothing to a grey picture
  bool drawn = false;                  ///< drawn or typeset: flat areas and hard edges, no photograph
  bool lossless = false;               ///< every pixel survives; see Codec::can_keep_pixels
  int near_lossless = 0;  ///< 1 to Codec::near_lossless: coded as where lossless, after samples were moved by
                          ///< little, more at each level, to what packs more tightly; 0: not that way
  /// Of the picture that is to be encoded, if it is of the codec's own format: what the file stores can then
  /// be used in place of the pixels that were made of it.
  std::optional<Origin> origin = {};
  const Guide* guide = nullptr;  ///< borrowed; of the picture that is to be encoded
};

struct QualityRange {
  double min = 0;
  double max = 0;
  double step = 1;  ///< the smallest change that may make a difference, counted from `max` down
};

/// One image format: its facts and its functions. A function pointer is null where the build cannot do it.
///
/// All functions are pure (bytes and values in, bytes and values out), safe to call from several threads at
/// once, and never throw.
struct Codec {
  Format format;
  std::string_view name;                         ///< on the command line and in reports: "jpeg"
  std::string_view label;                        ///< in messages: "JPEG"
  std::span<const std::string_view> extensions;  ///< lower case, without dot; the first is given to new files
  int max_depth;                                 ///< deepest sample it stores
  bool alpha;                                    ///< stores an alpha channel
  bool gray;                                     ///< stores one-channel pictures as such
  bool cicp;                                     ///< stores colour code points
  std::uint32_t max_side;                        ///< pixels
  QualityRange quality;                          ///< of the codec's own knob; {0, 0}: lossless only
  std::span<const Chroma> samplings;  ///< what EncodeParams::chroma may name; first what takes least memory
  bool has_lossless;                  ///< can store every pixel as it is
  bool recompresses;   ///< can store what a file of its own format holds (EncodeParams::origin) more tightly
  bool slow;           ///< encoding takes many times as long as scoring a result
  bool large = false;  ///< encoding takes tens of bytes a pixel, in any Room
  bool lossless_is_large = false;  ///< to lose nothing takes several times the memory
  int near_lossless = 0;           ///< levels that EncodeParams::near_lossless may have
  double decoder_spread =
      0;  ///< points of SSIMULACRA2 by which other decoders' pictures may score lower than ours

  /// True when a file that starts with `head` (its first bytes, at least 32 where the file has so many) is of
  /// this format.
  bool (*sniff)(ByteView head);

  /// Errors: damaged, limit (the picture exceeds `limits`), unsupported.
  Result<Header> (*read_header)(ByteView file, const Limits& limits);

  /// Errors: as read_header; left_alone for content that no still picture of Image's kind can stand for
  /// (animation, CMYK, several pages). Truncated or damaged data is an error, never a partly grey picture.
  /// `threads`: at most so many.
  Result<Decoded> (*decode)(ByteView file, const Limits& limits, int threads);

  /// As decode, but the rows are read by who wants them, and the file must stay where it is for as long. Null
  /// where that would take as much memory; error for files of which that is true: unsupported.
  Result<OpenedRows> (*open_rows)(ByteView file, const Limits& limits) = nullptr;

  /// Writes `image` (upright; already made to fit this codec by `fit`) with its metadata.
  /// Lossless means every pixel; from an origin, every stored value, which is the same but for decoders'
  /// rounding of turned pictures. Errors: internal, unsupported; left_alone where lossless cannot be.
  Result<Bytes> (*encode)(const Image& image, const Metadata& metadata, const EncodeParams& params);

  /// What `encode` would make of `image` without a guide, at a fraction of the cost: to see where
  /// errors would show. Null where a codec has no use for that. Errors: as encode.
  Result<Draft> (*draft)(const Image& image, const EncodeParams& params) = nullptr;

  /// True where `encode` of that picture heeds EncodeParams::guide's importance, whatever drafted it: to the
  /// settings' quality and guide it is not looked. Null where it never does.
  bool (*heeds_guide)(const Image& image, const EncodeParams& params) = nullptr;

  /// Run-time versions of the libraries behind it, as in "libwebp 1.2.4"; part of every cache key.
  std::string (*libraries)();

  /// Of `samplings` those that may be asked for.
  std::span<const Chroma> samplings_within(Room room) const {
    return room == Room::scarcest ? samplings.first(std::min<std::size_t>(samplings.size(), 1)) : samplings;
  }

  /// True where there is nothing but lossless.
  bool lossless() const { return quality.max == 0; }

  /// True where EncodeParams::lossless may be asked for, of a picture with that origin.
  bool can_keep_pixels(const std::optional<Origin>& origin) const {
    return has_lossless || (recompresses && origin && origin->format == format);
  }
};

/// All formats, in the order in which content is told, help lists them and `auto` would try them.
std::span<const Codec> all();

const Codec& of(Format format);

/// The coder of the same format that may lose something, for a codec that never does, which takes its place
/// where somebody asks for that. Null where there is none, or the build has none.
const Codec* lossy_coder_of(const Codec& codec);

/// Null when no codec has that name.
const Codec* by_name(std::string_view name);

/// By a file name's extension ("JPG", without dot, in any case). Null when no codec claims it.
const Codec* by_extension(std::string_view extension);

/// By content. Null when no codec knows it.
const Codec* sniff(ByteView head);

/// The name of an image format that frugal knows of but does not read ("GIF", "JPEG 2000", "BMP"…), by
/// content. Empty when it is none of those.
std::string_view unread_format(ByteView head);

/// All the names that `unread_format` may give, some of them more than once.
std::span<const std::string_view> unread_formats();

/// The first bytes of a file that `sniff` and `unread_format` want, in bytes.
inline constexpr std::size_t kSniffBytes = 64;

/// How many of a bound's units these limits allow.
std::uint64_t most(const Bound& bound, const Limits& limits);

/// That a bound was exceeded, by `count` where that is known; it names the option that raises it.
Error over_limit(const Bound& bound, const Limits& limits, std::optional<std::uint64_t> count);

/// Error: limit, when `count` is more than the bound allows.
Result<void> check_limit(std::uint64_t count, const Bound& bound, const Limits& limits);

/// Checks a header's size against the limits: pixels, and sides. Error: limit, naming the option that raises
/// it.
Result<void> check_limits(Size size, const Limits& limits);

/// Checks the size in which a picture, or (not `whole`) a part of it, is coded against the size that it is
/// announced with: blocks and tiles are filled up, but no real file's to more than twice its pixels, small
/// ones aside. Error: damaged.
Result<void> check_coded(Size coded, Size announced, bool whole);

}  // namespace frugal::codec
