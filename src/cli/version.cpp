#include "cli/version.hpp"

#include <algorithm>

#include "batch/job.hpp"
#include "codec/codec.hpp"
#include "image/colour.hpp"
#include "image/exif.hpp"
#include "metric/kernels.hpp"
#include "util/confine.hpp"

namespace frugal::cli {
namespace {

std::string pad(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string abilities(const codec::Codec& codec) {
  if (codec.decode && codec.encode) return "reads, writes";
  if (codec.decode) return "reads";
  return codec.encode ? "writes" : "not in this build";
}

std::string compiler() {
#if defined(__clang__)
  return "Clang " __clang_version__;
#elif defined(__GNUC__)
  return "GCC " __VERSION__;
#else
  return "an unknown compiler";
#endif
}

std::string openmp() {
#ifdef _OPENMP
  return "OpenMP " + std::to_string(_OPENMP);  // year and month of the specification
#else
  return "no OpenMP";
#endif
}

}  // namespace

std::string_view version_number() {
  return FRUGAL_VERSION;
}

std::string version_text() {
  std::string text = "frugal " + std::string(version_number()) + "\n";
  for (const codec::Codec& codec : codec::all()) {
    text += pad(std::string(codec.name), 6) + pad(abilities(codec), 15) + codec.libraries() + "\n";
  }
  text += pad("colour", 21) + colour_library() + "; " + exif_library() + "\n";
  text += pad("cache", 21) + batch::cache_libraries() + "\n";
  text += pad("score", 21) + "SSIMULACRA2 2.1 with " + std::string(metric::best_kernels().name) +
          " instructions\n";
  text += pad("sandbox", 21) + described(confinement()) + "\n";
  return text + "built with " + compiler() + ", " + openmp() + "\n";
}

}  // namespace frugal::cli
