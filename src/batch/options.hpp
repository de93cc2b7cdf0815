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
  double quality = 80;                                              ///< SSIMULACRA2, 0 to 100
  std::optional<double> encoder_quality;                            ///< the codec's own knob, no table
  int effort = 5;                                                   ///< 1 to 9
  MetadataPolicy metadata = MetadataPolicy::safe;

  // run
  bool dry_run = false;
  int jobs = 0;                            ///< threads; 0: one a processor
  std::uint64_t memory_limit = 0;          ///< bytes; 0: half of what the machine has free
  std::uint64_t max_pixels = 100'000'000;  ///< of one picture
  bool fail_fast = false;
  std::string cache_dir;  ///< empty: $XDG_CACHE_HOME/frugal, ~/.cache/frugal
  bool use_cache = true;
  bool force = false;  ///< do the work again, whatever the cache knows

  // report
  bool verbose = false;
  bool quiet = false;
  std::string jsonl;  ///< a file, "-" for standard output; empty: none
  bool progress = true;
  enum class Color : std::uint8_t { automatic, always, never } color = Color::automatic;
};

}  // namespace frugal::batch
