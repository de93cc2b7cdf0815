#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <string>
#include <string_view>

#include "metric/ssimulacra2.hpp"
#include "micro.hpp"
#include "pictures/pictures.hpp"

namespace frugal::bench {
namespace {

/// A line of /proc/self/status, in bytes.
double status(std::string_view name) {
  std::ifstream file("/proc/self/status");
  for (std::string text; std::getline(file, text);) {
    if (text.starts_with(name)) return 1024 * std::strtod(text.c_str() + name.size(), nullptr);
  }
  return std::nan("");
}

/// Each case has a process of its own, so that its peak (VmHWM) is its own: a fork starts at what the parent
/// has at that moment, the pictures included. The code is brought in before by two small pictures.
void weigh(const char* name, const Image& image, const Image& copy,
           void (*score)(const Image&, const Image&)) {
  const Image small = pictures::make({});
  ::malloc_trim(0);  // what lies about unused would be used again without being seen
  std::fflush(stdout);
  if (const auto child = ::fork(); child != 0) {
    ::waitpid(child, nullptr, 0);
    return;
  }
  score(small, small);
  const double before = status("VmRSS:");
  score(image, copy);
  start_line(name, "bytes/px");
  std::printf("  %8.1f\n", (status("VmHWM:") - before) / static_cast<double>(image.pixels()));
  std::fflush(stdout);
  ::_exit(0);
}

}  // namespace

void weigh_scores(const Image& image, const Image& copy) {
  weigh("memory, cold", image, copy,
        [](const Image& a, const Image& b) { need(metric::ssimulacra2(a, {}, b, {}, 1)); });
  weigh("memory, prepared", image, copy, [](const Image& a, const Image& b) {
    const auto reference = need(metric::Reference::prepare(a, {}, 1));
    need(reference.score(b, {}, 1));
  });
}

}  // namespace frugal::bench
