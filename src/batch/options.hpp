// Everything a user can ask of the main job, as typed values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "codec/codec.hpp"

namespace frugal::batch {

enum class Overwrite : std::uint8_t {
  never,    ///< an existing output is left as it is
  changed,  ///< replaced only where frugal wrote it or its source changed
  always,
};

enum class MetadataPolicy : std::uint8_t {
  safe,  ///< ICC, orientation, copyright and dates
  all,   ///< EXIF and XMP as they are
  none,  ///< only what the picture's look depends on: ICC and orientation
};

/// What a score is when nobody says: SSIMULACRA2.
inline constexpr double kDefaultQuality = 80;

/// What the cache may take on the disk when nobody says: bytes.
inline constexpr std::uint64_t kDefaultCacheMax = 5ULL << 30;

/// A number of bytes, or a share of a source's.
struct Amount {
  std::uint64_t bytes = 0;
  double percent = 0;  ///< of the source's bytes, beside `bytes`

  /// In bytes, for a source of `size` bytes; rounded down.
  std::uint64_t of(std::uint64_t size) const {
    return bytes + static_cast<std::uint64_t>(static_cast<double>(size) * percent / 100);
  }
  friend bool operator==(const Amount&, const Amount&) = default;
};

struct Options {
  // input
  std::vector<std::string> paths;          ///< "-" is standard input
  std::string files_from;                  ///< a file, "-" for standard input; empty: none
  bool null_separated = false;             ///< names in files_from end in NUL, not in a newline
  std::vector<std::string> include;        ///< globs; empty: all
  std::vector<std::string> exclude;        ///< globs
  std::optional<std::uint32_t> max_depth;  ///< 1: only the files right in a named directory
  bool follow = false;                     ///< symbolic links, never out of their tree

  // output
  std::string output;  ///< a directory, a file name, "-" for standard output, or empty
  bool in_place = false;
  std::string name_template;  ///< empty: {dir}/{stem}.{ext}
  std::string suffix;
  Overwrite overwrite = Overwrite::changed;

  // format and quality
  std::vector<std::optional<codec::Format>> formats{std::nullopt};  ///< nullopt: keep
  bool auto_format = false;  ///< the smallest of all that can be written; `formats` is then {keep}
  std::optional<double>
      quality;  ///< SSIMULACRA2, 0 to 100; none: kDefaultQuality, or what the sizes below allow
  std::optional<double> region_floor;       ///< SSIMULACRA2; none: 5 below the quality
  std::optional<Amount> max_size;           ///< of one output
  std::optional<std::uint64_t> total_size;  ///< of all outputs together, bytes
  std::optional<Amount> min_savings;        ///< what a result must save against its source to be of use
  std::optional<double> encoder_quality;    ///< the codec's own knob, no search
  bool lossless = false;                    ///< every pixel as it is
  bool lossy_png = false;                   ///< PNG may lose colours
  int effort = 5;                           ///< 1 to 9
  MetadataPolicy metadata = MetadataPolicy::safe;
  bool preserve = false;  ///< outputs take times, mode, owner and extended attributes of their sources

  // run
  bool dry_run = false;
  int jobs = 0;                            ///< threads; 0: one a processor
  std::uint64_t memory_limit = 0;          ///< bytes; 0: half of what the machine has free
  codec::Room room = codec::Room::ample;   ///< nobody's to choose: of a picture that needs it, see Manner
  std::uint64_t max_pixels = 100'000'000;  ///< of one picture
  double timeout = 0;                      ///< s that one picture may take; 0: by its size, and long
  enum class Sandbox : std::uint8_t {
    automatic,                     ///< in processes of their own, confined as far as the kernel can
    require,                       ///< confined in full, or not at all begun
    off,                           ///< in this process
  } sandbox = Sandbox::automatic;  ///< where pictures are read and written
  bool fail_fast = false;
  std::string cache_dir;                       ///< empty: $XDG_CACHE_HOME/frugal, ~/.cache/frugal
  std::uint64_t cache_max = kDefaultCacheMax;  ///< bytes that the cache may take on the disk
  bool use_cache = true;
  bool force = false;      ///< do the work again, whatever the cache knows
  bool debug_key = false;  ///< tell what each result is remembered by

  // report
  bool verbose = false;
  bool quiet = false;
  std::string jsonl;  ///< a file, "-" for standard output; empty: none
  bool progress = true;
  enum class Color : std::uint8_t { automatic, always, never } color = Color::automatic;
};

}  // namespace frugal::batch
