#include "codec/png/quantize.hpp"

#include <algorithm>
#include <memory>

#ifdef FRUGAL_IMAGEQUANT

#include <libimagequant.h>
#include <omp.h>

namespace frugal::codec::png {

namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* handle) const {
    release(handle);
  }
};
using Attributes = std::unique_ptr<liq_attr, Release<liq_attr_destroy>>;
using Pixels = std::unique_ptr<liq_image, Release<liq_image_destroy>>;
using Palette = std::unique_ptr<liq_result, Release<liq_result_destroy>>;

/// libimagequant adds up in as many parts as there are threads, and rounds accordingly.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() { omp_set_num_threads(before_); }

 private:
  int before_;
};

/// libimagequant's speed, 10 (rough) to 1, for an effort.
int speed_of(int effort) {
  return std::clamp(9 - effort, 1, 8);
}

}  // namespace

Result<std::vector<Color>> palette_of(const Image& image, int colors, int effort) {
  const auto no_memory = [] { return fail(ErrorKind::limit, "not enough memory for the image"); };
  const OneThread alone;
  const Attributes attributes(liq_attr_create());
  if (!attributes) return no_memory();
  liq_set_max_colors(attributes.get(), colors);
  liq_set_speed(attributes.get(), speed_of(effort));
  const Pixels pixels(liq_image_create_rgba(attributes.get(), image.row(0), static_cast<int>(image.width()),
                                            static_cast<int>(image.height()), 0));
  if (!pixels) return no_memory();
  liq_result* made = nullptr;
  if (liq_image_quantize(pixels.get(), attributes.get(), &made) != LIQ_OK) return no_memory();
  const Palette palette(made);
  const liq_palette* found = liq_get_palette(palette.get());
  std::vector<Color> list;
  for (unsigned i = 0; i < found->count; ++i) {
    const auto& entry = found->entries[i];
    list.push_back({entry.r, entry.g, entry.b, entry.a});
  }
  return list;
}

std::string palette_library() {
  const int version = liq_version();
  return "libimagequant " + std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) +
         "." + std::to_string(version % 100);
}

}  // namespace frugal::codec::png

#else

namespace frugal::codec::png {

Result<std::vector<Color>> palette_of(const Image& /*image*/, int /*colors*/, int /*effort*/) {
  return fail(ErrorKind::unsupported, "this build has no libimagequant");
}

std::string palette_library() {
  return {};
}

}  // namespace frugal::codec::png

#endif
