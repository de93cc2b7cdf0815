// What became of one output: the row of every report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "image/image.hpp"

namespace frugal::batch {

enum class Status : std::uint8_t {
  converted,  ///< made in this run
  reused,     ///< an earlier result stands, or was taken from the cache
  skipped,    ///< left alone, for a reason
  failed,
};

enum class CacheUse : std::uint8_t { hit, miss, off };

/// Wall time in ms.
struct Timings {
  double read = 0;
  double decode = 0;
  double analyse = 0;
  double encode = 0;
  double score = 0;
  double write = 0;
  double total = 0;

  Timings& operator+=(const Timings& other) {
    read += other.read;
    decode += other.decode;
    analyse += other.analyse;
    encode += other.encode;
    score += other.score;
    write += other.write;
    total += other.total;
    return *this;
  }
};

struct WorstRegion {
  double score = 0;                          ///< SSIMULACRA2
  std::uint32_t x = 0, y = 0, w = 0, h = 0;  ///< pixels
};

/// What is known of an encoded picture.
struct Figures {
  Size size;                              ///< upright
  std::optional<double> encoder_quality;  ///< the codec's own knob; none where it is (nearly) lossless
  std::optional<double> score;            ///< SSIMULACRA2 of the decoded output
  std::optional<WorstRegion> worst_region;
  int encodes = 0;  ///< full-size encodes done for this output in this run
};

struct Outcome {
  std::string input;
  std::string output;       ///< where the result stands or would stand; empty: nowhere
  std::string_view format;  ///< Codec::name; empty where the input's is not known
  Status status = Status::failed;
  std::string reason;  ///< why skipped or failed
  bool kept = false;   ///< skipped because the source itself is the smallest
  CacheUse cache = CacheUse::off;
  std::uint64_t input_bytes = 0;
  std::optional<std::uint64_t> output_bytes;  ///< none where there is no output
  Figures figures;
  Timings ms;
  std::string key;  ///< for --debug-key: what the result is remembered by, a line a field; else empty
};

constexpr std::string_view name_of(Status status) {
  switch (status) {
    case Status::converted:
      return "converted";
    case Status::reused:
      return "reused";
    case Status::skipped:
      return "skipped";
    case Status::failed:
      break;
  }
  return "failed";
}

constexpr std::string_view name_of(CacheUse use) {
  return use == CacheUse::hit ? "hit" : use == CacheUse::miss ? "miss" : "off";
}

}  // namespace frugal::batch
