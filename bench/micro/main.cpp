// Times the metric on one thread, its loops one by one, and the decoding of PNG; weighs the metric's memory.
// See bench/README.md.
//
//   micro [--mp MEGAPIXELS] [--repeat N]
#include <cmath>
#include <fstream>
#include <string>
#include <string_view>

#include "codec/codec.hpp"
#include "micro.hpp"
#include "pictures/pictures.hpp"

namespace {

using namespace frugal;
using bench::need;

struct Options {
  double mp = 4;
  int repeats = 9;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    const double value = i + 1 < argc ? std::strtod(argv[i + 1], nullptr) : 0;
    if (!(value > 0) || (option != "--mp" && option != "--repeat")) {
      std::fputs("usage: micro [--mp MEGAPIXELS] [--repeat N]\n", stderr);
      std::exit(2);
    }
    if (option == "--mp") options.mp = value;
    if (option == "--repeat") options.repeats = static_cast<int>(std::ceil(value));
  }
  return options;
}

/// A landscape of four by three.
Image landscape(double mp) {
  const double height = std::sqrt(mp * 1e6 * 3 / 4);
  return pictures::make(
      {.size = {static_cast<std::uint32_t>(height * 4 / 3), static_cast<std::uint32_t>(height)}});
}

Image through_jpeg(const Image& image) {
  const auto& jpeg = codec::of(codec::Format::jpeg);
  return need(jpeg.decode(need(jpeg.encode(image, {}, {.quality = 75})), {}, 1)).image;
}

void time_png(int repeats, const Image& image) {
  const auto& png = codec::of(codec::Format::png);
  const auto file = need(png.encode(image, {}, {}));
  bench::start_line("decode PNG", "ms/MP");
  bench::print(bench::timed(repeats, [&](int) { need(png.decode(file, {}, 1)); }) / bench::megapixels(image));
  std::puts("\n");
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string text; std::getline(file, text);) {
    if (text.starts_with("model name")) return text.substr(std::min(text.size(), text.find(':') + 2));
  }
  return "an unknown processor";
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  const Image image = landscape(options.mp);
  Image copy = through_jpeg(image);
  std::printf("%ux%u pixels, one thread, %s; processor time, median (least) of %d\n\n", image.width(),
              image.height(), processor().c_str(), options.repeats);
  bench::weigh_scores(image, copy);
  time_png(options.repeats, image);
  bench::start_line("", "");
  for (const auto& set : metric::kernel_sets()) std::printf("  %-19s", std::string(set.name).c_str());
  std::puts("");
  bench::time_scores(options.repeats, image, copy);
  bench::time_loops(options.repeats);
}
