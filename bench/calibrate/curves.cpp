// Measures whole curves: every picture named, encoded at every knot of every mode.
//
//   curves FORMAT[,FORMAT...] [-j N] [--mosaic half|quarter | --drafts] PICTURE... >curves.csv
//
// A line: picture,mode,knot,quality,bits a pixel,score,worst region's score. With --mosaic, of the pictures'
// mosaics instead, with --drafts, of drafts instead of files; and before them a line for each picture:
// picture,features,graphic (0 or 1),feature,... A codec that drafts encodes by what its draft tells, one that
// heeds a guide without drafting by what shows at the score that the tables expect.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapt/features.hpp"
#include "adapt/guide.hpp"
#include "adapt/model.hpp"
#include "adapt/mosaic.hpp"
#include "adapt/regions.hpp"
#include "adapt/subject.hpp"
#include "codec/codec.hpp"
#include "codec/fit.hpp"
#include "image/orient.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/parallel.hpp"

using namespace frugal;

namespace {

struct Mode {
  const char* name;
  codec::Format format;
  codec::Chroma chroma;
  std::vector<double> knots;
};

std::vector<Mode> modes() {
  using codec::Chroma;
  using codec::Format;
  const std::vector<double> jpeg{10, 25, 42, 56, 68, 78, 86, 92, 96.5, 99};
  const std::vector<double> webp{8, 25, 45, 60, 72, 82, 89, 94, 98, 100};
  std::vector<double> avif;
  for (const int quantizer : {45, 39, 33, 28, 23, 18, 14, 10, 6, 3})
    avif.push_back(100 - quantizer * 100.0 / 63);
  const std::vector<double> heic{28, 34, 39, 44, 49, 55, 61, 67, 73, 80};
  const std::vector<double> png{4, 8, 16, 32, 64, 96, 128, 192, 256, 320};
  return {{"jpeg-half", Format::jpeg, Chroma::half, jpeg},
          {"jpeg-full", Format::jpeg, Chroma::full, jpeg},
          {"webp-half", Format::webp, Chroma::half, webp},
          {"webp-sharp", Format::webp, Chroma::sharp, webp},
          {"avif-half", Format::avif, Chroma::half, avif},
          {"avif-full", Format::avif, Chroma::full, avif},
          {"heic-half", Format::heic, Chroma::half, heic},
          {"heic-full", Format::heic, Chroma::full, heic},
          {"png-by_quality", Format::png, Chroma::by_quality, png}};
}

/// What is measured of every picture.
enum class What { files, mosaics, drafts };

struct Point {
  double bits = 0;
  metric::Similarity similarity;
};

std::optional<Point> draft(const codec::Codec& codec, const Image& image, const Metadata& metadata,
                           const metric::Reference& reference, const codec::EncodeParams& params,
                           codec::Guide& guide) {
  const auto drafted = codec.draft(image, params);
  if (!drafted) return std::nullopt;
  const auto scored = reference.score(drafted->image, metadata, 1);
  if (!scored) return std::nullopt;
  auto told = adapt::guide_of(*scored, *drafted, true, 1);
  if (!told) return std::nullopt;
  guide = std::move(*told);
  return Point{drafted->bits, scored->similarity()};
}

std::optional<Point> encode(const codec::Codec& codec, const Image& image, const Metadata& metadata,
                            const metric::Reference& reference, const codec::EncodeParams& params) {
  const auto encoded = codec.encode(image, metadata, params);
  if (!encoded) return std::nullopt;
  const auto back = codec.decode(*encoded, {}, 1);
  if (!back) return std::nullopt;
  const auto scored = reference.score(back->image, back->metadata, 1);
  if (!scored) return std::nullopt;
  return Point{8.0 * static_cast<double>(encoded->size()), scored->similarity()};
}

/// The guide that the search would use for a file of that quality, by the tables as they are.
const codec::Guide* guide(adapt::Subject& subject, const Mode& mode, double quality) {
  const auto* table = adapt::model_of(mode.format, mode.chroma, subject.regions().is_graphic());
  if (!table) return nullptr;
  const adapt::Prediction prediction(*table, subject.features());
  const auto told = subject.guide(100 - std::exp(prediction.at(adapt::Curve::loss, quality).mean), 1);
  return told ? *told : nullptr;
}

/// A picture in whichever of its forms is measured; `subject` is null for a mosaic.
struct Measured {
  const Image& image;
  const Metadata& metadata;
  const metric::Reference& reference;
  bool graphic;
  adapt::Subject* subject;
};

void measure(const std::string& name, const Measured& picture, const std::string& formats, What what,
             std::mutex& mutex) {
  const auto& reference = picture.reference;
  for (const auto& mode : modes()) {
    const auto* lossy = codec::lossy_coder_of(codec::of(mode.format));
    const auto& codec = lossy ? *lossy : codec::of(mode.format);
    if (formats.find(codec.name) == std::string::npos) continue;
    if (what == What::drafts && !codec.draft) continue;
    auto metadata = picture.metadata;
    auto copy = picture.image.clone();
    if (!copy) continue;
    const auto image = codec::fit(std::move(*copy), metadata, codec);
    if (!image) continue;
    for (std::size_t k = 0; k < mode.knots.size(); ++k) {
      codec::EncodeParams params;
      params.quality = mode.knots[k];
      params.chroma = mode.chroma;
      params.drawn = picture.graphic;
      codec::Guide drafted;
      std::optional<Point> point;
      if (codec.draft) {
        point = draft(codec, *image, metadata, reference, params, drafted);
        params.guide = &drafted;
      } else if (codec.heeds_guide && picture.subject) {
        params.guide = guide(*picture.subject, mode, params.quality);
      }
      if (what != What::drafts) point = encode(codec, *image, metadata, reference, params);
      if (!point) continue;
      const double bits = point->bits / static_cast<double>(image->pixels());
      const std::lock_guard lock(mutex);
      std::printf("%s,%s,%zu,%g,%.5f,%.4f,%.4f\n", name.c_str(), mode.name, k, mode.knots[k], bits,
                  point->similarity.score, point->similarity.worst().score);
      std::fflush(stdout);
    }
  }
}

void print_features(const std::string& name, const adapt::RegionMap& regions, const adapt::Features& features,
                    std::mutex& mutex) {
  const std::lock_guard lock(mutex);
  std::printf("%s,features,%d", name.c_str(), regions.is_graphic() ? 1 : 0);
  for (const double feature : features) std::printf(",%.5f", feature);
  std::printf("\n");
}

void measure_file(const std::string& path, const std::string& formats, What what, adapt::Part part,
                  std::mutex& mutex) {
  const std::string name = path.substr(path.rfind('/') + 1);
  std::ifstream in(path, std::ios::binary);
  const Bytes bytes((std::istreambuf_iterator<char>(in)), {});
  const auto* source = codec::sniff(bytes);
  const auto decoded = source ? source->decode(bytes, {}, 1) : fail(ErrorKind::unsupported, {});
  if (!decoded) return;
  auto subject = adapt::Subject::of(decoded->image, decoded->metadata, 1, [] { return 0.0; });
  if (!subject) return;
  const auto& regions = subject->regions();
  if (what != What::mosaics) {
    if (what == What::drafts) print_features(name, regions, subject->features(), mutex);
    const auto* reference = subject->reference();
    if (reference)
      measure(name, {decoded->image, decoded->metadata, *reference, regions.is_graphic(), &*subject}, formats,
              what, mutex);
    return;
  }
  const auto mosaic = adapt::draw_mosaic(decoded->image, decoded->metadata, regions, part, 1);
  if (!mosaic || !*mosaic) {
    print_features(name, regions, subject->features(), mutex);
    return;
  }
  const auto& drawn = **mosaic;
  print_features(name, regions, subject->features_with(drawn), mutex);
  measure(name, {drawn.image, decoded->metadata, drawn.reference, regions.is_graphic(), nullptr}, formats,
          what, mutex);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string formats = argc > 1 ? argv[1] : "";
  int jobs = 1;
  auto what = What::files;
  auto part = adapt::Part::quarter;
  std::vector<std::string> files;
  for (int i = 2; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "-j" && i + 1 < argc) {
      jobs = std::atoi(argv[++i]);
    } else if (argument == "--drafts") {
      what = What::drafts;
    } else if (argument == "--mosaic") {
      what = What::mosaics;
      part = i + 1 < argc && argv[++i] == std::string("half") ? adapt::Part::half : adapt::Part::quarter;
    } else {
      files.push_back(argument);
    }
  }
  std::mutex mutex;
  parallel_for(files.size(), jobs,
               [&](std::size_t i) { measure_file(files[i], formats, what, part, mutex); });
}
